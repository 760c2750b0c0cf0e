// Whatever happens to a trace file: a clear error or a prefix of what was recorded, never a crash.
#include "tests/unit/trace/trace_fixture.h"

namespace weft::trace::test {
namespace {

constexpr uint64_t kEventsPerChunk = 40;

class Damage : public TraceTest {
 protected:
  Damage() : log_(RandomEvents(11).make(600)), events_(with_rounded_times(log_)) {
    write_trace(log_, kEventsPerChunk);
    whole_ = read_file(path());
    auto reader = TraceReader::open(path());
    chunks_ = reader->chunks();
  }

  /// Reads `file` and returns how many events of it can be read; nullopt: it doesn't open.
  std::optional<uint64_t> readable(const std::string& file) {
    write_file(path("damaged"), file);
    auto reader = TraceReader::open(path("damaged"));
    if (!reader) {
      EXPECT_EQ(reader.error().error_class, ErrorClass::kBadTrace);
      EXPECT_NE(reader.error().message, "");
      EXPECT_NE(reader.error().hint, "");
      return std::nullopt;
    }
    if (!reader->complete()) {
      EXPECT_TRUE(reader->tail_damage());
    }
    const auto decoded = decode_all(*reader);
    EXPECT_LE(decoded.size(), events_.size());
    EXPECT_TRUE(std::equal(decoded.begin(), decoded.end(), events_.begin()));
    for (uint64_t i = 0; i < log_.count(); ++i) {
      if (log_.starts()[i] == decoded.size()) return i;
    }
    EXPECT_EQ(decoded.size(), events_.size());
    return log_.count();
  }

  /// Events in the chunks that lie wholly within the first `bytes` of the file.
  uint64_t events_within(uint64_t bytes) const {
    uint64_t events = 0;
    for (const ChunkRef& chunk : chunks_) {
      if (chunk.file_offset + sizeof(ChunkHeader) + chunk.stored_bytes <= bytes)
        events += chunk.event_count;
    }
    return events;
  }

  EventLog log_;
  std::vector<std::byte> events_;
  std::string whole_;
  std::vector<ChunkRef> chunks_;
};

TEST_F(Damage, CutAtEveryChunkBorder) {
  for (const ChunkRef& chunk : chunks_) {
    EXPECT_EQ(readable(whole_.substr(0, chunk.file_offset)), chunk.first_event.value());
    EXPECT_EQ(readable(whole_.substr(0, chunk.file_offset + 1)), chunk.first_event.value());
    EXPECT_EQ(readable(whole_.substr(0, chunk.file_offset - 1)),
              chunk.number == 0 ? std::nullopt
                                : std::optional(chunk.first_event.value() - kEventsPerChunk));
  }
}

TEST_F(Damage, CutAnywhere) {
  std::mt19937 random(1);
  for (int trial = 0; trial < 500; ++trial) {
    const uint64_t bytes = random() % whole_.size();
    SCOPED_TRACE("cut to " + std::to_string(bytes));
    const auto events = readable(whole_.substr(0, bytes));
    if (bytes < chunks_[0].file_offset) {
      EXPECT_EQ(events, std::nullopt);
    } else {
      EXPECT_EQ(events, events_within(bytes));
    }
  }
}

TEST_F(Damage, CutAnywhereInHeader) {
  for (uint64_t bytes = 0; bytes < chunks_[0].file_offset; ++bytes)
    EXPECT_EQ(readable(whole_.substr(0, bytes)), std::nullopt) << bytes;
}

TEST_F(Damage, EverySingleFlippedBitIsFound) {
  std::mt19937 random(2);
  const uint64_t index_at =
      chunks_.back().file_offset + sizeof(ChunkHeader) + chunks_.back().stored_bytes;
  for (int trial = 0; trial < 500; ++trial) {
    // A third of them in the header, a third in the index: chunks are most of the file.
    uint64_t at = random() % whole_.size();
    if (trial % 3 == 0) at = random() % chunks_[0].file_offset;
    if (trial % 3 == 1) at = index_at + random() % (whole_.size() - index_at);
    SCOPED_TRACE("flip in byte " + std::to_string(at));
    std::string file = whole_;
    file[at] = static_cast<char>(file[at] ^ (1 << random() % 8));
    const auto events = readable(file);
    if (at < chunks_[0].file_offset) {
      EXPECT_EQ(events, std::nullopt);
    } else if (at >= index_at) {
      EXPECT_EQ(events, log_.count());
      auto reader = TraceReader::open(path("damaged"));
      EXPECT_FALSE(reader->complete());
    } else {
      EXPECT_EQ(events, events_within(at));
    }
  }
}

TEST_F(Damage, NoiseInTheMiddle) {
  std::mt19937 random(3);
  for (int trial = 0; trial < 200; ++trial) {
    std::string file = whole_;
    const uint64_t at = random() % file.size();
    const uint64_t count = std::min<uint64_t>(file.size() - at, random() % 5000);
    for (uint64_t i = 0; i < count; ++i) file[at + i] = static_cast<char>(random());
    readable(file);
  }
}

TEST_F(Damage, ChunksRemovedOrSwapped) {
  const ChunkRef& third = chunks_[2];
  const ChunkRef& fourth = chunks_[3];
  const uint64_t end = chunks_[4].file_offset;
  const std::string before = whole_.substr(0, third.file_offset);
  const std::string a = whole_.substr(third.file_offset, fourth.file_offset - third.file_offset);
  const std::string b = whole_.substr(fourth.file_offset, end - fourth.file_offset);
  EXPECT_EQ(readable(before + b + whole_.substr(end)), third.first_event.value());
  EXPECT_EQ(readable(before + b + a + whole_.substr(end)), third.first_event.value());
}

/// The same with sound checksums: what the decoder itself must bear.
TEST_F(Damage, StoredBytesChangedUnderAMatchingChecksum) {
  std::mt19937 random(4);
  const ChunkRef& chunk = chunks_[1];
  for (int trial = 0; trial < 500; ++trial) {
    std::string file = whole_;
    const uint64_t stored_at = chunk.file_offset + sizeof(ChunkHeader);
    for (int n = trial % 4; n >= 0; --n)
      file[stored_at + random() % chunk.stored_bytes] = static_cast<char>(random());
    ChunkHeader header = chunk.header;
    header.stored_crc = crc32c(file.data() + stored_at, chunk.stored_bytes);
    header.header_crc = crc32c(&header, offsetof(ChunkHeader, header_crc));
    file.replace(chunk.file_offset, sizeof header, reinterpret_cast<const char*>(&header),
                 sizeof header);
    // Without the index, which has the old header.
    write_file(path("damaged"), file.substr(0, chunks_.back().file_offset));
    auto reader = TraceReader::open(path("damaged"));
    ASSERT_TRUE(reader);
    decode_all(*reader);
  }
}

}  // namespace
}  // namespace weft::trace::test
