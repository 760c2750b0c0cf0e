// A program that had threads forks: its child makes threads too, and a child of its own.
#include <sys/wait.h>

#include <atomic>
#include <thread>

#include "guest.h"

static void run_threads() {
  std::atomic<int> sum = 0;
  std::thread first([&] { sum += 1; }), second([&] { sum += 2; });
  first.join();
  second.join();
  expect(sum == 3);
}

static int status_of_child(int depth) {
  const pid_t child = fork();
  expect(child >= 0);
  if (child == 0) {
    run_threads();
    _exit(depth == 0 ? 7 : status_of_child(depth - 1));
  }
  int status = 0;
  expect(waitpid(child, &status, 0) == child && WIFEXITED(status));
  return WEXITSTATUS(status);
}

int main() {
  run_threads();
  expect(status_of_child(2) == 7);
  show("now", now_ns());
  return done();
}
