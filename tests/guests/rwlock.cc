// Readers and one writer share a pthread_rwlock; a reader never sees half a write.
#include <pthread.h>

#include "guest.h"

static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
static int left, right;
static uint64_t seen[3];

static void* read_pairs(void* arg) {
  auto* hash = static_cast<uint64_t*>(arg);
  *hash = kHashStart;
  for (int i = 0; i < 2000; ++i) {
    pthread_rwlock_rdlock(&lock);
    expect(left == right);
    *hash = hash_bytes(&left, sizeof left, *hash);
    pthread_rwlock_unlock(&lock);
  }
  return nullptr;
}

int main() {
  pthread_t readers[3];
  for (int i = 0; i < 3; ++i) {
    expect(pthread_create(&readers[i], nullptr, read_pairs, &seen[i]) == 0);
  }
  for (int i = 0; i < 1000; ++i) {
    pthread_rwlock_wrlock(&lock);
    ++left;
    if (i % 100 == 0) sched_yield();
    ++right;
    pthread_rwlock_unlock(&lock);
  }
  for (auto reader : readers) pthread_join(reader, nullptr);
  for (uint64_t hash : seen) show("seen", hash);
  return done();
}
