/// Turns the columns of a chunk into its bytes in the file.
#pragma once

#include <cstddef>
#include <vector>

#include "recorder/trace/column_buffer.h"
#include "weft/trace/chunk_format.h"

struct ZSTD_CCtx_s;

namespace weft::trace {

class ChunkPacker {
 public:
  ChunkPacker();
  ~ChunkPacker();
  ChunkPacker(const ChunkPacker&) = delete;
  ChunkPacker& operator=(const ChunkPacker&) = delete;

  /// Makes `chunk` the header and what it stores. `header` says what the encoder knows; magic,
  /// type, sizes of what is stored, and checksums are filled in here.
  void pack(ChunkHeader header, const ColumnBuffers& columns, std::vector<std::byte>& chunk);

 private:
  void compress(const ColumnBuffers& columns, std::vector<std::byte>& chunk,
                uint32_t& content_bytes);

  ZSTD_CCtx_s* compressor_;
};

}  // namespace weft::trace
