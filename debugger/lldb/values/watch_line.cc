#include "debugger/lldb/values/watch_line.h"

#include <fmt/format.h>

#include <string_view>

#include "debugger/lldb/values/brief_value.h"
#include "debugger/lldb/values/program_names.h"
#include "debugger/lldb/values/program_values.h"

namespace weft::source {
namespace {

constexpr uint64_t kLargestStack = 64u << 20;

/// Takes the first word off.
std::string_view take_word(std::string_view& text) {
  const size_t end = std::min(text.find(' '), text.size());
  const std::string_view word = text.substr(0, end);
  text.remove_prefix(std::min(text.find_first_not_of(' ', end), text.size()));
  return word;
}

/// "watchpoint set variable [-w KIND] [--] NAME" about a variable in the frame of a coroutine, which
/// is not on the stack: the same by place. Else empty.
std::string by_place(lldb::SBFrame frame, std::string_view full) {
  const std::string symbol = text_of(frame.GetSymbol().GetMangledName());
  if (coroutine_part(symbol) != CoroutinePart::kBody) return "";
  if (take_word(full) != "watchpoint" || take_word(full) != "set" || take_word(full) != "variable")
    return "";
  std::string_view kind = "write", word = take_word(full);
  if (word == "-w") kind = take_word(full), word = take_word(full);
  if (word == "--") word = take_word(full);
  if (word.empty() || word[0] == '-' || !full.empty()) return "";
  const shell::ValuePlace place = locate(frame, std::string(word)).place;
  if (!place.error.empty() || place.address - Address(frame.GetSP()) < kLargestStack) return "";
  return fmt::format("watchpoint set expression -w {} -s {} -- {}", kind, place.bytes,
                     place.address.text());
}

}  // namespace

std::string watch_line(lldb::SBFrame frame, const std::string& line, const std::string& full) {
  if (const std::string placed = by_place(frame, full); !placed.empty()) return placed;
  if (line.find(" -w") != std::string::npos || line.find(" --watch") != std::string::npos)
    return line;
  for (const std::string_view command : {"watchpoint set variable", "watchpoint set expression"}) {
    if (full.starts_with(command))
      return fmt::format("{} -w write{}", command, full.substr(command.size()));
  }
  return line;
}

}  // namespace weft::source
