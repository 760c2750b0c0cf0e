// The mask that a handler sees which interrupts ppoll, pselect, epoll_pwait and sigsuspend: the one
// of the call, with the signal itself; afterwards the thread has its own again.
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/time.h>

#include "guest.h"

static sigset_t seen;
static volatile int calls;

static void handler(int) {
  calls = calls + 1;
  sigprocmask(SIG_BLOCK, nullptr, &seen);
}

static void interrupt_soon() {
  const itimerval soon{{0, 0}, {0, 5000}};
  expect(setitimer(ITIMER_REAL, &soon, nullptr) == 0);
}

int main() {
  struct sigaction action{};
  action.sa_handler = handler;
  expect(sigaction(SIGALRM, &action, nullptr) == 0);
  sigset_t own, waiting;
  sigemptyset(&own);
  sigaddset(&own, SIGALRM);
  sigaddset(&own, SIGUSR1);
  expect(sigprocmask(SIG_SETMASK, &own, nullptr) == 0);
  sigemptyset(&waiting);
  sigaddset(&waiting, SIGUSR2);
  const int epoll = epoll_create1(0);
  epoll_event event{};
  for (int way = 0; way < 4; ++way) {
    interrupt_soon();
    int result = 0;
    if (way == 0) result = ppoll(nullptr, 0, nullptr, &waiting);
    if (way == 1) result = pselect(0, nullptr, nullptr, nullptr, nullptr, &waiting);
    if (way == 2) result = epoll_pwait(epoll, &event, 1, -1, &waiting);
    if (way == 3) result = sigsuspend(&waiting);
    expect(result == -1 && errno == EINTR && calls == way + 1);
    expect(sigismember(&seen, SIGUSR2) == 1 && sigismember(&seen, SIGALRM) == 1);
    expect(sigismember(&seen, SIGUSR1) == 0);
    sigset_t now;
    expect(sigprocmask(SIG_BLOCK, nullptr, &now) == 0);
    expect(sigismember(&now, SIGUSR1) == 1 && sigismember(&now, SIGUSR2) == 0);
    expect(sigismember(&now, SIGALRM) == 1);
    show("time", now_ns());
  }
  return done();
}
