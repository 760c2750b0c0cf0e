#include "debugger/command/debugger_program.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "weft/base/human_text.h"
#include "weft/command/installation.h"

namespace weft::command {

void add_source_words(std::vector<std::string>& words, const shell::DebugOptions& options) {
  for (const std::string& pair : options.source_map)
    words.insert(words.end(), {"--source-map", pair});
  for (const std::string& folder : options.symbols)
    words.insert(words.end(), {"--symbols", folder});
}

int start_debugger(const std::vector<std::string>& words) {
  const auto path = find_part("weft-debugger");
  if (!path) {
    return report_error({ErrorClass::kUsage,
                         "weft-debugger is missing: the debugger is not installed here",
                         how_to_get("weft-debugger", "weft-debugger")});
  }
  std::string name = "weft-debugger";
  std::vector<char*> argv = {name.data()};
  for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  ::execv(path->c_str(), argv.data());
  return report_error({ErrorClass::kUsage, "cannot start " + *path + ": " + std::strerror(errno),
                       "install weft as a whole: cmake --install BUILD --prefix PREFIX"});
}

}  // namespace weft::command
