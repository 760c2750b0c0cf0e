/// Paths, without a C library.
#pragma once

namespace weft::runtime {

inline bool contains(const char* path, const char* part) {
  for (; *path != 0; ++path) {
    int at = 0;
    while (part[at] != 0 && path[at] == part[at]) ++at;
    if (part[at] == 0) return true;
  }
  return false;
}

}  // namespace weft::runtime
