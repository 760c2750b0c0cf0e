// What a vfork child has apart from its parent: handlers, mask, descriptors, directory, limits.
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "guest.h"

static volatile int parents, childs;

static void of_parent(int) {
  parents = parents + 1;
}
static void of_child(int) {
  childs = childs + 1;
}

int main() {
  signal(SIGUSR1, of_parent);
  signal(SIGUSR2, SIG_IGN);
  int ends[2];
  expect(pipe(ends) == 0);
  for (int round = 0; round < 2; ++round) {
    const pid_t child = vfork();
    if (child == 0) {
      signal(SIGUSR1, of_child);
      raise(SIGUSR1);
      signal(SIGUSR2, of_child);
      sigset_t all;
      sigfillset(&all);
      sigprocmask(SIG_SETMASK, &all, nullptr);
      const rlimit none{0, 0};
      expect(setrlimit(RLIMIT_CORE, &none) == 0 && chdir("/") == 0);
      expect(close(ends[0]) == 0 && dup2(ends[1], 1) == 1 && close(ends[1]) == 0);
      execl("/bin/sh", "sh", "-c", "pwd; trap '' TERM; kill -TERM $$; echo pid $$", nullptr);
      _exit(1);
    }
    int status = -1;
    expect(waitpid(child, &status, 0) == child && status == 0);
    char text[100] = {};
    const ssize_t got = read(ends[0], text, sizeof text - 1);
    expect(got > 0 && memcmp(text, "/\npid ", 6) == 0);
    expect(childs == round + 1 && parents == round);
    raise(SIGUSR1);
    raise(SIGUSR2);
    expect(parents == round + 1 && childs == round + 1);
    sigset_t now;
    expect(sigprocmask(SIG_BLOCK, nullptr, &now) == 0 && sigismember(&now, SIGTERM) == 0);
    show("read", hash_bytes(text, static_cast<size_t>(got)));
  }
  return done();
}
