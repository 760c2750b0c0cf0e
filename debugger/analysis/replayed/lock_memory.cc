#include "debugger/analysis/replayed/lock_memory.h"

#include <linux/futex.h>
#include <sys/uio.h>

#include <optional>

#include "debugger/analysis/replayed/time_limits.h"

namespace weft::analysis {

namespace {

constexpr uint64_t kOwnerAt = 8, kKindAt = 16;                            // pthread_mutex_t
constexpr uint64_t kPhaseAt = 8, kWritersAt = 12, kCurrentWriterAt = 24;  // pthread_rwlock_t
constexpr uint32_t kReaderShift = 3;
/// Type, elision, robust, priority inheritance and protection, process-shared.
constexpr uint32_t kMutexKinds = 0x3ff;
constexpr uint32_t kHeldAndWaitedFor = 2;

std::optional<uint32_t> word_at(pid_t process, Address address) {
  uint32_t value = 0;
  iovec here{&value, sizeof value};
  iovec there{reinterpret_cast<void*>(address.value()), sizeof value};
  if (::process_vm_readv(process, &here, 1, &there, 1, 0) != sizeof value) return std::nullopt;
  return value;
}

LockOwner mutex_owner(pid_t process, const FutexWait& wait) {
  LockOwner found{ThreadWaitKind::kMutex, wait.address, 0, 0};
  const auto kind = word_at(process, wait.address + kKindAt);
  const auto owner = word_at(process, wait.address + kOwnerAt);
  const auto lock = word_at(process, wait.address);
  if (kind && owner && lock && *lock != 0 && *kind <= kMutexKinds)
    found.tid = static_cast<int32_t>(*owner);
  return found;
}

LockOwner read_write_owner(pid_t process, const FutexWait& wait) {
  // Which of the two words it waits on is not told by the call: by the flags beside them.
  for (const uint64_t at : {kPhaseAt, kWritersAt}) {
    const Address lock = wait.address - at;
    const auto readers = word_at(process, lock);
    const auto writer = word_at(process, lock + kCurrentWriterAt);
    const auto padding = word_at(process, lock + 16);
    if (!readers || !writer || !padding || *padding != 0) continue;
    if (*writer != 0) return {ThreadWaitKind::kReadWrite, lock, static_cast<int32_t>(*writer), 0};
    if (*readers >> kReaderShift != 0)
      return {ThreadWaitKind::kReadWrite, lock, 0, *readers >> kReaderShift};
  }
  return {ThreadWaitKind::kReadWrite, wait.address, 0, 0};
}

}  // namespace

LibraryWait library_wait(std::string_view symbol) {
  std::string_view function = symbol.substr(0, symbol.find('@'));
  while (function.starts_with('_')) function.remove_prefix(1);
  for (const std::string_view inner : {"_common", "_full", "_slow"}) {
    if (function.ends_with(inner)) function.remove_suffix(inner.size());
  }
  struct Row {
    std::string_view begin;
    ThreadWaitKind kind;
    std::string_view shown{};  ///< empty: as it is
  };
  constexpr Row kRows[] = {
      {"pthread_mutex_", ThreadWaitKind::kMutex},
      {"pthread_rwlock_", ThreadWaitKind::kReadWrite},
      {"pthread_cond_", ThreadWaitKind::kCondition},
      {"pthread_join", ThreadWaitKind::kThread},
      {"pthread_timedjoin", ThreadWaitKind::kThread, "pthread_join"},
      {"pthread_clockjoin", ThreadWaitKind::kThread, "pthread_join"},
      {"sem_", ThreadWaitKind::kSemaphore},
      {"pthread_barrier_wait", ThreadWaitKind::kFutex},
  };
  for (const Row& row : kRows) {
    if (function.starts_with(row.begin))
      return {row.kind, std::string(row.shown.empty() ? function : row.shown)};
  }
  return {};
}

LockOwner read_owner(pid_t process, const FutexWait& wait, ThreadWaitKind kind) {
  if (wait.operation == FUTEX_LOCK_PI || wait.operation == kFutexLockPi2) {
    const uint32_t owner = word_at(process, wait.address).value_or(0) & FUTEX_TID_MASK;
    return {ThreadWaitKind::kMutex, wait.address, static_cast<int32_t>(owner), 0};
  }
  if (kind == ThreadWaitKind::kMutex) return mutex_owner(process, wait);
  if (kind == ThreadWaitKind::kReadWrite) return read_write_owner(process, wait);
  // A condition variable has been signalled, and its mutex is somebody's.
  if (kind == ThreadWaitKind::kCondition && wait.expected == kHeldAndWaitedFor) {
    const LockOwner mutex = mutex_owner(process, wait);
    if (mutex.tid != 0) return mutex;
  }
  return {kind, wait.address, 0, 0};
}

}  // namespace weft::analysis
