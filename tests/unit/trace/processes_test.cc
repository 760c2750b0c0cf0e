// Several processes in one trace: whose events make whose log, and files that are cut or wrong.
#include <cstring>

#include "replayer/trace/event_view.h"
#include "replayer/trace/trace_name.h"
#include "tests/unit/trace/trace_fixture.h"
#include "weft/trace/crc32c.h"

namespace weft::trace::test {
namespace {

/// An event with one page of content.
std::vector<std::byte> page_event(uint8_t content, uint64_t address) {
  EventHeader header{};
  header.kind = static_cast<uint8_t>(EventKind::kData);
  header.size = 8 + kContentPage;
  header.time = 128;
  std::vector<std::byte> bytes(event_bytes(header.size), std::byte{content});
  std::memcpy(bytes.data(), &header, sizeof header);
  std::memcpy(bytes.data() + sizeof header, &address, sizeof address);
  return bytes;
}

std::vector<std::byte> note(const std::string& text) {
  EventHeader header{};
  header.kind = static_cast<uint8_t>(EventKind::kUnusual);
  header.size = static_cast<uint32_t>(text.size());
  header.time = 128;
  std::vector<std::byte> bytes(event_bytes(header.size));
  std::memcpy(bytes.data(), &header, sizeof header);
  std::memcpy(bytes.data() + sizeof header, text.data(), text.size());
  return bytes;
}

class Processes : public TraceTest {
 protected:
  Processes() {
    TraceInfo info = sample_info();
    info.format_version = kFormatVersion;
    auto made = TraceWriter::create(path(), info, Overwrite::kAllow);
    writers_.push_back(std::move(*made));
  }

  void put(uint32_t process, const std::vector<std::byte>& event) {
    ASSERT_TRUE(writers_[process].append(event.data(), event.size()));
  }
  void fork(uint32_t parent) {
    auto start = writers_[parent].cut();
    ASSERT_TRUE(start);
    begin({parent, ProcessBegin::kForked, 100, 0}, *start);
  }
  void begin(const ProcessRecord& record, LogStart start) {
    auto writer = writers_[0].begin_process(static_cast<uint32_t>(writers_.size()), record, start);
    ASSERT_TRUE(writer);
    writers_.push_back(std::move(*writer));
  }

  /// The notes of a log, in order; "P" and the first byte of a page for each page.
  std::string log_of(uint32_t process) {
    auto reader = TraceReader::open(process_of_trace(path(), process));
    if (!reader) return reader.error().message;
    std::string text, error;
    const auto events = decode_all(*reader, &error);
    EXPECT_EQ(error, "");
    for (EventCursor at(events); !at.done(); at.next()) {
      if (!text.empty()) text += ' ';
      if (at.event().kind() == EventKind::kUnusual) {
        text += at.event().text();
      } else {
        text += 'P' + std::to_string(static_cast<int>(at.event().data().bytes[0]));
      }
    }
    return text;
  }

  std::vector<TraceWriter> writers_;
};

TEST_F(Processes, AForkedLogBeginsWithItsParents) {
  put(0, note("a"));
  fork(0);  // 1
  put(0, note("b"));
  put(1, note("x"));
  fork(1);  // 2
  fork(0);  // 3
  put(2, note("y"));
  put(3, note("z"));
  put(1, note("w"));
  put(0, note("c"));
  ASSERT_TRUE(writers_[0].close());
  EXPECT_EQ(log_of(0), "a b c");
  EXPECT_EQ(log_of(1), "a x w");
  EXPECT_EQ(log_of(2), "a x y");
  EXPECT_EQ(log_of(3), "a b z");
  EXPECT_EQ(log_of(4), "there is no process 4 in " + path());
}

TEST_F(Processes, OneThatHasAnImageOfItsOwnBeginsAnew) {
  put(0, note("a"));
  begin({0, ProcessBegin::kFresh, 100, 0}, {});
  put(1, note("x"));
  ASSERT_TRUE(writers_[0].close());
  EXPECT_EQ(log_of(1), "x");
  auto reader = TraceReader::open(path());
  ASSERT_TRUE(reader);
  EXPECT_EQ(reader->tree().processes()[1].pid, 100);
  EXPECT_EQ(reader->tree().stored_events(), 2u);
}

TEST_F(Processes, APageIsStoredOnceForAll) {
  put(0, page_event(7, 0x1000));
  begin({0, ProcessBegin::kFresh, 100, 0}, {});
  put(1, note("x"));
  put(1, page_event(8, 0x1000));
  put(0, page_event(8, 0x2000));  // refers to process 1's, which is not in the file yet
  put(1, page_event(7, 0x2000));
  ASSERT_TRUE(writers_[0].close());
  EXPECT_EQ(log_of(0), "P7 P8");
  EXPECT_EQ(log_of(1), "x P8 P7");
}

/// Wherever the file is cut, what is left of it can be read, all of it.
TEST_F(Processes, ACutFileIsReadableUpToTheCut) {
  for (uint8_t i = 0; i < 40; ++i) {
    const auto process = static_cast<uint32_t>(i % writers_.size());
    put(process, page_event(i / 2, uint64_t{i} * 4096));
    put(process, note(std::to_string(i)));
    if (i % 8 == 7) fork(process);
    if (i % 5 != 4) continue;
    ASSERT_TRUE(writers_[process].flush());
  }
  ASSERT_TRUE(writers_[0].close());
  const std::string whole = read_file(path());
  for (size_t bytes = whole.size(); bytes > 400; bytes -= 97) {
    write_file(path(), whole.substr(0, bytes));
    auto reader = TraceReader::open(path());
    if (!reader) continue;  // within the header
    for (const ProcessEntry& process : reader->tree().processes()) log_of(process.number);
  }
}

TEST_F(Processes, AProcessThatBeginsBetweenChunksIsRefused) {
  put(0, note("a"));
  put(0, note("b"));
  ASSERT_TRUE(writers_[0].flush());
  begin({0, ProcessBegin::kForked, 100, 0}, {1, event_bytes(1)});
  put(1, note("x"));
  ASSERT_TRUE(writers_[0].close());
  auto reader = TraceReader::open(path());
  ASSERT_TRUE(reader);
  EXPECT_EQ(reader->tree().processes().size(), 1u);
  ASSERT_TRUE(reader->tail_damage());
  EXPECT_EQ(*reader->tail_damage(),
            "chunk 1 is of a process that does not begin where a chunk of its parent ends; the 2 "
            "events before it are readable");
}

TEST(TraceName, ANumberAfterAnAtSignIsAProcess) {
  EXPECT_EQ(parse_trace_name("/nowhere/t.weft@12").file, "/nowhere/t.weft");
  EXPECT_EQ(parse_trace_name("/nowhere/t.weft@12").process, 12u);
  EXPECT_EQ(parse_trace_name("/nowhere/a@b").file, "/nowhere/a@b");
  EXPECT_EQ(parse_trace_name("/nowhere/a@").file, "/nowhere/a@");
  EXPECT_EQ(parse_trace_name("/nowhere/t.weft@99999999999").process, 0u);
  EXPECT_EQ(name_of_process("/nowhere/t.weft@12", 3), "/nowhere/t.weft@3");
  EXPECT_EQ(name_of_process("/nowhere/t.weft@12", 0), "/nowhere/t.weft");
}

}  // namespace
}  // namespace weft::trace::test
