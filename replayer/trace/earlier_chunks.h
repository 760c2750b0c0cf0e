/// Chunks that a chunk refers to: pages that came before (chunk_format.h).
///
/// References lead to places where the page itself is stored, never to other references. So an
/// earlier chunk is decoded for its own bytes only, and one such decoding is all it takes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "replayer/trace/chunk_decoder.h"

namespace weft::trace {

class TraceReader;

class EarlierChunks : public EarlierLog {
 public:
  /// To be called before each use: a reader may have moved.
  void serve(TraceReader* reader) { reader_ = reader; }

  bool copy(uint64_t place, std::span<std::byte> to) override;

 private:
  struct Cached {
    uint64_t number = UINT64_MAX;  ///< of the chunk
    uint64_t last_use = 0;
    std::vector<std::byte> events;
  };

  TraceReader* reader_ = nullptr;
  ChunkDecoder decoder_;
  std::vector<std::byte> stored_;
  /// A library's pages lie in a few chunks; 8 MiB at most.
  std::array<Cached, 8> cache_;
  uint64_t uses_ = 0;
};

}  // namespace weft::trace
