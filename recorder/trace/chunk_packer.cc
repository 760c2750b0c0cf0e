#include "recorder/trace/chunk_packer.h"

#include <zstd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "weft/trace/crc32c.h"

namespace weft::trace {

namespace {

/// A redis run takes 1.28 bytes an event at level 1, 1.25 at level 3.
constexpr int kColumnsLevel = 1;
/// Level 3 takes 8 % less for a server's libraries, and three times as long: that is most of what
/// recording a short program costs, so it is not worth it.
constexpr int kContentLevel = 1;
constexpr size_t kContentColumn = static_cast<size_t>(Column::kContent);
static_assert(kContentColumn == kColumnCount - 1);
constexpr uint32_t kLeastCached = 4096;  // looking up less takes longer than compressing it

}  // namespace

ChunkPacker::ChunkPacker() : compressor_(ZSTD_createCCtx()) {
  if (compressor_ == nullptr) std::abort();  // out of memory
}

ChunkPacker::~ChunkPacker() {
  ZSTD_freeCCtx(compressor_);
}

size_t ChunkPacker::compress_columns(const ColumnBuffers& columns, std::vector<std::byte>& chunk,
                                     size_t at) {
  size_t total = 0;
  for (size_t i = 0; i < kContentColumn; ++i) total += columns[i].size();
  chunk.resize(at + ZSTD_compressBound(total) + 64 * kColumnCount);
  ZSTD_CCtx_reset(compressor_, ZSTD_reset_session_and_parameters);
  ZSTD_CCtx_setParameter(compressor_, ZSTD_c_compressionLevel, kColumnsLevel);
  ZSTD_CCtx_setPledgedSrcSize(compressor_, total);
  ZSTD_outBuffer out{chunk.data() + at, chunk.size() - at, 0};
  for (size_t i = 0; i < kContentColumn; ++i) {
    const bool last = i == kContentColumn - 1;
    if (columns[i].size() == 0 && !last) continue;
    ZSTD_inBuffer in{columns[i].data(), columns[i].size(), 0};
    const auto mode = last ? ZSTD_e_end : ZSTD_e_flush;
    if (ZSTD_compressStream2(compressor_, &out, &in, mode) != 0) std::abort();  // weft's own bug
  }
  return at + out.pos;
}

size_t ChunkPacker::compress_piece(std::span<const std::byte> content, bool of_file,
                                   std::vector<std::byte>& chunk, size_t at) {
  const auto bytes = static_cast<uint32_t>(content.size());
  const bool cached = of_file && bytes >= kLeastCached && cache_;
  cache::ContentHash hash;
  if (cached) {
    hash = cache_.hash_of(content);
    if (const size_t taken = cache_.take(hash, bytes, chunk, at)) return at + taken;
  }
  chunk.resize(std::max(chunk.size(), at + ZSTD_compressBound(bytes)));
  const size_t count = ZSTD_compressCCtx(compressor_, chunk.data() + at, chunk.size() - at,
                                         content.data(), bytes, kContentLevel);
  if (ZSTD_isError(count) != 0) std::abort();  // weft's own bug
  if (cached) cache_.keep(hash, bytes, {chunk.data() + at, count});
  return at + count;
}

void ChunkPacker::pack(ChunkHeader header, const ColumnBuffers& columns,
                       const std::vector<ContentPiece>& pieces, std::vector<std::byte>& chunk) {
  uint32_t lengths[kColumnCount];
  for (size_t i = 0; i < kColumnCount; ++i) lengths[i] = static_cast<uint32_t>(columns[i].size());
  const size_t content_at = compress_columns(columns, chunk, sizeof header + sizeof lengths);
  const auto* content = reinterpret_cast<const std::byte*>(columns[kContentColumn].data());
  size_t end = content_at;
  for (const ContentPiece& piece : pieces) {
    end = compress_piece({content, piece.bytes}, piece.of_file, chunk, end);
    content += piece.bytes;
  }
  chunk.resize(end);
  std::memcpy(chunk.data() + sizeof header, lengths, sizeof lengths);
  header.magic = kChunkMagic;
  header.type = ChunkType::kEvents;
  header.content_bytes = static_cast<uint32_t>(end - content_at);
  header.stored_bytes = static_cast<uint32_t>(chunk.size() - sizeof header);
  header.stored_crc = crc32c(chunk.data() + sizeof header, header.stored_bytes);
  header.header_crc = crc32c(&header, offsetof(ChunkHeader, header_crc));
  std::memcpy(chunk.data(), &header, sizeof header);
}

}  // namespace weft::trace
