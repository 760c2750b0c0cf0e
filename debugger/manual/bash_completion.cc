// The completion script for bash: tables of what there is, as `case` statements, and below them the
// functions that look a word up. It needs nothing but bash; with the package bash-completion, the
// program of `weft record` is completed with its own arguments.

#include "debugger/manual/manual.h"

namespace weft::command {
namespace {

constexpr const char* kBashFunctions = R"script(
# The words that begin with the current one.
_weft_words() { mapfile -t COMPREPLY < <(compgen -W "$*" -- "$cur"); }

# Files whose names match a pattern, and folders.
_weft_files() {
  compopt -o filenames 2>/dev/null
  mapfile -t COMPREPLY < <(compgen -d -- "$cur"; compgen -f -X "!$1" -- "$cur" |
    while IFS= read -r name; do [ -d "$name" ] || printf '%s\n' "$name"; done)
}

# The completions for a value: KIND [WORD...].
_weft_complete_value() {
  case $1 in
    trace) _weft_files '*.weft' ;;
    file) _weft_files '*' ;;
    program) mapfile -t COMPREPLY < <(compgen -c -- "$cur") ;;
    words) _weft_words "${@:2}" ;;
    *) COMPREPLY=() ;;
  esac
}

# Does the option $2 of the command $1 take a value?
_weft_takes_value() { [ -n "$(_weft_value_of "$1" "$2")" ]; }

_weft() {
  local cur=${COMP_WORDS[COMP_CWORD]} command= at=1 argument=0 value word
  COMPREPLY=()
  # What stands before the current word: the command, and how many arguments.
  while [ $at -lt "$COMP_CWORD" ]; do
    word=${COMP_WORDS[at]}
    at=$((at + 1))
    if [ -z "$command" ]; then
      case $word in -*) ;; *) command=$word ;; esac
      continue
    fi
    case $word in
      --) [ "$(_weft_argument_of "$command" 1)" != program ] || argument=1 ;;
      -*) ! _weft_takes_value "$command" "$word" || at=$((at + 1)) ;;
      *) argument=$((argument + 1)) ;;
    esac
    # The words from the program on are a command line of their own.
    if [ $argument = 1 ] && [ "$(_weft_argument_of "$command" 1)" = program ]; then
      [ "$word" = -- ] || at=$((at - 1))
      break
    fi
  done
  value=
  if [ "$COMP_CWORD" -gt 1 ] && [ -n "$command" ]; then
    value=$(_weft_value_of "$command" "${COMP_WORDS[COMP_CWORD - 1]}")
  fi
  if [ $argument = 1 ] && [ "$(_weft_argument_of "$command" 1)" = program ]; then
    if declare -F _command_offset >/dev/null; then
      _command_offset $at
    elif [ $at = "$COMP_CWORD" ]; then
      _weft_complete_value program
    else
      _weft_files '*'
    fi
  elif [ -n "$value" ]; then
    _weft_complete_value $value
  elif [[ $cur == -* ]]; then
    _weft_words $(_weft_options_of "$command")
  elif [ -z "$command" ]; then
    _weft_words $_weft_commands
  else
    _weft_complete_value $(_weft_argument_of "$command" $((argument + 1)))
  fi
}

complete -F _weft weft
)script";

std::string joined_names(const std::vector<CommandText>& commands) {
  std::string text;
  for (const CommandText& command : commands) text += (text.empty() ? "" : " ") + command.name;
  return text;
}

/// The words that _weft_complete_value takes.
std::string kind_text(const OptionText& option) {
  switch (option.kind) {
    case ValueKind::kTrace:
      return "trace";
    case ValueKind::kFile:
      return "file";
    case ValueKind::kProgram:
    case ValueKind::kProgramName:
      return "program";
    case ValueKind::kCommand:
      return "words $_weft_commands";
    case ValueKind::kChoice:
      break;
    case ValueKind::kAnything:
      return "anything";
  }
  std::string text = "words";
  for (const std::string& choice : option.choices) text += " " + choice;
  return text;
}

std::string option_names(const CommandText& command) {
  std::string text;
  for (const OptionText& option : command.options) {
    for (const std::string& name : option.names) text += (text.empty() ? "" : " ") + name;
  }
  return text;
}

std::string row(const std::string& pattern, const std::string& answer) {
  return "    " + pattern + ") echo \"" + answer + "\" ;;\n";
}

std::string function(const char* name, const std::string& subject, const std::string& rows) {
  return std::string(name) + "() {\n  case \"" + subject + "\" in\n" + rows + "  esac\n}\n";
}

}  // namespace

std::string bash_completion(const CommandText& weft) {
  std::string options = row("''", option_names(weft));
  std::string values;
  std::string arguments;
  for (const CommandText& command : weft.commands) {
    options += row(command.name, option_names(command));
    for (const OptionText& option : command.options) {
      if (option.value.empty()) continue;
      for (const std::string& name : option.names) {
        values += row("'" + command.name + " " + name + "'", kind_text(option));
      }
    }
    int number = 0;
    for (const OptionText& argument : command.arguments) {
      const std::string pattern = "'" + command.name + " " + std::to_string(++number) + "'";
      arguments += row(pattern, kind_text(argument));
    }
  }
  std::string text = "# bash completion for weft, made by `weft completion bash`.\n";
  text += "_weft_commands='" + joined_names(weft.commands) + "'\n\n# The options of a command.\n";
  text += function("_weft_options_of", "$1", options);
  text += "\n# What the value of a command's option is; nothing if it takes none.\n";
  text += function("_weft_value_of", "$1 $2", values);
  text += "\n# What the n-th argument of a command is.\n";
  return text + function("_weft_argument_of", "$1 $2", arguments) + kBashFunctions;
}

}  // namespace weft::command
