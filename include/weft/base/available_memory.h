/// How much memory this process may take without harm to others.
#pragma once

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <sstream>
#include <string>

namespace weft {

/// The number in a file of one number; `otherwise` if there is none ("max").
inline uint64_t number_in_file(const std::string& path, uint64_t otherwise) {
  uint64_t number = 0;
  std::ifstream file(path);
  return file >> number ? number : otherwise;
}

/// What the control group in `folder` leaves of its limit; UINT64_MAX: it has none.
inline uint64_t left_by_group(const std::string& folder) {
  const uint64_t most = number_in_file(folder + "/memory.max", UINT64_MAX);
  const uint64_t used = number_in_file(folder + "/memory.current", 0);
  return most == UINT64_MAX ? most : most - std::min(most, used);
}

/// Bytes, by /proc/meminfo and the limits of the control groups (version 2) that the process is in;
/// 0: not known. `root` stands for "/": a test's folder.
inline uint64_t available_memory(const std::string& root = "") {
  uint64_t available = 0;
  std::ifstream meminfo(root + "/proc/meminfo");
  for (std::string line; available == 0 && std::getline(meminfo, line);) {
    std::istringstream words(line);
    std::string name;
    uint64_t kilobytes = 0;
    if (words >> name >> kilobytes && name == "MemAvailable:") available = kilobytes * 1024;
  }
  const std::string groups = root + "/sys/fs/cgroup";
  std::string path;
  std::ifstream own(root + "/proc/self/cgroup");
  for (std::string line; std::getline(own, line);)
    if (line.starts_with("0::")) path = line.substr(3);
  // A container may see its own group as the root of all.
  for (; !path.empty() && path != "/"; path.erase(path.rfind('/')))
    available = std::min(available, left_by_group(groups + path));
  return std::min(available, left_by_group(groups));
}

/// True if nobody will miss so much of it, although it is not given back for a while.
constexpr bool is_small_part(uint64_t bytes, uint64_t available) {
  return bytes <= available / 4;
}

}  // namespace weft
