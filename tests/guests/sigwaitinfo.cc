// Blocked signals are fetched with sigwaitinfo, sigtimedwait (which also times out) and sigwait.
#include <signal.h>

#include <thread>

#include "guest.h"

int main() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  sigaddset(&set, SIGRTMIN);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  siginfo_t info{};
  const timespec soon{0, 5'000'000};
  expect(sigtimedwait(&set, &info, &soon) == -1 && errno == EAGAIN);
  sigval value{};
  value.sival_int = 42;
  expect(sigqueue(getpid(), SIGRTMIN, value) == 0);
  expect(sigwaitinfo(&set, &info) == SIGRTMIN);
  expect(info.si_value.sival_int == 42 && info.si_pid == getpid() && info.si_code == SI_QUEUE);
  std::thread sender([] {
    sleep_ms(5);
    kill(getpid(), SIGUSR1);
  });
  expect(sigwaitinfo(&set, &info) == SIGUSR1 && info.si_code == SI_USER);
  sender.join();
  raise(SIGUSR1);
  int number = 0;
  expect(sigwait(&set, &number) == 0 && number == SIGUSR1);
  return done();
}
