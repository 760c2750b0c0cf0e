// A thread forks while others work; the child has one thread, its atfork handlers have run.
#include <pthread.h>
#include <sys/wait.h>

#include <atomic>
#include <thread>

#include "guest.h"

static std::atomic<bool> stop;
static int prepared, in_parent, in_child;

int main() {
  pthread_atfork([] { ++prepared; }, [] { ++in_parent; }, [] { ++in_child; });
  std::thread worker([] {
    while (!stop) free(malloc(100));
  });
  std::thread forker([] {
    for (int i = 0; i < 20; ++i) {
      const pid_t child = fork();
      expect(child >= 0);
      if (child == 0) _exit(in_child == 1 && prepared == i + 1 && malloc(1000) != nullptr);
      int status = -1;
      expect(waitpid(child, &status, 0) == child && WEXITSTATUS(status) == 1);
    }
  });
  forker.join();
  stop = true;
  worker.join();
  expect(prepared == 20 && in_parent == 20 && in_child == 0);
  return done();
}
