// What was written is what is read.
#include "tests/unit/trace/trace_fixture.h"

namespace weft::trace::test {
namespace {

class RoundTrip : public TraceTest {
 protected:
  void expect_same(const EventLog& log, uint64_t events_per_chunk = 0) {
    write_trace(log, events_per_chunk);
    auto reader = TraceReader::open(path());
    ASSERT_TRUE(reader) << reader.error().message;
    EXPECT_TRUE(reader->complete());
    EXPECT_FALSE(reader->tail_damage());
    EXPECT_EQ(reader->total_events(), log.count());
    EXPECT_EQ(reader->total_raw_bytes(), log.bytes().size());
    std::string error;
    const auto decoded = decode_all(*reader, &error);
    EXPECT_EQ(error, "");
    EXPECT_TRUE(decoded == with_rounded_times(log));
  }
};

TEST_F(RoundTrip, HeaderSaysWhatWasRecorded) {
  write_trace({});
  auto reader = TraceReader::open(path());
  ASSERT_TRUE(reader) << reader.error().message;
  const TraceInfo want = sample_info();
  const TraceInfo& got = reader->info();
  EXPECT_EQ(got.format_version, kOneProcessVersion);
  EXPECT_EQ(got.weft_version, want.weft_version);
  EXPECT_EQ(got.uuid, want.uuid);
  EXPECT_EQ(got.program, want.program);
  EXPECT_EQ(got.arguments, want.arguments);
  EXPECT_EQ(got.environment, want.environment);
  EXPECT_EQ(got.working_directory, want.working_directory);
  EXPECT_EQ(got.host_name, want.host_name);
  EXPECT_EQ(got.cpu_model, want.cpu_model);
  EXPECT_EQ(got.kernel_release, want.kernel_release);
  EXPECT_EQ(got.tsc_hz, want.tsc_hz);
  EXPECT_EQ(got.start_tsc, want.start_tsc);
  EXPECT_EQ(got.start_wall_ns, want.start_wall_ns);
}

TEST_F(RoundTrip, TraceWithoutEvents) {
  expect_same({});
}

TEST_F(RoundTrip, EventsOfEveryKind) {
  for (uint32_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    expect_same(RandomEvents(seed).make(3000));
  }
}

TEST_F(RoundTrip, SmallChunks) {
  expect_same(RandomEvents(7).make(500), 3);
}

TEST_F(RoundTrip, ServerTakesAtMostTwoAndAHalfBytesAnEvent) {
  const EventLog log = redis_like(1500, 1);
  expect_same(log);
  const auto file_bytes = std::filesystem::file_size(path());
  EXPECT_LT(static_cast<double>(file_bytes) / static_cast<double>(log.count()), 2.5);
}

TEST_F(RoundTrip, TimesThatGoBackOrJump) {
  EventLog log;
  for (const uint64_t time : {uint64_t{1} << 63, uint64_t{0}, UINT64_MAX, uint64_t{127},
                              uint64_t{239} * 128, uint64_t{480} * 128}) {
    EventHeader header{};
    header.time = time;
    header.kind = static_cast<uint8_t>(EventKind::kThread);
    log.add(header, "");
  }
  expect_same(log);
}

TEST_F(RoundTrip, ManyThreads) {
  EventLog log;
  for (uint32_t i = 0; i < 20'000; ++i) {
    EventHeader header{};
    header.thread = i * 7919 % 5000;
    header.kind = static_cast<uint8_t>(EventKind::kThreadExit);
    log.add(header, "");
  }
  expect_same(log);
}

TEST_F(RoundTrip, CheckOfSentBytesNeedsNoBytes) {
  std::mt19937 random(1);
  EventLog log;
  for (int i = 0; i < 10'000; ++i) {
    std::string sent = "value " + std::to_string(random());
    add_call(log, {.call = 1,
                   .site = 1,
                   .arguments = {7, 8, sent.size()},
                   .result = static_cast<int64_t>(sent.size()),
                   .effects = {{1, EffectKind::kSent, sent}},
                   .checked = true});
  }
  expect_same(log);
}

EventLog mapped_file(EventLog log, const std::string& content, uint64_t address, uint32_t piece) {
  for (size_t at = 0; at < content.size(); at += piece) {
    EventHeader header{};
    header.kind = static_cast<uint8_t>(EventKind::kData);
    std::string payload;
    append(payload, address + at);
    log.add(header, payload + content.substr(at, piece));
  }
  return log;
}

std::string noise(size_t bytes, uint32_t seed) {
  std::mt19937 random(seed);
  std::string out(bytes, '\0');
  for (char& byte : out) byte = static_cast<char>(random());
  return out;
}

TEST_F(RoundTrip, FileThatIsMappedTwiceIsStoredOnce) {
  const std::string file = noise(3'000'001, 1);
  EventLog log = mapped_file({}, file, 0x10000, kMaxDataBytes);
  log = mapped_file(log, file.substr(0x26000), 0x90000, kMaxDataBytes);
  log = mapped_file(log, file.substr(0x5000, 5000), 0xa0000, 5000);
  expect_same(log);
  EXPECT_LT(std::filesystem::file_size(path()), file.size() + 20'000);
}

TEST_F(RoundTrip, PagesOfManyChunksInAnyOrder) {
  std::mt19937 random(2);
  EventLog log;
  for (int i = 0; i < 300; ++i) {
    std::string content;
    for (uint64_t n = 1 + random() % 15; n > 0; --n) {
      const auto which = static_cast<uint32_t>(random() % 40);
      content += which == 0 ? std::string(kContentPage, '\0') : noise(kContentPage, which);
    }
    if (random() % 3 == 0) content += noise(random() % 4000, 99);
    log = mapped_file(std::move(log), content, 0x1000, kMaxDataBytes);
  }
  expect_same(log, 20);
}

/// A chunk that repeats pages of a damaged one cannot be had, and says so; the others can.
TEST_F(RoundTrip, PagesOfADamagedChunk) {
  const std::string file = noise(100'000, 3);
  EventLog log = mapped_file({}, file, 0x10000, kMaxDataBytes);
  log = mapped_file(log, file, 0x90000, kMaxDataBytes);
  log = mapped_file(log, noise(5000, 4), 0x90000, kMaxDataBytes);
  write_trace(log, 2);
  std::string bytes = read_file(path());
  auto reader = TraceReader::open(path());
  ASSERT_EQ(reader->chunks().size(), 3u);
  bytes[reader->chunks()[0].file_offset + 500] ^= 1;
  write_file(path(), bytes);
  EXPECT_FALSE(reader->decode(reader->chunks()[0]));
  const auto second = reader->decode(reader->chunks()[1]);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().message,
            path() + ": chunk 1 is damaged (an earlier chunk that it needs is damaged)");
  EXPECT_TRUE(reader->decode(reader->chunks()[2]));
}

TEST_F(RoundTrip, ClocksCostNextToNothing) {
  std::mt19937 random(1);
  EventLog log;
  uint64_t time = 1'000'000;
  for (int i = 0; i < 20'000; ++i) {
    time += 2000 + random() % 3000;
    const uint64_t now_us = uint64_t{1'700'000'000} * 1'000'000 + time / 2600;
    const uint64_t words[2] = {now_us / 1'000'000, now_us % 1'000'000};
    add_call(log, {.call = 96,
                   .site = 1,
                   .arguments = {2, 0},
                   .effects = {{0,
                                EffectKind::kWritten,
                                {reinterpret_cast<const char*>(words), sizeof words}}},
                   .time = time});
  }
  expect_same(log);
  EXPECT_LT(std::filesystem::file_size(path()), 20'000 * 1.5);
}

TEST_F(RoundTrip, ChunksSayWhereTheirEventsAre) {
  const EventLog log = RandomEvents(3).make(100);
  write_trace(log, 30);
  auto reader = TraceReader::open(path());
  ASSERT_TRUE(reader);
  ASSERT_EQ(reader->chunks().size(), 4u);
  for (uint64_t i = 0; i < 4; ++i) {
    const ChunkRef& chunk = reader->chunks()[i];
    EXPECT_EQ(chunk.number, i);
    EXPECT_EQ(chunk.first_event, EventIndex(30 * i));
    EXPECT_EQ(chunk.raw_offset, log.starts()[30 * i]);
  }
  // Any chunk, in any order.
  const ChunkRef& last = reader->chunks()[3];
  auto events = reader->decode(last);
  ASSERT_TRUE(events);
  const auto all = with_rounded_times(log);
  EXPECT_TRUE(std::equal(events->begin(), events->end(), all.begin() + last.raw_offset));
}

TEST_F(RoundTrip, FlushedEventsAreReadableWhileTheWriterLives) {
  const EventLog log = RandomEvents(4).make(50);
  auto writer = TraceWriter::create(path(), sample_info(), Overwrite::kRefuse);
  ASSERT_TRUE(writer);
  ASSERT_TRUE(writer->append(log.bytes().data(), log.bytes().size()));
  EXPECT_EQ(writer->stats().events, 50u);
  ASSERT_TRUE(writer->flush());
  auto reader = TraceReader::open(path());
  ASSERT_TRUE(reader);
  EXPECT_FALSE(reader->complete());
  EXPECT_EQ(reader->tail_damage(),
            "the trace was not closed (the recorder was killed, or still records); "
            "50 events are readable");
  EXPECT_TRUE(decode_all(*reader) == with_rounded_times(log));
}

}  // namespace
}  // namespace weft::trace::test
