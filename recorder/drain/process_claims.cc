#include "recorder/drain/process_claims.h"

#include <fcntl.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <string>

namespace weft::drain {

using channel::SlotState;

Result<ProcessClaims> ProcessClaims::map(UniqueFd channel_fd) {
  ProcessClaims claims;
  claims.channel_fd_ = std::move(channel_fd);
  void* at = ::mmap(nullptr, channel::kPoolHeaderBytes, PROT_READ | PROT_WRITE, MAP_SHARED,
                    claims.channel_fd_.get(), channel::kPoolOffset);
  if (at == MAP_FAILED) {
    return Error{ErrorClass::kUsage,
                 std::string("no shared memory for the recording: mmap: ") + std::strerror(errno),
                 "see the limits with ulimit -a and the memory with free -m"};
  }
  claims.mapping_ = Mapping(at, channel::kPoolHeaderBytes);
  return claims;
}

/// There is no memory to map the channel: the child goes on unrecorded.
void ProcessClaims::stop_recording(uint32_t slot) const {
  constexpr uint32_t kStopped = 1;
  const uint64_t at = channel::slot_offset(slot) + offsetof(channel::RecordChannel, stopped);
  (void)!::pwrite(channel_fd_.get(), &kStopped, sizeof kStopped, static_cast<off_t>(at));
}

std::vector<Claim> ProcessClaims::take_new() {
  std::vector<Claim> claims;
  if (!mapping_) return claims;
  const uint32_t count = pool().claims.load(std::memory_order_acquire);
  if (count == seen_) return claims;
  seen_ = count;
  for (uint32_t slot = 0; slot < channel::kPoolSlots; ++slot) {
    auto claimed = static_cast<uint32_t>(SlotState::kClaimed);
    if (pool().state[slot].load(std::memory_order_acquire) != claimed) continue;
    pool().state[slot].store(static_cast<uint32_t>(SlotState::kInUse), std::memory_order_relaxed);
    auto ring = RingReader::map_slot(channel_fd_.get(), slot);
    if (!ring) {
      stop_recording(slot);
      continue;
    }
    const channel::RecordChannel& child = ring->channel();
    claims.push_back({slot, child.process, child.parent_process, child.parent_offset,
                      static_cast<trace::ProcessBegin>(child.begins), std::move(*ring)});
  }
  return claims;
}

void ProcessClaims::give_back(uint32_t slot) {
  // Whoever claims it next finds zeros.
  ::fallocate(channel_fd_.get(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
              static_cast<off_t>(channel::slot_offset(slot)), channel::kSlotBytes);
  pool().state[slot].store(static_cast<uint32_t>(SlotState::kFree), std::memory_order_release);
}

}  // namespace weft::drain
