/// The words after `weft record [OPTIONS]`: they belong to the program and are never parsed.
#pragma once

#include <string>
#include <vector>

namespace weft::command {

struct SplitArguments {
  std::vector<std::string> own;      ///< weft's own words, in order, without "weft" itself
  std::vector<std::string> program;  ///< PROGRAM [ARGS...]
};
SplitArguments split_arguments(int argc, const char* const* argv);

}  // namespace weft::command
