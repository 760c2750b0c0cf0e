#include "replayer/timeline/process_memory.h"

#include <cstdlib>
#include <fstream>
#include <string>

namespace weft::timeline {

uint64_t anonymous_bytes(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/smaps_rollup");
  uint64_t all = 0;
  for (std::string line; std::getline(file, line);) {
    const auto value = [&line](const char* name) -> uint64_t {
      const std::string prefix = std::string(name) + ":";
      if (!line.starts_with(prefix)) return 0;
      return std::strtoull(line.c_str() + prefix.size(), nullptr, 10) * 1024;
    };
    if (const uint64_t anonymous = value("Pss_Anon")) return anonymous;
    if (const uint64_t total = value("Pss")) all = total;  // kernels before 5.9 have no Pss_Anon
  }
  return all;
}

}  // namespace weft::timeline
