/// Turns the columns of a chunk into its bytes in the file.
#pragma once

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "recorder/cache/content_cache.h"
#include "recorder/trace/column_buffer.h"
#include "weft/trace/chunk_format.h"

struct ZSTD_CCtx_s;

namespace weft::trace {

/// What one event added to the column kContent.
struct ContentPiece {
  uint32_t bytes;
  bool of_file;  ///< of a mapped file, which other recordings map as well
};

class ChunkPacker {
 public:
  ChunkPacker();
  ~ChunkPacker();
  ChunkPacker(const ChunkPacker&) = delete;
  ChunkPacker& operator=(const ChunkPacker&) = delete;

  /// Makes `chunk` the header and what it stores. `header` says what the encoder knows; magic,
  /// type, sizes of what is stored, and checksums are filled in here.
  void pack(ChunkHeader header, const ColumnBuffers& columns,
            const std::vector<ContentPiece>& pieces, std::vector<std::byte>& chunk);

  /// Contents of files that were compressed before are taken from there. The chunks are the same.
  void use(cache::ContentCache cache) { cache_ = std::move(cache); }
  /// The last chunk is packed: what is new is written to the cache.
  void finish() { cache_.write(); }

 private:
  /// The columns but kContent, as one frame at chunk[at]; the end of it.
  size_t compress_columns(const ColumnBuffers& columns, std::vector<std::byte>& chunk, size_t at);
  /// A piece of kContent, as a frame of its own at chunk[at]; the end of it.
  size_t compress_piece(std::span<const std::byte> content, bool of_file,
                        std::vector<std::byte>& chunk, size_t at);

  cache::ContentCache cache_;
  ZSTD_CCtx_s* compressor_;
};

}  // namespace weft::trace
