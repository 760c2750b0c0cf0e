// The completion script for zsh: a function for each command, which calls _arguments with the
// command's options as zsh describes them:
//
//   '(-o --output)'{-o,--output}'[The trace file]:FILE:_files'
//
// Where weft is installed, zsh finds it as site-functions/_weft.

#include "debugger/manual/manual.h"

namespace weft::command {
namespace {

/// Text inside '...' in an _arguments specification, in which ] : and \ mean something.
std::string in_specification(const std::string& text) {
  std::string result;
  for (const char c : text) {
    if (c == '[' || c == ']' || c == ':' || c == '\\') result += '\\';
    if (c == '\'') {
      result += "'\\''";
    } else {
      result += c;
    }
  }
  return result;
}

std::string action_of(const OptionText& option) {
  switch (option.kind) {
    case ValueKind::kTrace:
      return "_files -g \"*.weft\"";
    case ValueKind::kFile:
      return "_files";
    case ValueKind::kProgram:
    case ValueKind::kProgramName:
      return "_command_names -e";
    case ValueKind::kCommand:
      return "_weft_commands";
    case ValueKind::kChoice:
      break;
    case ValueKind::kAnything:
      return " ";
  }
  std::string words;
  for (const std::string& choice : option.choices) words += (words.empty() ? "" : " ") + choice;
  return "(" + words + ")";
}

std::string option_specification(const OptionText& option) {
  std::string all;
  std::string list;
  for (const std::string& name : option.names) {
    all += (all.empty() ? "" : " ") + name;
    list += (list.empty() ? "" : ",") + name;
  }
  std::string line = option.names.size() > 1 ? "'(" + all + ")'{" + list + "}'" : "'" + all;
  line += "[" + in_specification(option.help) + "]";
  if (!option.value.empty()) line += ":" + in_specification(option.value) + ":" + action_of(option);
  return line + "'";
}

std::string argument_specifications(const CommandText& command) {
  std::string text;
  int number = 0;
  for (const OptionText& argument : command.arguments) {
    if (argument.kind == ValueKind::kProgram) {
      return text + " \\\n    '(-)1:program:" + action_of(argument) + "' '*::arguments:_normal'";
    }
    text += " \\\n    '" + std::to_string(++number) + ":" + in_specification(argument.help) + ":" +
            action_of(argument) + "'";
  }
  return text;
}

std::string function_of(const CommandText& command) {
  std::string text = "_weft-" + command.name + "() {\n  _arguments -S";
  for (const OptionText& option : command.options)
    text += " \\\n    " + option_specification(option);
  return text + argument_specifications(command) + "\n}\n";
}

}  // namespace

std::string zsh_completion(const CommandText& weft) {
  std::string text = "#compdef weft\n# zsh completion for weft, made by `weft completion zsh`.\n\n";
  text += "_weft_commands() {\n  local -a commands=(\n";
  for (const CommandText& command : weft.commands) {
    text += "    '" + command.name + ":" + in_specification(command.summary) + "'\n";
  }
  text += "  )\n  _describe command commands\n}\n\n";
  for (const CommandText& command : weft.commands) text += function_of(command) + "\n";
  text += "_weft() {\n  local curcontext=$curcontext state line\n  _arguments -C";
  for (const OptionText& option : weft.options) text += " \\\n    " + option_specification(option);
  text += " \\\n    '1:command:_weft_commands' '*::argument:->arguments'\n";
  text +=
      "  [[ $state == arguments ]] && (( $+functions[_weft-$words[1]] )) && "
      "_weft-$words[1]\n}\n\n";
  return text +
         "if [[ $funcstack[1] == _weft ]]; then\n  _weft \"$@\"\nelse\n"
         "  compdef _weft weft\nfi\n";
}

}  // namespace weft::command
