/// What `weft c++` and `weft cc` add to a compiler's command line.
#pragma once

#include <string>
#include <vector>

namespace weft::command {

/// The words of a compiler call: `compiler` (may itself be several words: "ccache g++") and what
/// belongs after it.
struct CompilerCall {
  std::vector<std::string> compiler;
  std::vector<std::string> arguments;
  std::vector<std::string> notes;  ///< for people, on stderr
};

/// The call that `words` (after `weft c++`) ask for: without `--compiler=`, `fallback` is the
/// compiler. The flag for headers in `include_folder` is added where something is compiled; a call
/// that only links is passed on as it is (Clang warns of flags that it does not need).
CompilerCall compiler_call(const std::vector<std::string>& words, const std::string& fallback,
                           const std::string& include_folder);

}  // namespace weft::command
