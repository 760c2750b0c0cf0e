#include "recorder/cli/installation.h"

#include <unistd.h>

#include <filesystem>
#include <system_error>

namespace weft::cli {

Result<std::string> find_runtime() {
  std::error_code error;
  const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", error);
  const std::filesystem::path here = self.parent_path();
  for (const char* place : {".", "../libexec/weft", "../lib/weft"}) {
    const auto candidate = (here / place / "weft-runtime").lexically_normal();
    if (::access(candidate.c_str(), X_OK) == 0) return candidate.string();
  }
  return Error{ErrorClass::kUsage, "weft-runtime is missing: it belongs beside " + self.string(),
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

}  // namespace weft::cli
