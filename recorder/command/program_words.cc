#include "recorder/command/program_words.h"

#include <algorithm>
#include <cstddef>

namespace weft::command {
namespace {

/// Options of `weft record` that take the next word as their value.
bool takes_value(const std::string& word) {
  return word == "-o" || word == "--output" || word == "--cpu" || word == "--slice" ||
         word == "--digests";
}

}  // namespace

SplitArguments split_arguments(int argc, const char* const* argv) {
  const std::vector<std::string> words(argv + (argc > 0 ? 1 : 0), argv + argc);
  if (words.empty() || words.front() != "record") return {words, {}};
  size_t at = 1;
  while (at < words.size() && words[at].size() > 1 && words[at][0] == '-' && words[at] != "--") {
    at += takes_value(words[at]) ? 2 : 1;
  }
  at = std::min(at, words.size());
  const auto end_of_own = words.begin() + static_cast<std::ptrdiff_t>(at);
  SplitArguments split{{words.begin(), end_of_own}, {end_of_own, words.end()}};
  if (!split.program.empty() && split.program.front() == "--") {
    split.program.erase(split.program.begin());
  }
  return split;
}

}  // namespace weft::command
