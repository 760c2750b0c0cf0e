// Children that execute something are recorded whatever they were made by; a failing exec is not.
// record: --follow
// processes: 5
#include <spawn.h>
#include <sys/wait.h>

#include "guest.h"

static char* const kWords[] = {const_cast<char*>("sh"), const_cast<char*>("-c"),
                               const_cast<char*>("exit 4"), nullptr};

static void expect_four(pid_t child) {
  int status = -1;
  expect(waitpid(child, &status, 0) == child && WEXITSTATUS(status) == 4);
  show("child", static_cast<uint64_t>(child));
}

int main() {
  pid_t child = fork();
  if (child == 0) {
    execv("/bin/sh", kWords);
    _exit(1);
  }
  expect_four(child);
  child = vfork();
  if (child == 0) {
    execv("/nowhere/sh", kWords);
    execv("/bin/sh", kWords);
    _exit(1);
  }
  expect_four(child);
  expect(posix_spawn(&child, "/bin/sh", nullptr, nullptr, kWords, environ) == 0);
  expect_four(child);
  expect(posix_spawn(&child, "/nowhere/sh", nullptr, nullptr, kWords, environ) == ENOENT);
  expect(system("exit 4") >> 8 == 4);
  return done();
}
