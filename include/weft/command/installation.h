/// Where the parts of weft lie, relative to the program that runs.
#pragma once

#include <unistd.h>

#include <filesystem>
#include <optional>
#include <string>
#include <system_error>

#include "weft/base/result.h"

namespace weft::command {

/// The folder of the program that runs.
inline std::filesystem::path own_folder() {
  std::error_code error;
  return std::filesystem::read_symlink("/proc/self/exe", error).parent_path();
}

/// A program of weft's own: beside the one that runs (build tree), or in ../libexec/weft or
/// ../lib/weft.
inline std::optional<std::string> find_part(const char* name) {
  for (const char* place : {".", "../libexec/weft", "../lib/weft"}) {
    const auto candidate = (own_folder() / place / name).lexically_normal();
    if (::access(candidate.c_str(), X_OK) == 0) return candidate.string();
  }
  return std::nullopt;
}

/// What brings a missing part: that depends on where this `weft` came from.
inline std::string how_to_get(const std::string& part, const std::string& package) {
  const std::filesystem::path prefix = own_folder().parent_path();
  std::error_code error;
  if (std::filesystem::exists(prefix / "CMakeCache.txt", error))
    return "build it: cmake --build " + prefix.string() + " --target " + part;
  if (prefix == "/usr") return "install the package " + package + ", in the version of this weft";
  return "install weft as a whole, from its source: cmake --build BUILD && cmake --install BUILD "
         "--prefix " +
         prefix.string();
}

inline Result<std::string> find_runtime() {
  if (auto path = find_part("weft-runtime")) return *path;
  return Error{ErrorClass::kUsage, "weft-runtime is missing: it belongs beside weft",
               how_to_get("weft-runtime", "weft")};
}

}  // namespace weft::command
