#include "recorder/cli/commands.h"

#include <memory>
#include <utility>

namespace weft::cli {
namespace {

/// NAME, SYNOPSIS, OPTIONS, then the description, as man(1) lays them out.
class ManPageFormatter : public CLI::Formatter {
 public:
  explicit ManPageFormatter(const CommandHelp& help) : help_(help) { column_width(28); }

  std::string make_description(const CLI::App* /*app*/) const override {
    return std::string("NAME\n  weft ") + help_.name + " - " + help_.summary + "\n\n";
  }
  std::string make_usage(const CLI::App* /*app*/, std::string /*name*/) const override {
    return std::string("SYNOPSIS\n  weft ") + help_.name + " " + help_.synopsis + "\n";
  }
  std::string make_group(std::string /*group*/, bool is_positional,
                         std::vector<const CLI::Option*> options) const override {
    std::string text = is_positional ? "\nARGUMENTS\n" : "\nOPTIONS\n";
    for (const CLI::Option* option : options) text += make_option(option, is_positional);
    return text;
  }

 private:
  CommandHelp help_;
};

/// Options of `weft record` that take the next word as their value.
bool takes_value(const std::string& word) { return word == "-o" || word == "--output"; }

}  // namespace

CLI::App* add_command(CLI::App& app, const CommandHelp& help) {
  CLI::App* command = app.add_subcommand(help.name, help.summary);
  command->set_help_flag("-h,--help", "Show this help");
  command->formatter(std::make_shared<ManPageFormatter>(help));
  command->footer(help.description);
  return command;
}

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

}  // namespace weft::cli
