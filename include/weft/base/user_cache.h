/// Where weft keeps what it can make again.
#pragma once

#include <sys/stat.h>

#include <cstdlib>
#include <string>

namespace weft {

/// $XDG_CACHE_HOME/weft, or ~/.cache/weft (XDG Base Directory Specification); "" if neither is
/// known. It may not exist yet, but the home directory does: a service's user is often given one
/// that is not there (/nonexistent), and nobody wants it made.
inline std::string user_cache_directory() {
  const char* cache = std::getenv("XDG_CACHE_HOME");
  if (cache != nullptr && cache[0] == '/') return std::string(cache) + "/weft";
  const char* home = std::getenv("HOME");
  struct stat status{};
  const bool exists = home != nullptr && home[0] == '/' && ::stat(home, &status) == 0;
  return exists && S_ISDIR(status.st_mode) ? std::string(home) + "/.cache/weft" : std::string();
}

}  // namespace weft
