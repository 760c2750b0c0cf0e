// sched_setaffinity, getcpu, scheduling policies and nice values.
#include <sched.h>
#include <sys/resource.h>

#include "guest.h"

int main() {
  cpu_set_t old, one, now;
  expect(sched_getaffinity(0, sizeof old, &old) == 0 && CPU_COUNT(&old) > 0);
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (!CPU_ISSET(cpu, &old)) continue;
    CPU_ZERO(&one);
    CPU_SET(cpu, &one);
    expect(sched_setaffinity(0, sizeof one, &one) == 0);
    expect(sched_getaffinity(0, sizeof now, &now) == 0 && CPU_EQUAL(&one, &now));
    expect(sched_getcpu() == cpu);
  }
  expect(sched_setaffinity(0, sizeof old, &old) == 0);
  show("on cpu", static_cast<uint64_t>(sched_getcpu()));
  sched_param parameters{};
  expect(sched_setscheduler(0, SCHED_BATCH, &parameters) == 0);
  expect(sched_getscheduler(0) == SCHED_BATCH && sched_getparam(0, &parameters) == 0);
  expect(setpriority(PRIO_PROCESS, 0, 5) == 0 && getpriority(PRIO_PROCESS, 0) == 5);
  expect(sched_get_priority_max(SCHED_FIFO) == 99);
  return done();
}
