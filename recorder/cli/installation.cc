#include "recorder/cli/installation.h"

#include <unistd.h>

#include <filesystem>
#include <optional>
#include <system_error>

namespace weft::cli {

namespace {

/// A program of weft's own, looked for beside the one that runs and in its libexec folder.
std::optional<std::string> find_part(const char* name) {
  std::error_code error;
  const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", error);
  const std::filesystem::path here = self.parent_path();
  for (const char* place : {".", "../libexec/weft", "../lib/weft"}) {
    const auto candidate = (here / place / name).lexically_normal();
    if (::access(candidate.c_str(), X_OK) == 0) return candidate.string();
  }
  return std::nullopt;
}

}  // namespace

Result<std::string> find_runtime() {
  if (auto path = find_part("weft-runtime")) return *path;
  return Error{ErrorClass::kUsage, "weft-runtime is missing: it belongs beside weft",
               "install weft as a whole: cmake --install BUILD --prefix PREFIX"};
}

Result<std::string> find_headers() {
  std::error_code error;
  const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", error);
  const auto folder = (self.parent_path() / "../include").lexically_normal();
  if (::access((folder / "weft/instrument/trace.h").c_str(), R_OK) == 0) return folder.string();
  return Error{ErrorClass::kUsage, "weft's headers are missing: they belong into " + folder.string(),
               "install weft as a whole: cmake --install BUILD --prefix PREFIX"};
}

Result<std::string> find_debugger() {
  if (auto path = find_part("weft-debugger")) return *path;
  return Error{ErrorClass::kUsage, "weft-debugger is missing: the debugger is not installed here",
               "install it: cmake --install BUILD --component debugger --prefix PREFIX"};
}

}  // namespace weft::cli
