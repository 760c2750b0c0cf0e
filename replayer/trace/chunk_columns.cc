#include "replayer/trace/chunk_columns.h"

#include <zstd.h>

#include <cstdlib>

namespace weft::trace {

namespace {

/// No chunk that a recorder writes has columns of more than this: an event takes up at least 32
/// bytes, and its columns hold less than three times what it takes up.
constexpr uint64_t kMaxColumnBytes = 3 * uint64_t{kMaxChunkRawBytes};

}  // namespace

ChunkColumns::ChunkColumns() : decompressor_(ZSTD_createDCtx()) {
  if (decompressor_ == nullptr) std::abort();  // out of memory
}

ChunkColumns::~ChunkColumns() {
  ZSTD_freeDCtx(decompressor_);
}

const char* ChunkColumns::open(std::span<const std::byte> stored, uint32_t content_bytes) {
  uint32_t lengths[kColumnCount];
  if (stored.size() < sizeof lengths + content_bytes) return "it is too short";
  std::memcpy(lengths, stored.data(), sizeof lengths);
  uint64_t total = 0;
  for (const uint32_t length : lengths) total += length;
  if (total > kMaxColumnBytes) return "its columns are too long";
  bytes_.resize(total);
  const uint64_t content_length = lengths[kColumnCount - 1];
  const uint64_t columns_length = total - content_length;
  const auto frames = stored.subspan(sizeof lengths);
  if (!decompress(frames.first(frames.size() - content_bytes), 0, columns_length) ||
      !decompress(frames.last(content_bytes), columns_length, content_length))
    return "it cannot be decompressed";
  const uint8_t* at = bytes_.data();
  for (size_t i = 0; i < kColumnCount; ++i) {
    readers_[i].open(at, lengths[i]);
    at += lengths[i];
  }
  return nullptr;
}

bool ChunkColumns::decompress(std::span<const std::byte> frame, uint64_t at, uint64_t length) {
  if (frame.empty()) return length == 0;
  return ZSTD_decompressDCtx(decompressor_, bytes_.data() + at, length, frame.data(),
                             frame.size()) == length;
}

const char* ChunkColumns::fault() const {
  for (const ColumnReader& reader : readers_) {
    if (reader.overrun()) return "its columns are too short";
    if (!reader.used_up()) return "its columns are too long";
  }
  return nullptr;
}

}  // namespace weft::trace
