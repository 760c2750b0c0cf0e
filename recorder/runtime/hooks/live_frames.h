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
/// task that created it). What is in it follows from the order of hooks alone, and hooks take
/// turns: the same in record and in replay.
#pragma once

#include <cstdint>

#include "weft/abi/weft_abi.h"

namespace weft::runtime {

/// What is known of a frame: its task, or, for a coroutine that is only a library's way to start an
/// operation, what the operation waits for (weft_wait).
struct LiveFrame {
  uint64_t frame = 0;  // 0: free
  uint64_t task = 0;
  uint32_t wait = WEFT_WAIT_UNKNOWN;
};

class LiveFrames {
 public:
  void put(const LiveFrame& frame) { slots_[index_of(frame.frame)] = frame; }

  void remove(uint64_t frame) {
    LiveFrame& slot = slots_[index_of(frame)];
    if (slot.frame == frame) slot = {};
  }

  void clear() {
    for (LiveFrame& slot : slots_) slot = {};
    for (Waits& waits : waits_) waits = {};
  }

  /// `task` stops, and waits for this object, which is no task (0: it does not wait for one).
  void stop(uint64_t task, uint64_t object) { waits_[task % (1u << kSlotBits)] = {task, object}; }
  bool stopped_for(uint64_t task, uint64_t object) const {
    const Waits& waits = waits_[task % (1u << kSlotBits)];
    return object != 0 && waits.task == task && waits.object == object;
  }

  /// What `word` points to, if that is a live frame or its promise; else nullptr.
  const LiveFrame* find(uint64_t word) const {
    const LiveFrame* found = find_frame(word);
    return found != nullptr ? found : find_frame(word - kPromiseOffset);
  }

 private:
  static constexpr uint64_t kPromiseOffset = 16;  // resume and destroy pointers come before it
  static constexpr unsigned kSlotBits = 12;

  static unsigned index_of(uint64_t frame) {
    return static_cast<unsigned>((frame >> 4) * 0x9e3779b97f4a7c15u >> (64 - kSlotBits));
  }
  const LiveFrame* find_frame(uint64_t frame) const {
    const LiveFrame& slot = slots_[index_of(frame)];
    return frame != 0 && slot.frame == frame ? &slot : nullptr;
  }

  struct Waits {
    uint64_t task = 0, object = 0;
  };

  LiveFrame slots_[1u << kSlotBits];
  Waits waits_[1u << kSlotBits];  // by task; a later one displaces an earlier one
};

/// Calls on_task(task) for every live coroutine but `waiter` that one of `words` points to, and
/// puts the first one, or what its operation waits for, into `stop`. True if there is any.
template <class OnTask>
bool find_awaited(const LiveFrames& frames, const uint64_t* words, uint32_t count, uint64_t waiter,
                  weft_stop* stop, OnTask on_task) {
  bool any = false;
  for (uint32_t i = 0; i < count; ++i) {
    const LiveFrame* found = frames.find(words[i]);
    if (found == nullptr || found->task == waiter) continue;
    // An event, a mutex may keep the handle of who waits for it: that one waits as well.
    if (frames.stopped_for(found->task, stop->object)) continue;
    if (found->task != 0) on_task(found->task);
    if (!any) {
      stop->wait = found->wait;
      stop->object = found->task;
    }
    any = true;
  }
  return any;
}

/// Large awaiters hold more than a handle; nobody keeps the handle after the first words.
inline constexpr uint32_t kMaxAwaiterWords = 8;

}  // namespace weft::runtime
