// Raw clone without CLONE_THREAD: like fork, and with CLONE_VM | CLONE_VFORK on a stack of its own.
#include <sched.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "guest.h"

static int written;
alignas(16) static char stack[64 * 1024];

int main() {
  const long child = syscall(SYS_clone, SIGCHLD, nullptr, nullptr, nullptr, nullptr);
  expect(child >= 0);
  if (child == 0) _exit(21);
  int status = -1;
  expect(waitpid(static_cast<pid_t>(child), &status, 0) == child && WEXITSTATUS(status) == 21);
  auto body = [](void* argument) {
    *static_cast<int*>(argument) = 5;
    return 22;
  };
  const int flags = CLONE_VM | CLONE_VFORK | SIGCHLD;
  const pid_t sharing = clone(body, stack + sizeof stack, flags, &written);
  expect(sharing > 0 && written == 5);
  expect(waitpid(sharing, &status, 0) == sharing && WEXITSTATUS(status) == 22);
  pid_t told = 0;
  const long third = syscall(SYS_clone, CLONE_PARENT_SETTID | SIGCHLD, nullptr, &told, nullptr, 0);
  if (third == 0) _exit(23);
  expect(third > 0 && told == third);
  expect(waitpid(told, &status, 0) == told && WEXITSTATUS(status) == 23);
  return done();
}
