// What a lock's memory says of its owner, read from locks of the C library that runs the test.
#include "debugger/analysis/replayed/lock_memory.h"

#include <gtest/gtest.h>
#include <linux/futex.h>
#include <pthread.h>
#include <unistd.h>

#include <array>

namespace weft::analysis::test {
namespace {

LockOwner owner_of(const void* word, ThreadWaitKind kind, uint32_t operation = FUTEX_WAIT,
                   uint32_t expected = 2) {
  return read_owner(::getpid(), {Address(reinterpret_cast<uint64_t>(word)), operation, expected},
                    kind);
}

const char* word_in(const void* lock, size_t offset) {
  return static_cast<const char*>(lock) + offset;
}

TEST(LockMemory, AMutexNamesItsOwner) {
  pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  EXPECT_EQ(owner_of(&mutex, ThreadWaitKind::kMutex).tid, 0);
  pthread_mutex_lock(&mutex);
  const LockOwner held = owner_of(&mutex, ThreadWaitKind::kMutex);
  EXPECT_EQ(held.kind, ThreadWaitKind::kMutex);
  EXPECT_EQ(held.object, Address(reinterpret_cast<uint64_t>(&mutex)));
  EXPECT_EQ(held.tid, ::gettid());
  pthread_mutex_unlock(&mutex);
  EXPECT_EQ(owner_of(&mutex, ThreadWaitKind::kMutex).tid, 0);
}

TEST(LockMemory, WhatLooksLikeNoMutexHasNoOwner) {
  std::array<uint32_t, 16> other{};
  other.fill(0x12345);
  EXPECT_EQ(owner_of(other.data(), ThreadWaitKind::kMutex).tid, 0);
  EXPECT_EQ(owner_of(reinterpret_cast<const void*>(16), ThreadWaitKind::kMutex).tid, 0);
}

TEST(LockMemory, AReadWriteLockNamesItsWriterAndCountsItsReaders) {
  pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
  pthread_rwlock_wrlock(&lock);
  for (const size_t at : {8, 12}) {
    const LockOwner written = owner_of(word_in(&lock, at), ThreadWaitKind::kReadWrite);
    EXPECT_EQ(written.object, Address(reinterpret_cast<uint64_t>(&lock))) << at;
    EXPECT_EQ(written.tid, ::gettid()) << at;
  }
  pthread_rwlock_unlock(&lock);
  pthread_rwlock_rdlock(&lock);
  pthread_rwlock_rdlock(&lock);
  const LockOwner read = owner_of(word_in(&lock, 12), ThreadWaitKind::kReadWrite);
  EXPECT_EQ(read.tid, 0);
  EXPECT_EQ(read.readers, 2u);
  pthread_rwlock_unlock(&lock);
  pthread_rwlock_unlock(&lock);
}

TEST(LockMemory, AConditionThatWasSignalledWaitsForItsMutex) {
  pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  pthread_mutex_lock(&mutex);
  EXPECT_EQ(owner_of(&mutex, ThreadWaitKind::kCondition).kind, ThreadWaitKind::kMutex);
  EXPECT_EQ(owner_of(&mutex, ThreadWaitKind::kCondition, FUTEX_WAIT, 1).kind,
            ThreadWaitKind::kCondition);
  pthread_mutex_unlock(&mutex);
  EXPECT_EQ(owner_of(&mutex, ThreadWaitKind::kCondition).kind, ThreadWaitKind::kCondition);
}

TEST(LockMemory, AFutexOfPriorityInheritanceHoldsTheOwner) {
  const uint32_t word = 4711 | FUTEX_WAITERS;
  EXPECT_EQ(owner_of(&word, ThreadWaitKind::kFutex, FUTEX_LOCK_PI).tid, 4711);
}

TEST(LockMemory, FunctionsOfTheCLibraryAsProgramsCallThem) {
  EXPECT_EQ(library_wait("pthread_mutex_lock@@GLIBC_2.2.5").function, "pthread_mutex_lock");
  EXPECT_EQ(library_wait("___pthread_mutex_lock").kind, ThreadWaitKind::kMutex);
  EXPECT_EQ(library_wait("__pthread_rwlock_wrlock").kind, ThreadWaitKind::kReadWrite);
  EXPECT_EQ(library_wait("pthread_cond_timedwait").kind, ThreadWaitKind::kCondition);
  EXPECT_EQ(library_wait("__pthread_timedjoin_ex").function, "pthread_join");
  EXPECT_EQ(library_wait("__pthread_mutex_clocklock_common").function, "pthread_mutex_clocklock");
  EXPECT_EQ(library_wait("sem_wait").kind, ThreadWaitKind::kSemaphore);
  EXPECT_EQ(library_wait("mutex_lock").kind, ThreadWaitKind::kOther);
  EXPECT_EQ(library_wait("").kind, ThreadWaitKind::kOther);
}

}  // namespace
}  // namespace weft::analysis::test
