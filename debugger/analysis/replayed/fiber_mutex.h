/// Which boost::fibers::mutex a parked fiber waits for, and which fiber has it, by what lies in
/// memory.
///
///   boost::fibers::mutex   +0 spin lock, 8 or 16 bytes
///                          then wait_queue: the first and the last waiter, on the waiters' stacks
///                          then owner: a context, which lies above the top of its fiber's stack
///
/// Source: Boost.Fiber 1.81, mutex.hpp, recursive_mutex.hpp, timed_mutex.hpp. Nothing is believed
/// that does not fit: both pointers must lead to fibers that are known.
#pragma once

#include <span>

#include "debugger/analysis/model/thread_stand.h"
#include "weft/channel/replay_channel.h"

namespace weft::analysis {

struct FiberMutex {
  uint64_t address = 0;  ///< 0: it was not found
  uint64_t owner = 0;    ///< the fiber's task ID
};

/// `fiber` is one of `all` and waits in a lock() of such a mutex.
FiberMutex find_fiber_mutex(pid_t process, const channel::ParkedFiber& fiber,
                            std::span<const channel::ParkedFiber> all);

/// A function as a stack shows it: "boost::fibers::mutex::lock".
bool locks_fiber_mutex(const std::string& function);

}  // namespace weft::analysis
