// The list of all tools, and what they share.
#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "debugger/mcp/tool.h"
#include "replayer/inspect/index_text.h"
#include "weft/base/shell_word.h"

namespace weft::mcp {

std::span<const Tool> all_tools() {
  static const std::vector<Tool> all = [] {
    std::vector<Tool> tools;
    for (const auto family : {recording_tools(), moment_tools(), cause_tools()})
      tools.insert(tools.end(), family.begin(), family.end());
    return tools;
  }();
  return all;
}

const Tool* find_tool(const std::string& name) {
  const auto tools = all_tools();
  const auto found =
      std::ranges::find_if(tools, [&name](const Tool& tool) { return name == tool.name; });
  return found == tools.end() ? nullptr : &*found;
}

Answer failed(const std::string& text) {
  return {.succeeded = false, .text = text};
}

Answer failed(const Error& error) {
  return failed(error.hint.empty() ? error.message : error.message + "\n  " + error.hint);
}

std::string terminal_command(const Recording& recording, const std::string& command) {
  return fmt::format("weft {} {}", command, shell_word(recording.session->options().trace_path));
}

std::string debug_command(Recording& recording, std::initializer_list<std::string> commands) {
  std::string words = fmt::format("debug -c 'goto {}'", recording.session->moment());
  for (const std::string& command : commands) words += " -c " + shell_word(command);
  return terminal_command(recording, words);
}

}  // namespace weft::mcp
