/// The recorder's view of the channels of child processes (weft/channel/process_pool.h).
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "recorder/drain/ring_reader.h"
#include "weft/base/result.h"
#include "weft/base/unique_fd.h"
#include "weft/channel/process_pool.h"
#include "weft/trace/chunk_format.h"

namespace weft::drain {

/// A child that its parent is about to make, or has made.
struct Claim {
  uint32_t slot;
  uint32_t process;         ///< as its channel has it
  uint32_t parent_process;  ///< likewise
  uint64_t parent_offset;   ///< in the parent's ring
  trace::ProcessBegin begin;
  RingReader ring;
};

class ProcessClaims {
 public:
  /// Without a pool: nobody claims anything.
  ProcessClaims() = default;
  /// Takes the descriptor of the channels' file, and maps the pool's header.
  static Result<ProcessClaims> map(UniqueFd channel_fd);

  /// Claims that were made since the last look; those that cannot be mapped are left out.
  std::vector<Claim> take_new();
  /// Nobody uses the slot any more; its memory is given back.
  void give_back(uint32_t slot);

 private:
  void stop_recording(uint32_t slot) const;
  channel::PoolHeader& pool() const { return *mapping_.as<channel::PoolHeader>(); }

  UniqueFd channel_fd_;
  Mapping mapping_;
  uint32_t seen_ = 0;
};

}  // namespace weft::drain
