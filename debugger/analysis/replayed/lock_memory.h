/// What the memory of a lock says about its owner: the locks of glibc on x86-64, as they lie there.
///
///   pthread_mutex_t    +0 lock: 0 free, 1 held, 2 held and waited for; futex
///                      +8 owner: thread ID     +16 kind (16 robust, 32 priority inheritance)
///   pthread_rwlock_t   +0 readers: 8 * readers + flags    +8 wrphase_futex    +12 writers_futex
///                      +24 cur_writer: thread ID
///
/// Source: glibc, sysdeps/x86/nptl/bits/struct_mutex.h and struct_rwlock.h, nptl/pthread_mutex_lock.c.
/// Nothing is believed that does not fit: another C library's locks have no owner here.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "debugger/analysis/model/thread_stand.h"
#include "weft/base/address.h"

namespace weft::analysis {

/// A function of the C library that waits, under the name that programs call it by.
struct LibraryWait {
  ThreadWaitKind kind = ThreadWaitKind::kOther;  ///< kOther: it is no such function
  std::string function{};
};
/// `symbol`: with a version, or an inner function of the library's.
LibraryWait library_wait(std::string_view symbol);

/// A futex call that has not returned.
struct FutexWait {
  Address address;
  uint32_t operation = 0;  ///< without flags
  uint32_t expected = 0;   ///< the value that it found there
};

struct LockOwner {
  ThreadWaitKind kind = ThreadWaitKind::kFutex;
  Address object;        ///< where the lock begins
  int32_t tid = 0;       ///< the kernel's ID of the owner; 0: nobody, or not known
  uint32_t readers = 0;  ///< that hold a read-write lock
};

/// `kind`: what the stack says that the wait is for.
LockOwner read_owner(pid_t process, const FutexWait& wait, ThreadWaitKind kind);

}  // namespace weft::analysis
