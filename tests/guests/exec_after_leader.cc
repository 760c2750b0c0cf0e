// The first thread has ended when another one execs: the new program has the process's number, its
// signal mask is the caller's, and it can end its own first thread and exec again.
#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>

#include <thread>

#include "guest.h"

constexpr int kRounds = 3;

static bool blocks(int signal) {
  sigset_t mask;
  pthread_sigmask(SIG_SETMASK, nullptr, &mask);
  return sigismember(&mask, signal) == 1;
}

int main(int argc, char** argv) {
  const int round = argc > 1 ? atoi(argv[1]) : 0;
  if (round > 0) expect(atoi(argv[2]) == getpid());
  expect(syscall(SYS_gettid) == getpid());
  expect(blocks(SIGUSR2) == (round > 0));
  show("round at", now_ns());
  if (round == kRounds) return done();
  const pthread_t first = pthread_self();
  // Without its first thread a process has no /proc/self/exe.
  static char program[4096];
  expect(readlink("/proc/self/exe", program, sizeof program - 1) > 0);
  std::thread sleeper([] { sleep_ms(100'000); });
  std::thread caller([=] {
    expect(pthread_join(first, nullptr) == 0);
    expect(syscall(SYS_gettid) != getpid());
    sigset_t mask;
    sigemptyset(&mask);
    sigaddset(&mask, SIGUSR2);
    pthread_sigmask(SIG_BLOCK, &mask, nullptr);
    const std::string next = std::to_string(round + 1), pid = std::to_string(getpid());
    execl(program, argv[0], next.c_str(), pid.c_str(), nullptr);
    _exit(2);
  });
  sleeper.detach();
  caller.detach();
  pthread_exit(nullptr);
}
