// vfork and posix_spawn while other threads run: the child's words arrive, and the threads' too.
#include <spawn.h>
#include <sys/wait.h>

#include <atomic>
#include <thread>

#include "guest.h"

static volatile pid_t said;
static std::atomic<bool> stop;
static std::atomic<unsigned long> rounds;

int main() {
  std::thread busy([] {
    while (!stop) {
      rounds += static_cast<unsigned long>(now_ns() & 7);
      sleep_ms(1);
    }
  });
  for (int i = 0; i < 10; ++i) {
    const pid_t child = vfork();
    if (child == 0) {
      said = getpid();
      _exit(3);
    }
    expect(said == child);
    int status = -1;
    expect(waitpid(child, &status, 0) == child && WEXITSTATUS(status) == 3);
    char name[] = "true", missing[] = "no-such-program";
    char* arguments[] = {name, nullptr};
    pid_t spawned = 0;
    expect(posix_spawn(&spawned, "/bin/true", nullptr, nullptr, arguments, environ) == 0);
    expect(waitpid(spawned, &status, 0) == spawned && status == 0);
    arguments[0] = missing;
    expect(posix_spawn(&spawned, "/no-such-program", nullptr, nullptr, arguments, environ) ==
           ENOENT);
    show("rounds", rounds);
  }
  stop = true;
  busy.join();
  return done();
}
