// Every clock of clock_gettime and clock_getres, of this thread and of another.
#include <pthread.h>

#include <thread>

#include "guest.h"

int main() {
  const clockid_t clocks[] = {
      CLOCK_REALTIME,          CLOCK_MONOTONIC,     CLOCK_PROCESS_CPUTIME_ID,
      CLOCK_THREAD_CPUTIME_ID, CLOCK_MONOTONIC_RAW, CLOCK_REALTIME_COARSE,
      CLOCK_MONOTONIC_COARSE,  CLOCK_BOOTTIME,      CLOCK_TAI};
  for (clockid_t clock : clocks) {
    timespec last{}, resolution{};
    expect(clock_getres(clock, &resolution) == 0 && resolution.tv_nsec > 0);
    for (int i = 0; i < 200; ++i) {
      timespec now{};
      expect(clock_gettime(clock, &now) == 0);
      if (clock != CLOCK_REALTIME && clock != CLOCK_TAI && clock != CLOCK_REALTIME_COARSE) {
        expect(now.tv_sec > last.tv_sec ||
               (now.tv_sec == last.tv_sec && now.tv_nsec >= last.tv_nsec));
      }
      last = now;
    }
    show("ns", static_cast<uint64_t>(last.tv_nsec));
  }
  timespec time{};
  expect(clock_gettime(99, &time) == -1 && errno == EINVAL);
  std::thread other([] { sleep_ms(5); });
  clockid_t cpu;
  expect(pthread_getcpuclockid(other.native_handle(), &cpu) == 0);
  expect(clock_gettime(cpu, &time) == 0);
  show("other's ns", static_cast<uint64_t>(time.tv_nsec));
  other.join();
  return done();
}
