#include "debugger/manual/manual.h"

#include <algorithm>
#include <array>
#include <sstream>
#include <string_view>

namespace weft::command {
namespace {

struct KindOfValue {
  std::string_view value;
  ValueKind of_argument;
  ValueKind of_option;
};
/// What the names of values in usage lines stand for.
constexpr std::array<KindOfValue, 6> kKinds = {{
    {"FILE", ValueKind::kTrace, ValueKind::kFile},
    {"SCRIPT", ValueKind::kFile, ValueKind::kFile},
    {"ARGUMENT", ValueKind::kFile, ValueKind::kFile},
    {"PROGRAM", ValueKind::kProgram, ValueKind::kProgramName},
    {"COMPILER", ValueKind::kProgramName, ValueKind::kProgramName},
    {"COMMAND", ValueKind::kCommand, ValueKind::kAnything},
}};

ValueKind kind_of(const std::string& value, bool is_argument) {
  for (const KindOfValue& row : kKinds) {
    if (row.value == value) return is_argument ? row.of_argument : row.of_option;
  }
  return ValueKind::kAnything;
}

/// The words of "KEY:{start,duration}", which is how CLI11 names the type of a value that must be
/// one of a set.
std::vector<std::string> choices_of(const std::string& type) {
  const size_t open = type.find('{');
  const size_t close = type.rfind('}');
  std::vector<std::string> words;
  if (open == std::string::npos || close == std::string::npos) return words;
  std::istringstream stream(type.substr(open + 1, close - open - 1));
  for (std::string word; std::getline(stream, word, ',');) words.push_back(word);
  return words;
}

std::string joined(const std::vector<std::string>& words, const char* between) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : between) + word;
  return text;
}

OptionText read_option(const CLI::Option& option) {
  OptionText text;
  const bool is_argument = option.get_positional();
  for (const std::string& name : option.get_snames()) text.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) text.names.push_back("--" + name);
  text.help = option.get_description();
  const std::string type = option.get_type_name();
  text.choices = choices_of(type);
  if (is_argument) {
    text.value = option.get_name(true, false);
  } else if (option.get_type_size_max() > 0) {
    text.value = type.substr(0, type.find(':'));
  }
  text.kind = kind_of(text.value, is_argument);
  if (text.choices.empty()) return text;
  text.kind = ValueKind::kChoice;
  if (!is_argument) text.value = joined(text.choices, "|");
  return text;
}

/// The sections of the text that stands below the options.
std::vector<Section> read_sections(const std::string& text) {
  std::vector<Section> sections;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) {
    if (!line.empty() && line.front() != ' ') {
      sections.push_back({line, {}});
    } else if (!sections.empty()) {
      sections.back().lines.push_back(line);
    }
  }
  for (Section& section : sections) {
    while (!section.lines.empty() && section.lines.back().empty()) section.lines.pop_back();
  }
  return sections;
}

/// Lays `--help` out.
class HelpFormatter : public CLI::Formatter {
 public:
  explicit HelpFormatter(std::string synopsis) : synopsis_(std::move(synopsis)) {}

  std::string make_help(const CLI::App* app, std::string /*name*/,
                        CLI::AppFormatMode /*mode*/) const override {
    return help_text(read_command(*app));
  }
  const std::string& synopsis() const { return synopsis_; }

 private:
  std::string synopsis_;
};

std::string entry_text(const std::string& name, const std::string& help) {
  constexpr size_t kColumn = 28;
  std::string text = "  " + name;
  if (text.size() + 2 > kColumn) text += "\n";
  const size_t line = text.ends_with('\n') ? 0 : text.size();
  return text + std::string(kColumn - line, ' ') + help + "\n";
}

std::string option_entries(const char* title, const std::vector<OptionText>& options) {
  if (options.empty()) return "";
  std::string text = std::string("\n") + title + "\n";
  for (const OptionText& option : options) {
    std::string name = joined(option.names, ", ");
    if (!option.value.empty()) name += (name.empty() ? "" : " ") + option.value;
    text += entry_text(name, option.help);
  }
  return text;
}

}  // namespace

void set_help(CLI::App& app, const char* synopsis, const char* description) {
  app.set_help_flag("-h,--help", "Show this help");
  app.formatter(std::make_shared<HelpFormatter>(synopsis));
  app.footer(description);
}

CommandText read_command(const CLI::App& app) {
  CommandText text;
  if (app.get_parent() != nullptr) text.name = app.get_name();
  text.summary = app.get_description();
  const auto formatter = std::dynamic_pointer_cast<HelpFormatter>(app.get_formatter());
  if (formatter != nullptr) text.synopsis = formatter->synopsis();
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_group().empty()) continue;  // hidden
    (option->get_positional() ? text.arguments : text.options).push_back(read_option(*option));
  }
  text.sections = read_sections(app.get_footer());
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (!command->get_group().empty()) text.commands.push_back(read_command(*command));
  }
  return text;
}

std::string full_name(const CommandText& command) {
  return command.name.empty() ? "weft" : "weft " + command.name;
}

std::string help_text(const CommandText& command) {
  std::string text = "NAME\n  " + full_name(command) + " - " + command.summary + "\n\n";
  text += "SYNOPSIS\n  " + full_name(command) + " " + command.synopsis + "\n";
  if (!command.commands.empty()) text += "\nCOMMANDS\n";
  for (const CommandText& below : command.commands) text += entry_text(below.name, below.summary);
  text += option_entries("ARGUMENTS", command.arguments);
  text += option_entries("OPTIONS", command.options);
  for (const Section& section : command.sections) {
    text += "\n" + section.title + "\n";
    for (const std::string& line : section.lines) text += line + "\n";
  }
  return text;
}

}  // namespace weft::command
