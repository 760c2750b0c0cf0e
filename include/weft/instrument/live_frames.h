/// Which coroutine frames are alive, and which task each one is.
///
/// Question: task A says `co_await x`; x holds, somewhere, the handle of the coroutine B that A now
/// waits for. Every library calls that member differently, but it is always a pointer to B's frame
/// (coroutine_handle), or to its promise (Boost.Asio), which lies 16 bytes into the frame. So the
/// words of the awaiter are compared with the frames that are known to be alive. Nothing is ever
/// dereferenced: a word that is no frame is not in this table.
///
/// The table is a direct-mapped cache, not an exact set: a later frame displaces an earlier one of
/// the same slot, and then the edge A -> B is missing from the trace (B still has its parent, the
/// task that created it). Only programs that are being recorded write here.
#pragma once
#pragma GCC system_header

#include <stdint.h>

#include "weft/abi/weft_abi.h"

namespace weft::instrument {

/// What is known of a frame: its task, or, for a coroutine that is only a library's way to start an
/// operation, what the operation waits for (weft_wait).
struct LiveFrame {
  weft_task task = 0;
  uint32_t wait = WEFT_WAIT_UNKNOWN;
};

class LiveFrames {
 public:
  void put(const void* frame, weft_task task) noexcept { store(frame, task); }
  void put_wait(const void* frame, uint32_t wait) noexcept { store(frame, kWaitFlag | wait); }

  void remove(const void* frame) noexcept {
    Slot& slot = slot_of(reinterpret_cast<uintptr_t>(frame));
    if (slot.frame == reinterpret_cast<uintptr_t>(frame)) {
      __atomic_store_n(&slot.frame, uintptr_t{0}, __ATOMIC_RELAXED);
    }
  }

  /// Is `word` a pointer to a live frame or to its promise?
  bool find(uintptr_t word, LiveFrame& found) const noexcept {
    return find_frame(word, found) || find_frame(word - kPromiseOffset, found);
  }

 private:
  static constexpr uintptr_t kPromiseOffset = 16;  // resume and destroy pointers come before it
  static constexpr uint64_t kWaitFlag = uint64_t{1} << 63;
  static constexpr unsigned kSlotBits = 12;

  struct Slot {
    uintptr_t frame;
    uint64_t what;
  };

  static unsigned index_of(uintptr_t frame) noexcept {
    return static_cast<unsigned>((frame >> 4) * 0x9e3779b97f4a7c15u >> (64 - kSlotBits));
  }
  Slot& slot_of(uintptr_t frame) noexcept { return slots_[index_of(frame)]; }

  void store(const void* frame, uint64_t what) noexcept {
    Slot& slot = slot_of(reinterpret_cast<uintptr_t>(frame));
    __atomic_store_n(&slot.frame, uintptr_t{0}, __ATOMIC_RELEASE);
    __atomic_store_n(&slot.what, what, __ATOMIC_RELEASE);
    __atomic_store_n(&slot.frame, reinterpret_cast<uintptr_t>(frame), __ATOMIC_RELEASE);
  }

  bool find_frame(uintptr_t frame, LiveFrame& found) const noexcept {
    const Slot& slot = slots_[index_of(frame)];
    if (frame == 0 || __atomic_load_n(&slot.frame, __ATOMIC_ACQUIRE) != frame) return false;
    const uint64_t what = __atomic_load_n(&slot.what, __ATOMIC_ACQUIRE);
    if (__atomic_load_n(&slot.frame, __ATOMIC_RELAXED) != frame) return false;  // just displaced
    const bool is_wait = (what & kWaitFlag) != 0;
    found.task = is_wait ? 0 : what;
    found.wait = is_wait ? static_cast<uint32_t>(what) : uint32_t{WEFT_WAIT_TASK};
    return true;
  }

  Slot slots_[1u << kSlotBits];
};

inline constinit LiveFrames live_frames{};

}  // namespace weft::instrument
