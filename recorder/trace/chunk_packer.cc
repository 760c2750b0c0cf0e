#include "recorder/trace/chunk_packer.h"

#include <zstd.h>

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

}  // namespace

ChunkPacker::ChunkPacker() : compressor_(ZSTD_createCCtx()) {
  if (compressor_ == nullptr) std::abort();  // out of memory
}

ChunkPacker::~ChunkPacker() {
  ZSTD_freeCCtx(compressor_);
}

void ChunkPacker::compress(const ColumnBuffers& columns, std::vector<std::byte>& chunk,
                           uint32_t& content_bytes) {
  constexpr size_t kContentColumn = static_cast<size_t>(Column::kContent);
  static_assert(kContentColumn == kColumnCount - 1);
  const ColumnBuffer& content = columns[kContentColumn];
  uint32_t lengths[kColumnCount];
  size_t total = 0;
  for (size_t i = 0; i < kColumnCount; ++i) {
    lengths[i] = static_cast<uint32_t>(columns[i].size());
    total += lengths[i];
  }
  const size_t columns_total = total - content.size();
  constexpr size_t kFrameAt = sizeof(ChunkHeader) + sizeof lengths;
  chunk.resize(kFrameAt + ZSTD_compressBound(columns_total) + 64 * kColumnCount +
               ZSTD_compressBound(content.size()));
  std::memcpy(chunk.data() + sizeof(ChunkHeader), lengths, sizeof lengths);
  ZSTD_CCtx_reset(compressor_, ZSTD_reset_session_and_parameters);
  ZSTD_CCtx_setParameter(compressor_, ZSTD_c_compressionLevel, kColumnsLevel);
  ZSTD_CCtx_setPledgedSrcSize(compressor_, columns_total);
  ZSTD_outBuffer out{chunk.data() + kFrameAt, chunk.size() - kFrameAt, 0};
  for (size_t i = 0; i < kContentColumn; ++i) {
    const bool last = i == kContentColumn - 1;
    if (columns[i].size() == 0 && !last) continue;
    ZSTD_inBuffer in{columns[i].data(), columns[i].size(), 0};
    const auto mode = last ? ZSTD_e_end : ZSTD_e_flush;
    if (ZSTD_compressStream2(compressor_, &out, &in, mode) != 0) std::abort();  // weft's own bug
  }
  std::byte* second = chunk.data() + kFrameAt + out.pos;
  size_t count = 0;
  if (content.size() > 0) {
    count = ZSTD_compressCCtx(compressor_, second, chunk.size() - kFrameAt - out.pos,
                              content.data(), content.size(), kContentLevel);
    if (ZSTD_isError(count) != 0) std::abort();  // weft's own bug
  }
  content_bytes = static_cast<uint32_t>(count);
  chunk.resize(kFrameAt + out.pos + count);
}

void ChunkPacker::pack(ChunkHeader header, const ColumnBuffers& columns,
                       std::vector<std::byte>& chunk) {
  compress(columns, chunk, header.content_bytes);
  header.magic = kChunkMagic;
  header.type = ChunkType::kEvents;
  header.stored_bytes = static_cast<uint32_t>(chunk.size() - sizeof header);
  header.stored_crc = crc32c(chunk.data() + sizeof header, header.stored_bytes);
  header.header_crc = crc32c(&header, offsetof(ChunkHeader, header_crc));
  std::memcpy(chunk.data(), &header, sizeof header);
}

}  // namespace weft::trace
