/// The subcommands of `weft`. Each adds its options and help to `app`; when the user chose it, it
/// runs, and sets `exit_status`.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace weft::cli {

/// The words behind `weft record [OPTIONS]`: they belong to the program and are never parsed here.
struct SplitArguments {
  std::vector<std::string> own;      ///< weft's own words, in order, without "weft" itself
  std::vector<std::string> program;  ///< PROGRAM [ARGS...]
};
SplitArguments split_arguments(int argc, const char* const* argv);

void add_record_command(CLI::App& app, const std::vector<std::string>& program, int& exit_status);
void add_replay_command(CLI::App& app, int& exit_status);
void add_info_command(CLI::App& app, int& exit_status);
void add_events_command(CLI::App& app, int& exit_status);
void add_requests_command(CLI::App& app, int& exit_status);
void add_graph_command(CLI::App& app, int& exit_status);
void add_tasks_command(CLI::App& app, int& exit_status);
void add_stats_command(CLI::App& app, int& exit_status);
void add_debug_command(CLI::App& app, int& exit_status);

/// `weft c++` and `weft cc` pass all their words on, so they are run before weft's own are parsed.
/// True unless `words` (without "weft") name another command or ask for help.
bool is_compiler_command(const std::vector<std::string>& words);
/// Becomes the compiler; returns an exit status if that fails.
int run_compiler_command(const std::vector<std::string>& words);
void add_compiler_commands(CLI::App& app);

/// The texts of a command whose --help reads like a man page.
struct CommandHelp {
  const char* name;
  const char* summary;      ///< one line
  const char* synopsis;     ///< what follows "weft NAME "
  const char* description;  ///< paragraphs, examples, exit status: printed after the options
};
CLI::App* add_command(CLI::App& app, const CommandHelp& help);

}  // namespace weft::cli
