#include "replayer/session/log_window.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "tests/unit/session/sample_trace.h"

namespace weft::session {
namespace {

using trace::EventKind;

SampleLog many_events(int count) {
  SampleLog log;
  for (int i = 0; i < count; ++i) {
    log.add(EventKind::kUnusual, "note " + std::to_string(i) + std::string(1000, 'x'));
  }
  return log;
}

TEST(LogWindow, HoldsTheDecodedEventsBitForBit) {
  const SampleLog log = many_events(5000);
  const SampleTrace trace(log);
  auto reader = trace::TraceReader::open(trace.path());
  auto window = LogWindow::open(*reader);
  ASSERT_TRUE(window);
  const auto events = (*window)->events_before((*window)->bytes());
  ASSERT_EQ(events.size(), log.bytes().size());
  EXPECT_EQ(std::memcmp(events.data(), log.bytes().data(), events.size()), 0);
  EXPECT_FALSE((*window)->failure());
  EXPECT_EQ((*window)->event_count(), 5000u);
}

TEST(LogWindow, AChannelLearnsWhatIsAvailable) {
  const SampleTrace trace(many_events(10));
  auto reader = trace::TraceReader::open(trace.path());
  auto window = LogWindow::open(*reader);
  (void)(*window)->events_before(UINT64_MAX);
  channel::ReplayChannel channel{};
  (*window)->attach(channel);
  EXPECT_EQ(channel.log_bytes, (*window)->bytes());
  EXPECT_EQ(channel.event_count, 10u);
  EXPECT_EQ(channel.tsc_hz, reader->info().tsc_hz);  // how long the program ran at the end
  EXPECT_NE(channel.tsc_hz, 0u);
  EXPECT_EQ(channel.available, (*window)->bytes());
  (*window)->detach(channel);
}

TEST(LogWindow, KnowsWhereEventsLieAndWhatMapsMemory) {
  SampleLog log;
  const auto add_notes = [&log](int count) {
    for (int i = 0; i < count; ++i) log.add(EventKind::kUnusual, std::string(100, 'x'));
  };
  add_notes(600);
  log.add(EventKind::kMap, std::string(sizeof(trace::MapRecord), '\0'));  // 600
  log.add(EventKind::kData, std::string(16, '\0'));
  log.add(EventKind::kThreadExit, "");  // 602: the mapping is over
  add_notes(30'000);                    // over more than one chunk
  log.add(EventKind::kMap, std::string(sizeof(trace::MapRecord), '\0'));
  const SampleTrace trace(log);
  auto reader = trace::TraceReader::open(trace.path());
  auto window = LogWindow::open(*reader);
  ASSERT_TRUE(window);
  const LogIndex& index = (*window)->index();
  EXPECT_TRUE((*window)->decoded());
  EXPECT_EQ(index.event_count(), 30'604u);
  ASSERT_EQ(index.offsets().size(), 30'604 / LogIndex::kStride + 1);
  const uint64_t note = trace::event_bytes(100);
  EXPECT_EQ(index.offsets()[2], 512 * note);
  const auto& mappings = (*window)->mappings();
  ASSERT_EQ(mappings.size(), 2u);
  EXPECT_EQ(mappings[0].first, trace::EventIndex(600));
  EXPECT_EQ(mappings[0].events.data(), (*window)->events_so_far().data() + 600 * note);
  EXPECT_EQ(mappings[0].events.size(), trace::event_bytes(sizeof(trace::MapRecord)) +
                                           trace::event_bytes(16) + trace::event_bytes(0));
  EXPECT_EQ(mappings[1].first, trace::EventIndex(30'603));
}

TEST(LogWindow, TheRuntimesDescriptorCannotWrite) {
  const SampleTrace trace(many_events(1));
  auto reader = trace::TraceReader::open(trace.path());
  auto window = LogWindow::open(*reader);
  const auto fd = (*window)->open_for_reading();
  ASSERT_TRUE(fd);
  EXPECT_EQ(::fcntl(fd->get(), F_GETFL) & O_ACCMODE, O_RDONLY);
  EXPECT_NE(::fcntl(fd->get(), F_GETFD) & FD_CLOEXEC, 0);
}

TEST(LogWindow, AnEmptyTraceIsAnEmptyLog) {
  const SampleTrace trace{SampleLog()};
  auto reader = trace::TraceReader::open(trace.path());
  auto window = LogWindow::open(*reader);
  ASSERT_TRUE(window);
  EXPECT_TRUE((*window)->events_before(UINT64_MAX).empty());
}

TEST(LogWindow, ADamagedChunkEndsTheLogWithAnError) {
  const SampleTrace trace(many_events(20'000));
  auto reader = trace::TraceReader::open(trace.path());
  ASSERT_GT(reader->chunks().size(), 1u);
  const auto second = reader->chunks()[1];
  {
    std::fstream file(trace.path(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(second.file_offset + sizeof(trace::ChunkHeader) + 40));
    file.write("damage", 6);
  }
  auto window = LogWindow::open(*reader);
  EXPECT_EQ((*window)->events_before(UINT64_MAX).size(), second.raw_offset);
  ASSERT_TRUE((*window)->failure());
  EXPECT_EQ((*window)->failure()->error_class, ErrorClass::kBadTrace);
}

}  // namespace
}  // namespace weft::session
