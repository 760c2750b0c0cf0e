/// Where a thread stands at a moment: what only a replay to that moment can tell
/// (debugger/analysis/replayed), because a call has its event when it returns.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "weft/base/address.h"
#include "weft/trace/thread_number.h"

namespace weft::analysis {

/// What a blocked thread waits for.
enum class ThreadWaitKind : uint8_t {
  kOther,      ///< what its call says: a descriptor, time, a child
  kMutex,      ///< pthread_mutex_t, std::mutex
  kReadWrite,  ///< pthread_rwlock_t, std::shared_mutex
  kCondition,  ///< pthread_cond_t: whoever signals it
  kSemaphore,
  kThread,  ///< that another thread ends
  kFutex,   ///< a futex that no known library function waits on
};

/// A frame of a thread's stack that has a line in the source.
struct StandFrame {
  std::string function;  ///< short
  std::string file;
  int line = 0;
  bool library = false;  ///< the file is a system's or a library's
};

struct ThreadStand {
  trace::ThreadNumber thread;
  bool has_turn = false;         ///< it runs, or its next event is the next one
  std::optional<uint16_t> call;  ///< the system call that it is in
  bool call_waits = false;       ///< the call may wait for something: else it waits for its turn
  bool timed = false;            ///< the call has a time limit: it returns by itself
  int64_t fd = -1;               ///< that the call is about
  ThreadWaitKind kind = ThreadWaitKind::kOther;
  Address object;           ///< of the lock, or of the futex
  std::string object_name;  ///< of the variable that it is, or that it lies in
  std::string through;      ///< the C library's function that made the call: "pthread_mutex_lock"
  /// Who must act: the owner of the lock, as its memory says; the thread that is joined.
  std::optional<trace::ThreadNumber> owner;
  int32_t strange_owner = 0;  ///< the ID that the lock's memory has there, if it is no thread's
  uint32_t readers = 0;       ///< that hold the lock; it does not tell which ones
  std::vector<StandFrame> stack;

  bool is_blocked() const { return call && call_waits; }
  /// The innermost frame of the program's own; null: none is known.
  const StandFrame* place() const {
    for (const StandFrame& frame : stack) {
      if (!frame.library) return &frame;
    }
    return nullptr;
  }
};

/// A fiber that is not running, as its saved stack shows it.
struct FiberStand {
  uint64_t task = 0;                ///< its ID, as the hooks have it
  std::vector<StandFrame> stack{};  ///< innermost first
  std::string waits_in{};           ///< the library's function that the program called there
  uint64_t object = 0;              ///< the mutex that it waits for, if that is known
  std::string object_name{};        ///< of the variable that it is, or that it lies in
  uint64_t owner = 0;               ///< the ID of the fiber that has it; 0: not known

  const StandFrame* place() const {
    for (const StandFrame& frame : stack) {
      if (!frame.library) return &frame;
    }
    return nullptr;
  }
};

/// All that a replay to one moment tells.
struct Standing {
  std::vector<ThreadStand> threads{};
  std::vector<FiberStand> fibers{};
};

}  // namespace weft::analysis
