// execve of itself, five times: memory and handlers are new, pid, mask and open files stay.
#include <signal.h>

#include "guest.h"

static int fresh = 1;

int main(int argc, char** argv) {
  const int round = argc > 1 ? atoi(argv[1]) : 0;
  expect(fresh == 1);
  fresh = 2;
  struct sigaction now{};
  sigaction(SIGUSR1, nullptr, &now);
  expect(now.sa_handler == SIG_DFL);
  sigset_t mask;
  sigprocmask(SIG_SETMASK, nullptr, &mask);
  expect(sigismember(&mask, SIGUSR2) == (round > 0));
  if (round > 0) {
    expect(atoi(getenv("ROUND")) == round && atoi(argv[2]) == getpid());
    const int kept = atoi(argv[3]);
    expect(lseek(kept, 0, SEEK_CUR) == round);
    expect(fcntl(kept + 1, F_GETFD) == -1);
  }
  const int kept = round > 0 ? atoi(argv[3]) : open("/etc/passwd", O_RDONLY);
  expect(dup3(kept, kept + 1, O_CLOEXEC) == kept + 1);
  show("round at", now_ns());
  if (round == 5) return done();
  signal(SIGUSR1, [](int) {});
  sigemptyset(&mask);
  sigaddset(&mask, SIGUSR2);
  sigprocmask(SIG_BLOCK, &mask, nullptr);
  char byte;
  expect(read(kept, &byte, 1) == 1);
  const std::string next = std::to_string(round + 1), variable = "ROUND=" + next;
  const char* environment[] = {variable.c_str(), nullptr};
  execle("/proc/self/exe", argv[0], next.c_str(), std::to_string(getpid()).c_str(),
         std::to_string(kept).c_str(), nullptr, environment);
  return 2;
}
