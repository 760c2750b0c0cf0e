// Files that are no traces, and traces that cannot be written: error classes and texts.
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>

#include "tests/unit/trace/trace_fixture.h"
#include "weft/trace/event_check.h"
#include "weft/trace/preempt_state.h"

namespace weft::trace::test {
namespace {

class BadInput : public TraceTest {
 protected:
  /// The error of opening a file with that content, without its path.
  Error error_of(const std::string& content) {
    write_file(path(), content);
    auto reader = TraceReader::open(path());
    EXPECT_FALSE(reader);
    if (reader) return {ErrorClass::kUsage, "", ""};
    Error error = reader.error();
    EXPECT_EQ(error.message.find(path() + " "), 0u);
    error.message.erase(0, path().size() + 1);
    return error;
  }
};

TEST_F(BadInput, EmptyFile) {
  const Error error = error_of("");
  EXPECT_EQ(error.error_class, ErrorClass::kBadTrace);
  EXPECT_EQ(error.message, "is empty");
}

TEST_F(BadInput, TextFile) {
  EXPECT_EQ(error_of("#!/bin/sh\necho this is no trace at all\n").message, "is not a weft trace");
  EXPECT_EQ(error_of("x").message, "is not a weft trace");
}

TEST_F(BadInput, NewerFormat) {
  write_trace({});
  std::string file = read_file(path());
  Prelude prelude;
  std::memcpy(&prelude, file.data(), sizeof prelude);
  prelude.version = 9;
  std::memcpy(prelude.weft_version, "3.2.1\0", 6);
  prelude.crc = crc32c(&prelude, offsetof(Prelude, crc));
  file.replace(0, sizeof prelude, reinterpret_cast<const char*>(&prelude), sizeof prelude);
  const Error error = error_of(file);
  EXPECT_EQ(error.error_class, ErrorClass::kBadTrace);
  EXPECT_EQ(error.message, "has format version 9; this weft reads up to version 4");
  EXPECT_EQ(error.hint, "Use weft 3.2.1 or newer, which wrote it");
}

TEST_F(BadInput, DamagedHeader) {
  write_trace({});
  const std::string file = read_file(path());
  for (const size_t at : {size_t{3}, size_t{9}, sizeof(Prelude) + 30}) {
    std::string flipped = file;
    flipped[at] = static_cast<char>(flipped[at] ^ 4);
    EXPECT_EQ(error_of(flipped).message, "has a damaged header");
  }
}

TEST_F(BadInput, CutHeader) {
  write_trace({});
  const std::string file = read_file(path());
  EXPECT_EQ(error_of(file.substr(0, 5)).message, "is cut within its header");
  EXPECT_EQ(error_of(file.substr(0, 36)).message, "is cut within its header");
}

TEST_F(BadInput, NoFileAndNoRegularFile) {
  auto missing = TraceReader::open(path("missing"));
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().error_class, ErrorClass::kUsage);
  EXPECT_EQ(missing.error().message,
            "Cannot open " + path("missing") + ": No such file or directory");
  auto directory = TraceReader::open(directory_);
  ASSERT_FALSE(directory);
  EXPECT_EQ(directory.error().message, directory_ + " is a directory, not a weft trace");
  auto device = TraceReader::open("/dev/zero");
  ASSERT_FALSE(device);
  EXPECT_EQ(device.error().message, "/dev/zero is not a regular file");
}

TEST_F(BadInput, ExistingFileIsNotOverwritten) {
  write_file(path(), "precious");
  auto writer = TraceWriter::create(path(), sample_info(), Overwrite::kRefuse);
  ASSERT_FALSE(writer);
  EXPECT_EQ(writer.error().error_class, ErrorClass::kUsage);
  EXPECT_EQ(writer.error().message, path() + " exists already");
  EXPECT_EQ(read_file(path()), "precious");
}

TEST_F(BadInput, OverwrittenFileIsPrivate) {
  write_file(path(), "old and open to all");
  ::chmod(path().c_str(), 0666);
  ASSERT_TRUE(TraceWriter::create(path(), sample_info(), Overwrite::kAllow));
  struct stat status{};
  ASSERT_EQ(::stat(path().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
}

TEST_F(BadInput, MalformedEventEndsTheTraceBeforeIt) {
  const EventLog log = RandomEvents(5).make(20);
  auto writer = TraceWriter::create(path(), sample_info(), Overwrite::kRefuse);
  ASSERT_TRUE(writer);
  ASSERT_TRUE(writer->append(log.bytes().data(), log.bytes().size()));
  std::vector<std::byte> noise(64, std::byte{0xab});
  const Status status = writer->append(noise.data(), noise.size());
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().message,
            "Event 20 cannot be recorded: the ring holds an event that is too large");
  ASSERT_TRUE(writer->close());
  auto reader = TraceReader::open(path());
  ASSERT_TRUE(reader);
  EXPECT_TRUE(reader->complete());
  EXPECT_TRUE(decode_all(*reader) == with_rounded_times(log));
}

/// A kPreempt event with so many ranges and digests, whose StateRecord says `hidden`.
std::string preempt_payload(uint64_t hidden, const std::vector<ByteRange>& items) {
  std::string payload(sizeof(PreemptRecord), '\0');
  append(payload, StateRecord{hidden, 0});
  for (const ByteRange& item : items) append(payload, item);
  return payload;
}

const char* fault_of_preempt(const std::string& payload) {
  EventHeader header{};
  header.kind = static_cast<uint8_t>(EventKind::kPreempt);
  header.flags = kWholeState;
  EventLog log;
  log.add(header, payload);
  return event_fault(log.bytes().data(), log.bytes().size());
}

TEST_F(BadInput, StateOfAPreemptionIsWhole) {
  EXPECT_EQ(fault_of_preempt(preempt_payload(2, {{1, 2}, {2, 5}, {9, 8}})), nullptr);
  EXPECT_EQ(fault_of_preempt(preempt_payload(0, {})), nullptr);
  EXPECT_STREQ(fault_of_preempt(std::string(sizeof(PreemptRecord), 'x')),
               "an event without its state");
  EXPECT_STREQ(fault_of_preempt(preempt_payload(2, {{1, 2}})), "a state with missing ranges");
  EXPECT_STREQ(fault_of_preempt(preempt_payload(UINT64_MAX, {{1, 2}})),
               "a state with missing ranges");
  EXPECT_STREQ(fault_of_preempt(preempt_payload(1, {{3, 2}})), "a state with a wrong range");
  EXPECT_STREQ(fault_of_preempt(preempt_payload(2, {{5, 6}, {1, 2}})),
               "a state with a wrong range");
}

TEST_F(BadInput, StateOfMemoryIsWhole) {
  EventHeader header{};
  header.kind = static_cast<uint8_t>(EventKind::kMemory);
  const auto fault = [&header](const std::string& payload) {
    EventLog log;
    log.add(header, payload);
    return event_fault(log.bytes().data(), log.bytes().size());
  };
  std::string payload;
  append(payload, StateRecord{1, 0});
  EXPECT_STREQ(fault(payload), "a state with missing ranges");
  append(payload, ByteRange{1, 2});
  EXPECT_EQ(fault(payload), nullptr);
  EXPECT_STREQ(fault(payload + "12345678"), "a state of the wrong size");
  EXPECT_STREQ(fault(""), "an event without its state");
}

/// A limit on file sizes stands for a full disk: a write that fails half-way.
TEST_F(BadInput, FullDiskLeavesAReadableTrace) {
  const EventLog log = RandomEvents(6).make(3000);
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto handler = ::signal(SIGXFSZ, SIG_IGN);
  const rlimit limit{200'001, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &limit), 0);
  auto writer = TraceWriter::create(path(), sample_info(), Overwrite::kRefuse);
  Status status;
  for (uint64_t i = 0; writer && status && i + 1 < log.count(); ++i) {
    status =
        writer->append(log.bytes().data() + log.starts()[i], log.starts()[i + 1] - log.starts()[i]);
    if (status && i % 50 == 0) status = writer->flush();
  }
  const Status after = writer->append(log.bytes().data(), log.bytes().size());
  const Status closed = writer->close();
  ::setrlimit(RLIMIT_FSIZE, &before);
  ::signal(SIGXFSZ, handler);

  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().error_class, ErrorClass::kUsage);
  EXPECT_EQ(status.error().message.find("Cannot write " + path() + ": File too large; "), 0u);
  auto reader = TraceReader::open(path());
  ASSERT_TRUE(reader);
  EXPECT_GT(reader->total_events(), 0u);
  const auto decoded = decode_all(*reader);
  EXPECT_EQ(decoded.size(), reader->total_raw_bytes());
  const auto all = with_rounded_times(log);
  EXPECT_TRUE(std::equal(decoded.begin(), decoded.end(), all.begin()));
  EXPECT_NE(status.error().message.find("the trace ends after " +
                                        std::to_string(reader->total_events()) + " events"),
            std::string::npos);
}

}  // namespace
}  // namespace weft::trace::test
