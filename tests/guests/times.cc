// times, clock, getrusage of process and thread, sysinfo, getloadavg, uname and sysconf.
#include <sys/resource.h>
#include <sys/sysinfo.h>
#include <sys/times.h>
#include <sys/utsname.h>

#include "guest.h"

int main() {
  tms used{};
  expect(times(&used) != -1);
  for (volatile int i = 0; i < 10'000'000;) i = i + 1;
  show("clock", static_cast<uint64_t>(clock()));
  for (int who : {RUSAGE_SELF, RUSAGE_THREAD, RUSAGE_CHILDREN}) {
    rusage usage{};
    expect(getrusage(static_cast<__rusage_who>(who), &usage) == 0);
    show("us", static_cast<uint64_t>(usage.ru_utime.tv_usec));
    show("switches", static_cast<uint64_t>(usage.ru_nvcsw + usage.ru_nivcsw));
    show("faults", static_cast<uint64_t>(usage.ru_minflt));
  }
  struct sysinfo system{};
  expect(sysinfo(&system) == 0 && system.totalram > 0);
  show("free", system.freeram);
  double load[3] = {};
  expect(getloadavg(load, 3) == 3);
  utsname name{};
  expect(uname(&name) == 0 && std::string(name.sysname) == "Linux");
  expect(sysconf(_SC_PAGESIZE) == 4096 && sysconf(_SC_NPROCESSORS_ONLN) > 0);
  return done();
}
