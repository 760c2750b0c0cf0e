// The completion script for fish: one `complete` command for each command, option and argument.
// Where weft is installed, fish finds it as vendor_completions.d/weft.fish.

#include "debugger/manual/manual.h"

namespace weft::command {
namespace {

constexpr const char* kFishFunctions = R"script(
# Is the command that stands on the command line the given one?
function __weft_is
    set -l words (commandline -opc)
    test (count $words) -ge 2; and test $words[2] = $argv[1]
end

# How many arguments of the command stand before the cursor; options named after the command take a
# value.
function __weft_argument_is
    set -l words (commandline -opc)
    set -l number 1
    set -l is_value no
    for word in $words[3..-1]
        if test $is_value = yes
            set is_value no
        else if contains -- $word $argv[3..-1]
            set is_value yes
        else if not string match -q -- '-*' $word
            set number (math $number + 1)
        end
    end
    __weft_is $argv[1]; and test $number = $argv[2]
end

# The program of weft record and its arguments, as a command line of their own.
function __weft_program
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l at 3
    while test $at -le (count $words)
        if contains -- $words[$at] $argv
            set at (math $at + 2)
        else if string match -q -- '-*' $words[$at]
            set at (math $at + 1)
        else
            break
        end
    end
    if test $at -le (count $words)
        complete -C (string join ' ' -- (string escape -- $words[$at..-1]) $current)
    else
        complete -C "$current"
    end
end

complete -c weft -f
)script";

std::string in_quotes(const std::string& text) {
  std::string result = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') result += '\\';
    result += c;
  }
  return result + "'";
}

/// The names of the options that take a value.
std::string names_with_value(const CommandText& command) {
  std::string text;
  for (const OptionText& option : command.options) {
    if (option.value.empty()) continue;
    for (const std::string& name : option.names) text += " " + name;
  }
  return text;
}

/// The flags of `complete` for what can be given as a value.
std::string values_of(const OptionText& option, const CommandText& command) {
  switch (option.kind) {
    case ValueKind::kTrace:
      return " -ka '(__fish_complete_suffix .weft)'";
    case ValueKind::kFile:
      return " -F";
    case ValueKind::kProgram:
      return " -a " + in_quotes("(__weft_program" + names_with_value(command) + ")");
    case ValueKind::kProgramName:
      return " -a '(__fish_complete_command)'";
    case ValueKind::kCommand:
      return " -a \"$__weft_commands\"";
    case ValueKind::kChoice:
      break;
    case ValueKind::kAnything:
      return "";
  }
  std::string words;
  for (const std::string& choice : option.choices) words += (words.empty() ? "" : " ") + choice;
  return " -a " + in_quotes(words);
}

std::string option_command(const CommandText& command, const OptionText& option) {
  std::string line = "complete -c weft -n ";
  line += command.name.empty() ? "__fish_is_first_arg" : in_quotes("__weft_is " + command.name);
  for (const std::string& name : option.names) {
    const bool is_long = name.starts_with("--");
    line += is_long ? " -l " + name.substr(2) : " -s " + name.substr(1);
  }
  if (!option.value.empty()) line += " -r" + values_of(option, command);
  return line + " -d " + in_quotes(option.help) + "\n";
}

std::string argument_command(const CommandText& command, const OptionText& argument, int number) {
  const bool takes_rest = argument.kind == ValueKind::kProgram;
  const std::string condition = takes_rest ? "__weft_is " + command.name
                                           : "__weft_argument_is " + command.name + " " +
                                                 std::to_string(number) + names_with_value(command);
  return "complete -c weft -n " + in_quotes(condition) + values_of(argument, command) + "\n";
}

}  // namespace

std::string fish_completion(const CommandText& weft) {
  std::string text = "# fish completion for weft, made by `weft completion fish`.\n";
  text += "set -g __weft_commands";
  for (const CommandText& command : weft.commands) text += " " + command.name;
  text += "\n";
  text += kFishFunctions;
  for (const OptionText& option : weft.options) text += option_command(weft, option);
  for (const CommandText& command : weft.commands) {
    text += "\ncomplete -c weft -n __fish_is_first_arg -a " + in_quotes(command.name) + " -d " +
            in_quotes(command.summary) + "\n";
    for (const OptionText& option : command.options) text += option_command(command, option);
    int number = 0;
    for (const OptionText& argument : command.arguments) {
      text += argument_command(command, argument, ++number);
    }
  }
  return text;
}

}  // namespace weft::command
