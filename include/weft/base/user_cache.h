/// Where weft keeps what it can make again.
#pragma once

#include <cstdlib>
#include <string>

namespace weft {

/// $XDG_CACHE_HOME/weft, or ~/.cache/weft (XDG Base Directory Specification); "" if neither is
/// known. It may not exist yet.
inline std::string user_cache_directory() {
  const char* cache = std::getenv("XDG_CACHE_HOME");
  if (cache != nullptr && cache[0] == '/') return std::string(cache) + "/weft";
  const char* home = std::getenv("HOME");
  return home != nullptr && home[0] == '/' ? std::string(home) + "/.cache/weft" : std::string();
}

}  // namespace weft
