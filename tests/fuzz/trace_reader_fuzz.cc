/// libFuzzer target: any bytes as a trace file.
///
/// The first byte of the input chooses how deep the rest goes in, since no fuzzer guesses a
/// CRC-32C:
///   0  the rest is a file
///   1  the rest is a file whose checksums are put right first
///   2  the rest is the columns of a chunk, which are compressed and go straight to the decoder
/// (and so on, modulo 3).
///
/// Build: clang++-19 -fsanitize=fuzzer,address,undefined. A finding is a crash, a sanitizer report,
/// an event that event_fault() refuses, or more than a few seconds.
#include <sys/mman.h>
#include <unistd.h>
#include <zstd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "replayer/inspect/event_text.h"
#include "replayer/inspect/summary/trace_summary.h"
#include "replayer/trace/chunk_decoder.h"
#include "replayer/trace/trace_reader.h"
#include "weft/trace/crc32c.h"
#include "weft/trace/event_check.h"

namespace {

using namespace weft::trace;

/// Goes over decoded events as the commands do.
void use_events(std::span<const std::byte> events) {
  for (size_t at = 0; at < events.size();) {
    if (event_fault(events.data() + at, events.size() - at) != nullptr) std::abort();
    at += EventView(events.data() + at).bytes();
  }
  weft::inspect::TraceSummary summary;
  size_t text_bytes = 0;
  for (EventCursor at(events); !at.done(); at.next()) {
    summary.add(at.index().value(), at.event());
    if (at.index().value() < 1000) text_bytes += weft::inspect::event_text(at.event()).size();
  }
  summary.finish();
  if (text_bytes == SIZE_MAX) std::puts("never");
}

void read_file(const uint8_t* data, size_t bytes) {
  static const int fd = ::memfd_create("trace", 0);
  static const std::string path = "/proc/self/fd/" + std::to_string(fd);
  if (::ftruncate(fd, 0) != 0 || ::pwrite(fd, data, bytes, 0) != static_cast<ssize_t>(bytes))
    return;
  auto reader = TraceReader::open(path);
  if (!reader) return;
  for (const ChunkRef& chunk : reader->chunks()) {
    const auto events = reader->decode(chunk);
    if (events) use_events(*events);
  }
}

/// The structure of type T at `at`, changed by `change`, if it is there.
template <class T, class Change>
bool mend(std::vector<uint8_t>& file, size_t at, Change change) {
  if (at > file.size() || file.size() - at < sizeof(T)) return false;
  T value;
  std::memcpy(&value, file.data() + at, sizeof value);
  const bool goes_on = change(value);
  std::memcpy(file.data() + at, &value, sizeof value);
  return goes_on;
}

void read_mended_file(std::vector<uint8_t> file) {
  size_t at = sizeof(Prelude);
  const auto left = [&] { return file.size() - at; };
  const bool has_chunks = mend<Prelude>(file, 0,
                                        [](Prelude& prelude) {
                                          prelude.magic = kFileMagic;
                                          prelude.version = kFormatVersion;
                                          prelude.crc = crc32c(&prelude, offsetof(Prelude, crc));
                                          return true;
                                        }) &&
                          mend<InfoHeader>(file, at, [&](InfoHeader& header) {
                            at += sizeof header;
                            if (header.bytes > left()) return false;
                            header.crc =
                                crc32c(file.data() + at, header.bytes, crc32c(&header.bytes, 4));
                            at += header.bytes;
                            return true;
                          });
  while (has_chunks && mend<ChunkHeader>(file, at, [&](ChunkHeader& header) {
           at += sizeof header;
           if (header.stored_bytes > left()) return false;
           header.magic = kChunkMagic;
           header.process %= 4;
           header.stored_crc = crc32c(file.data() + at, header.stored_bytes);
           header.header_crc = crc32c(&header, offsetof(ChunkHeader, header_crc));
           at += header.stored_bytes;
           return true;
         })) {
  }
  read_file(file.data(), file.size());
}

/// Input: u32 events, u32 raw bytes, u16 length of each column, then the columns.
void decode_columns(const uint8_t* data, size_t bytes) {
  constexpr size_t kHead = 8 + 2 * kColumnCount;
  if (bytes < kHead) return;
  ChunkHeader header{};
  header.clock_khz = 2'000'000;
  header.type = ChunkType::kEvents;
  std::memcpy(&header.event_count, data, 4);
  std::memcpy(&header.raw_bytes, data + 4, 4);
  header.event_count %= 4096;
  header.raw_bytes = header.raw_bytes % (kMaxChunkRawBytes + 8) / 8 * 8;
  uint32_t lengths[kColumnCount];
  auto left = static_cast<uint32_t>(bytes - kHead);
  for (size_t i = 0; i < kColumnCount; ++i) {
    uint16_t length;
    std::memcpy(&length, data + 8 + 2 * i, sizeof length);
    lengths[i] = i == kColumnCount - 1 ? left : std::min<uint32_t>(length, left);
    left -= lengths[i];
  }
  std::vector<std::byte> stored(sizeof lengths + 2 * ZSTD_compressBound(bytes));
  std::memcpy(stored.data(), lengths, sizeof lengths);
  size_t at = sizeof lengths;
  const auto compress = [&](const uint8_t* from, size_t count) {
    const size_t frame = ZSTD_compress(stored.data() + at, stored.size() - at, from, count, -5);
    at += frame;
    return frame;
  };
  const uint32_t content = lengths[kColumnCount - 1];
  compress(data + kHead, bytes - kHead - content);
  header.content_bytes = static_cast<uint32_t>(compress(data + bytes - content, content));
  stored.resize(at);
  static ChunkDecoder decoder;
  std::vector<std::byte> events(header.raw_bytes);
  if (decoder.decode(header, stored, events, nullptr) == nullptr) use_events(events);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t bytes) {
  if (bytes == 0) return 0;
  switch (data[0] % 3) {
    case 0:
      read_file(data + 1, bytes - 1);
      break;
    case 1:
      read_mended_file({data + 1, data + bytes});
      break;
    default:
      decode_columns(data + 1, bytes - 1);
  }
  return 0;
}
