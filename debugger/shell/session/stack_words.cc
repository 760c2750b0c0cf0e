#include "debugger/shell/session/stack_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "debugger/report/text/terminal.h"

namespace weft::shell {
namespace {

std::string without_scopes(const std::string& function) {
  size_t at = std::string::npos;
  int depth = 0;
  for (size_t i = 0; i + 1 < function.size(); ++i) {
    depth += function[i] == '<' ? 1 : function[i] == '>' ? -1 : 0;
    if (depth == 0 && function[i] == ':' && function[i + 1] == ':') at = i + 2;
  }
  return at == std::string::npos ? function : function.substr(at);
}

/// A run of frames of libraries.
struct Fold {
  size_t frames = 0;
  std::vector<std::string> libraries;

  void add(const StackFrame& frame) {
    ++frames;
    if (frame.library.empty()) return;
    if (std::find(libraries.begin(), libraries.end(), frame.library) == libraries.end())
      libraries.push_back(frame.library);
  }
  std::string text(size_t columns) const {
    if (frames == 0) return "";
    std::string names;
    for (const std::string& name : libraries) names += (names.empty() ? " of " : ", ") + name;
    const std::string line =
        fmt::format("    ... {} {}{}", frames, frames == 1 ? "frame" : "frames", names);
    return report::cut(line, columns) + "\n";
  }
};

bool has_program_code(std::span<const StackFrame> frames) {
  return std::any_of(frames.begin(), frames.end(),
                     [](const StackFrame& frame) { return frame.owner == CodeOwner::kProgram; });
}

}  // namespace

std::string frame_text(const StackFrame& frame, size_t columns) {
  const std::string number =
      frame.selectable ? fmt::format("frame #{}: ", frame.index) : "frame --: ";
  const std::string place = frame.line == 0 ? "" : fmt::format(" at {}:{}", frame.file, frame.line);
  const std::string arguments = frame.arguments.empty() ? "" : "(" + frame.arguments + ")";
  const std::string dots = frame.arguments.empty() ? "" : "(...)";
  const std::string function = frame.function.empty() ? "??" : frame.function;
  const std::string tries[] = {number + frame.module + "`" + function + arguments + place,
                               number + frame.module + "`" + function + dots + place,
                               number + function + dots + place,
                               number + without_scopes(function) + dots + place};
  for (const std::string& text : tries) {
    if (report::columns_of(text) <= columns) return text;
  }
  const size_t taken = report::columns_of(number + place);
  return number + report::cut(without_scopes(function), columns > taken ? columns - taken : 8) +
         place;
}

std::string stack_text(std::span<const StackFrame> frames, size_t columns) {
  const bool folds = has_program_code(frames);
  std::string text;
  Fold fold;
  bool shown = false;
  for (const StackFrame& frame : frames) {
    if (frame.owner == CodeOwner::kWeft && !frame.selected) continue;
    const bool is_first = !std::exchange(shown, true);
    if (folds && frame.owner == CodeOwner::kLibrary && !is_first && !frame.selected) {
      fold.add(frame);
      continue;
    }
    text += std::exchange(fold, {}).text(columns);
    text += (frame.selected ? "  * " : "    ") + frame_text(frame, columns - kFrameIndent) + "\n";
    if (folds && frame.function == "main" && frame.owner == CodeOwner::kProgram) return text;
  }
  return text + fold.text(columns);
}

}  // namespace weft::shell
