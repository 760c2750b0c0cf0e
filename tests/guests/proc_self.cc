// Files of /proc/self: status, maps, stat, limits, auxv, environ, mounts, task.
#include <unistd.h>

#include <fstream>
#include <sstream>

#include "guest.h"

static std::string slurp(const std::string& name) {
  std::ifstream file("/proc/self/" + name, std::ios::binary);
  expect(file.is_open());
  std::ostringstream all;
  all << file.rdbuf();
  return all.str();
}

int main() {
  for (const char* name : {"status", "maps", "stat", "statm", "limits", "auxv", "environ",
                           "mountinfo", "cgroup", "oom_score", "sched", "io", "smaps_rollup"}) {
    if (access((std::string("/proc/self/") + name).c_str(), R_OK) != 0) continue;
    const std::string text = slurp(name);
    show(name, hash_bytes(text.data(), text.size()));
  }
  const std::string status = slurp("status");
  expect(status.find("Pid:\t" + std::to_string(getpid()) + "\n") != std::string::npos);
  expect(status.find("Threads:\t1\n") != std::string::npos);
  const std::string stat = slurp("stat");
  expect(atoi(stat.c_str()) == getpid() && stat.find("(proc_self)") != std::string::npos);
  expect(slurp("maps").find("[stack]") != std::string::npos);
  return done();
}
