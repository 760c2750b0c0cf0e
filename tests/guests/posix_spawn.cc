// posix_spawn with file actions and attributes, and two that fail.
#include <spawn.h>
#include <sys/wait.h>

#include "guest.h"

int main() {
  TempFile out;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 1, out.path.c_str(), O_WRONLY, 0);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
  char name[] = "sh", option[] = "-c", script[] = "echo $WORD; exit 3", word[] = "WORD=spawned";
  char* arguments[] = {name, option, script, nullptr};
  char* environment[] = {word, nullptr};
  pid_t child = 0;
  expect(posix_spawnp(&child, "sh", &actions, &attributes, arguments, environment) == 0);
  int status = -1;
  expect(waitpid(child, &status, 0) == child && WEXITSTATUS(status) == 3);
  char text[32] = {};
  expect(read(out.fd, text, sizeof text) == 8 && std::string(text) == "spawned\n");
  expect(posix_spawn(&child, "/nonexistent", nullptr, nullptr, arguments, environment) == ENOENT);
  expect(posix_spawn(&child, "/etc", nullptr, nullptr, arguments, environment) == EACCES);
  return done();
}
