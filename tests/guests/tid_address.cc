// A thread asks where the kernel clears its thread ID, takes the address away, and puts it back:
// it can be joined still.
#include <pthread.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "guest.h"

static void* change(void*) {
  uint64_t address = 0;
  if (prctl(PR_GET_TID_ADDRESS, &address) != 0) return nullptr;  // the kernel may lack it
  expect(syscall(SYS_set_tid_address, nullptr) == gettid());
  expect(syscall(SYS_set_tid_address, address) == gettid());
  return nullptr;
}

int main() {
  for (int i = 0; i < 3; ++i) {
    pthread_t thread;
    expect(pthread_create(&thread, nullptr, change, nullptr) == 0);
    expect(pthread_join(thread, nullptr) == 0);
  }
  show("now", now_ns());
  return done();
}
