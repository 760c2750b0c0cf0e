// A tracer that shares memory, as a leak check makes one: it runs, or the program is told that there
// is none.
#include <sched.h>
#include <sys/wait.h>

#include "guest.h"

static int written;
alignas(16) static char stack[64 * 1024];

int main() {
  auto body = [](void* argument) {
    *static_cast<int*>(argument) = 5;
    return 0;
  };
  const int flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_UNTRACED;
  const pid_t tracer = clone(body, stack + sizeof stack, flags, &written);
  if (tracer < 0) {
    expect(errno == EPERM && written == 0);
  } else {
    expect(waitpid(tracer, nullptr, __WALL) == tracer && written == 5);
  }
  return done();
}
