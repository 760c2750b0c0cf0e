#include "recorder/cli/installation.h"

#include <unistd.h>

#include <filesystem>
#include <optional>
#include <system_error>

namespace weft::cli {

namespace {

/// The folder of the `weft` that runs.
std::filesystem::path own_folder() {
  std::error_code error;
  return std::filesystem::read_symlink("/proc/self/exe", error).parent_path();
}

/// A program of weft's own, looked for beside the one that runs and in its libexec folder.
std::optional<std::string> find_part(const char* name) {
  for (const char* place : {".", "../libexec/weft", "../lib/weft"}) {
    const auto candidate = (own_folder() / place / name).lexically_normal();
    if (::access(candidate.c_str(), X_OK) == 0) return candidate.string();
  }
  return std::nullopt;
}

/// What brings a missing part: that depends on where this `weft` came from.
std::string how_to_get(const std::string& part, const std::string& package) {
  const std::filesystem::path prefix = own_folder().parent_path();
  std::error_code error;
  if (std::filesystem::exists(prefix / "CMakeCache.txt", error))
    return "build it: cmake --build " + prefix.string() + " --target " + part;
  if (prefix == "/usr")
    return "install the package " + package + " from where the package of this weft came from";
  return "install weft as a whole, from its source: cmake --build BUILD && cmake --install BUILD "
         "--prefix " +
         prefix.string();
}

}  // namespace

Result<std::string> find_runtime() {
  if (auto path = find_part("weft-runtime")) return *path;
  return Error{ErrorClass::kUsage, "weft-runtime is missing: it belongs beside weft",
               how_to_get("weft-runtime", "weft")};
}

Result<std::string> find_headers() {
  const auto folder = (own_folder() / "../include").lexically_normal();
  if (::access((folder / "weft/instrument/trace.h").c_str(), R_OK) == 0) return folder.string();
  return Error{ErrorClass::kUsage,
               "weft's headers are missing: they belong into " + folder.string(),
               how_to_get("weft", "weft")};
}

Result<std::string> find_debugger() {
  if (auto path = find_part("weft-debugger")) return *path;
  return Error{ErrorClass::kUsage, "weft-debugger is missing: the debugger is not installed here",
               how_to_get("weft-debugger", "weft-debugger")};
}

}  // namespace weft::cli
