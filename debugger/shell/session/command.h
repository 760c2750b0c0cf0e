/// A command of `weft debug`: a row of a table. The tables are in shell/commands/, the shell is
/// given them.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "debugger/shell/source/source_debugger.h"
#include "weft/base/result.h"

namespace weft::shell {

class Shell;

struct Command {
  const char* name;
  const char* aliases;  ///< separated by spaces
  const char* usage;    ///< what follows the name
  const char* summary;  ///< one line
  const char* help;     ///< paragraphs and examples; may be empty
  CommandOutput (*run)(Shell& shell, const std::string& arguments);
};

/// Tables of commands, each for one family.
using CommandTables = std::span<const std::span<const Command>>;

/// The command that has this name or alias; null: there is none.
const Command* find_command(CommandTables commands, const std::string& word);
/// The name that a mistyped word may have meant; empty: it is like none.
std::string nearest_command(CommandTables commands, const std::string& word);

/// The words of a line; quotes hold words together.
std::vector<std::string> split_words(const std::string& line);
/// A decimal number and nothing else.
std::optional<uint64_t> to_number(const std::string& text);

inline CommandOutput failure(std::string error) {
  return {false, "", std::move(error)};
}
inline CommandOutput success(std::string text) {
  return {true, std::move(text), ""};
}
CommandOutput failure(const Error& error);

}  // namespace weft::shell
