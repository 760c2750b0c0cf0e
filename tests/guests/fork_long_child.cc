// A fork's child goes on for long: 20,000 calls, allocations and threads, beside its parent.
#include <sys/wait.h>

#include <memory>
#include <thread>
#include <vector>

#include "guest.h"

static int child_main() {
  std::vector<std::unique_ptr<char[]>> blocks;
  for (int i = 0; i < 20'000; ++i) {
    if (getppid() == 0) return 1;
    if (i % 100 == 0) blocks.push_back(std::make_unique<char[]>(100'000));
    if (i % 1000 == 0) std::thread([] { sched_yield(); }).join();
  }
  return 12;
}

int main() {
  const pid_t child = fork();
  expect(child >= 0);
  if (child == 0) _exit(child_main());
  uint64_t polls = 0;
  int status = -1;
  pid_t ended = 0;
  while ((ended = waitpid(child, &status, WNOHANG)) == 0) {
    ++polls;
    usleep(200);
  }
  expect(ended == child && WEXITSTATUS(status) == 12);
  show("polls", polls);
  return done();
}
