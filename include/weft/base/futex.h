/// Futexes in memory that processes share (never FUTEX_PRIVATE: the other side is another process).
#pragma once

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <climits>
#include <cstdint>

namespace weft {

/// Sleeps until somebody wakes `word`, at most `timeout`, and not at all if it is not `seen` any
/// more. May return early: the caller looks at its condition again.
inline void futex_wait(std::atomic<uint32_t>& word, uint32_t seen,
                       std::chrono::microseconds timeout) {
  const timespec limit{timeout.count() / 1'000'000, timeout.count() % 1'000'000 * 1000};
  ::syscall(SYS_futex, &word, FUTEX_WAIT, seen, &limit, nullptr, 0);
}

/// Changes `word`, so that nobody goes to sleep on the old value, and wakes all that sleep on it.
inline void futex_signal(std::atomic<uint32_t>& word) {
  word.fetch_add(1, std::memory_order_release);
  ::syscall(SYS_futex, &word, FUTEX_WAKE, INT_MAX, nullptr, nullptr, 0);
}

}  // namespace weft
