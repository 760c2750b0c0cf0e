// A child that shares memory, files and signal handlers runs beside the program: each waits for the
// other in a private futex, and the program reads what the child has written.
#include <linux/futex.h>
#include <sched.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <csignal>

#include "guest.h"

alignas(16) static char stack[64 * 1024];
static int word, answer;
static uint64_t written[1000];

static long futex(int* at, int operation, int value) {
  return syscall(SYS_futex, at, operation, value, nullptr, nullptr, 0);
}

static int run_child(void* heap) {
  futex(&word, FUTEX_WAIT_PRIVATE, 0);
  for (uint64_t& value : written) value = now_ns();
  *static_cast<uint64_t*>(heap) = now_ns();
  while (futex(&answer, FUTEX_WAKE_PRIVATE, 1) == 0) sched_yield();
  return 9;
}

int main() {
  expect(signal(SIGUSR1, [](int) {}) != SIG_ERR);
  const int flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | SIGCHLD;
  auto* heap = new uint64_t(0);
  const pid_t child = clone(run_child, stack + sizeof stack, flags, heap);
  expect(child > 0);
  while (futex(&word, FUTEX_WAKE_PRIVATE, 1) == 0) sched_yield();
  expect(futex(&answer, FUTEX_WAIT_PRIVATE, 0) == 0);
  show("what it wrote", hash_bytes(written, sizeof written) ^ *heap);
  int status = 0;
  expect(waitpid(child, &status, 0) == child && WEXITSTATUS(status) == 9);
  expect(raise(SIGUSR1) == 0);
  show("heap", *heap);
  delete heap;
  return done();
}
