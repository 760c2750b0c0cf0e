// Destructors of thread_local objects and of pthread keys run when a thread ends, not later.
#include <pthread.h>

#include <thread>

#include "guest.h"

static int destroyed;
static int keys_destroyed;

struct Tracked {
  int value = 0;
  ~Tracked() { destroyed += value; }
};
static thread_local Tracked tracked;

int main() {
  pthread_key_t key;
  pthread_key_create(&key, [](void* value) { keys_destroyed += *static_cast<int*>(value); });
  int seven = 7;
  for (int i = 1; i <= 20; ++i) {
    std::thread thread([&] {
      tracked.value = i;
      pthread_setspecific(key, &seven);
      show("thread_local at", reinterpret_cast<uintptr_t>(&tracked));
    });
    thread.join();
    expect(destroyed == i * (i + 1) / 2);
    expect(keys_destroyed == i * 7);
  }
  return done();
}
