/// The channels of child processes that are recorded (weft record --follow).
///
/// They lie in the file of the root's channel, after it, and are shared with every process of the
/// tree from the start: a child of fork() gets to its own channel by mremap, without a descriptor,
/// a path or a right of its own.
///
///   file      | root's channel, 4 KiB | root's ring | PoolHeader | slot 0 | slot 1 | ...
///   mapped at   kPoolAddress          |    (not)    | +4 KiB     | ...
///   a slot    | RecordChannel, 4 KiB | ring, kChildRingBytes |
///
/// The life of a slot
///
///   free ──claim──> claimed ──seen──> in use ──the recorder has drained it──> free
///          parent            recorder
///
/// 1. The parent claims a slot before it makes the child, and fills in who is whose child, and how
///    many bytes of events it has written by then (`parent_offset`): the child's log begins there.
///    All of that is published by `claims` before the parent publishes another event: whoever has
///    read a later `head` of the parent sees the claim.
/// 2. The child maps the slot as its channel, and writes events of its own.
/// 3. The parent says who it is (`program_pid`), or that it could not be made (`pid_error`), and then
///    that it is through with the slot (`is_named`).
/// 4. The recorder has seen the end of the child, and takes all that it wrote. The slot is not free
///    before the parent is through with it, or gone.
#pragma once

#include <atomic>
#include <cstdint>

#include "weft/channel/known_facts.h"
#include "weft/channel/layout.h"
#include "weft/channel/record_channel.h"

namespace weft::channel {

/// Processes alive at the same time, the root apart.
inline constexpr uint32_t kPoolSlots = 2048;
/// Small, so that two thousand of them take no more than 512 MiB.
inline constexpr uint64_t kChildRingBytes = 256 * 1024;
inline constexpr uint64_t kPoolHeaderBytes = 16 * 1024;
inline constexpr uint64_t kSlotBytes = kHeaderBytes + kChildRingBytes;

/// In the file.
inline constexpr uint64_t kPoolOffset = kHeaderBytes + kRingBytes;
inline constexpr uint64_t kPoolBytes = kPoolHeaderBytes + kPoolSlots * kSlotBytes;
constexpr uint64_t slot_offset(uint32_t slot) {
  return kPoolOffset + kPoolHeaderBytes + slot * kSlotBytes;
}
/// In the memory of a recorded process: the root's header, then the pool.
inline constexpr uint64_t kPoolAddress = 0x2e40'0000'0000;
constexpr uint64_t slot_address(uint32_t slot) {
  return kPoolAddress + kHeaderBytes + kPoolHeaderBytes + slot * kSlotBytes;
}

inline constexpr uint64_t kPoolMagic = 0x31306c6f'6f706677;  // "wfpool01"

enum class SlotState : uint32_t { kFree = 0, kTaken = 1, kClaimed = 2, kInUse = 3 };

struct PoolHeader {
  uint64_t magic;
  std::atomic<uint32_t> claims;             ///< goes up at each
  std::atomic<uint32_t> next_process;       ///< number of the next process; the root is 0
  std::atomic<uint32_t> state[kPoolSlots];  ///< SlotState
  KnownFacts facts;
};
static_assert(sizeof(PoolHeader) <= kPoolHeaderBytes);

}  // namespace weft::channel
