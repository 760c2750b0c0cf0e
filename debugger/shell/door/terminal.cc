#include "debugger/shell/door/terminal.h"

#include <fmt/format.h>
#include <poll.h>
#include <readline/history.h>
#include <readline/readline.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <thread>

#include "debugger/report/text/terminal.h"
#include "weft/base/unique_fd.h"

namespace weft::shell {
namespace {

constexpr int kHistoryLines = 1000;
constexpr int kEndedFromOutside = 1;

int g_interrupt_fd = -1;

void on_interrupt(int /*signal*/) {
  const uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(g_interrupt_fd, &one, sizeof one);
}

/// The terminal is gone, or somebody wants an end: more than any number of interrupts.
constexpr uint64_t kEndRequest = uint64_t{1} << 32;

void on_end(int /*signal*/) {
  [[maybe_unused]] const ssize_t written =
      ::write(g_interrupt_fd, &kEndRequest, sizeof kEndRequest);
}

/// Ctrl-C stops what runs. The handler may do next to nothing, so a thread does it. An end from
/// outside comes at any time: the kernel ends the replayed processes, files are removed here.
class InterruptWatch {
 public:
  explicit InterruptWatch(ProcessShells& shells)
      : event_(::eventfd(0, EFD_CLOEXEC)), thread_([this, &shells](const std::stop_token& stop) {
          uint64_t count = 0;
          while (::read(event_.get(), &count, sizeof count) == sizeof count &&
                 !stop.stop_requested()) {
            if (count >= kEndRequest) {
              shells.remove_copies();
              ::_exit(kEndedFromOutside);
            }
            shells.interrupt();
          }
        }) {
    g_interrupt_fd = event_.get();
    struct sigaction action{};
    action.sa_handler = on_interrupt;
    action.sa_flags = SA_RESTART;
    ::sigaction(SIGINT, &action, nullptr);
    action.sa_handler = on_end;
    ::sigaction(SIGHUP, &action, nullptr);
    ::sigaction(SIGTERM, &action, nullptr);
  }
  ~InterruptWatch() {
    ::signal(SIGINT, SIG_IGN);
    ::signal(SIGHUP, SIG_DFL);
    ::signal(SIGTERM, SIG_DFL);
    thread_.request_stop();
    on_interrupt(0);
  }

 private:
  UniqueFd event_;
  std::jthread thread_;
};

std::string history_path() {
  const char* state = std::getenv("XDG_STATE_HOME");
  const char* home = std::getenv("HOME");
  if (state != nullptr && state[0] != '\0') return std::string(state) + "/weft/debug_history";
  if (home == nullptr || home[0] == '\0') return "";
  return std::string(home) + "/.local/state/weft/debug_history";
}

Shell* g_shell = nullptr;  // readline's functions take no argument of ours
std::vector<std::string> g_matches;

char* next_match(const char* text, int state) {
  static size_t at;
  if (state == 0) at = 0;
  const size_t length = std::strlen(text);
  while (at < g_matches.size()) {
    const std::string& match = g_matches[at++];
    if (match.compare(0, length, text) == 0) return ::strdup(match.c_str());
  }
  return nullptr;
}

char** complete_word(const char* text, int start, int /*end*/) {
  rl_attempted_completion_over = 1;
  g_matches = g_shell->complete(std::string(rl_line_buffer, static_cast<size_t>(start)) + text);
  return rl_completion_matches(text, next_match);
}

class Prompt {
 public:
  explicit Prompt(ProcessShells& shells) : shells_(shells), history_(history_path()) {
    rl_readline_name = "weft";
    rl_attempted_completion_function = complete_word;
    using_history();
    stifle_history(kHistoryLines);
    if (!history_.empty()) read_history(history_.c_str());
  }
  ~Prompt() {
    if (history_.empty()) return;
    std::error_code ignored;
    std::filesystem::create_directories(std::filesystem::path(history_).parent_path(), ignored);
    write_history(history_.c_str());
    ::chmod(history_.c_str(), 0600);
  }

  /// False at the end of the input. An empty line is the last one again, as debuggers have it.
  bool read(std::string& line) {
    g_shell = &shells_.current();
    char* text = ::readline(g_shell->prompt().c_str());
    if (text == nullptr) return false;
    line = text;
    std::free(text);
    if (line.find_first_not_of(" \t") == std::string::npos) {
      line = last_;
    } else {
      add_history(line.c_str());
    }
    last_ = line;
    return true;
  }

 private:
  ProcessShells& shells_;
  std::string history_;
  std::string last_;
};

/// Prints what commands say.
class Printer {
 public:
  explicit Printer(const DebugOptions& options) : options_(options) {}

  void print(Shell& shell, const std::string& line, const CommandOutput& output) {
    if (options_.json) return print_json(shell, line, output);
    std::string text = options_.batch ? fmt::format("{}{}\n", shell_prompt, line) : "";
    text += output.text;
    if (!output.text.empty() && output.text.back() != '\n') text += '\n';
    if (!output.succeeded) text += fmt::format("error: {}\n", output.error);
    write(shell, fitted(text));
  }

 private:
  static constexpr const char* shell_prompt = "(weft) ";

  /// For somebody's eyes, each line as wide as the screen.
  static std::string fitted(const std::string& text) {
    constexpr size_t kIndent = 4;
    if (::isatty(STDOUT_FILENO) == 0 && std::getenv("COLUMNS") == nullptr) return text;
    return report::wrap(text, report::Screen::of(stdout).width, kIndent);
  }

  static nlohmann::ordered_json frame_object(const StackFrame& frame) {
    constexpr std::array kOwners = {"program", "library", "weft"};
    nlohmann::ordered_json object;
    if (frame.selectable) object["number"] = frame.index;
    object["function"] = frame.function;
    object["arguments"] = frame.arguments;
    object["module"] = frame.module;
    object["owner"] = kOwners[static_cast<size_t>(frame.owner)];
    if (frame.line != 0) object["file"] = frame.file, object["line"] = frame.line;
    return object;
  }

  /// Where the program stands, as far as LLDB is in use. A command about the stack: all frames.
  static void add_place(Shell& shell, const std::string& line, nlohmann::ordered_json& object) {
    SourceDebugger* source = shell.session.loaded_source();
    const auto frame = source != nullptr ? source->selected_frame() : std::nullopt;
    if (!frame) return;
    object["thread"] = source->selected_thread().id() - 1;
    object["frame"] = frame_object(*frame);
    const std::vector<std::string> words = split_words(line);
    constexpr std::array kAboutStack = {"where", "bt", "backtrace"};
    if (words.empty() ||
        std::find(kAboutStack.begin(), kAboutStack.end(), words[0]) == kAboutStack.end()) {
      return;
    }
    object["frames"] = nlohmann::ordered_json::array();
    for (const StackFrame& one : shell.frames()) object["frames"].push_back(frame_object(one));
  }

  void print_json(Shell& shell, const std::string& line, const CommandOutput& output) {
    nlohmann::ordered_json object = {{"command", line},
                                     {"ok", output.succeeded},
                                     {"event", shell.session.moment()},
                                     {"text", output.text},
                                     {"error", output.error}};
    if (shell.session.processes().size() > 1) object["process"] = shell.session.process();
    add_place(shell, line, object);
    write(shell,
          object.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n");
  }

  /// Nobody reads on (`weft debug ... | head`): there is no use in more.
  static void write(Shell& shell, const std::string& text) {
    if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0)
      shell.end();
  }

  const DebugOptions& options_;
};

/// The lines of all scripts, then the commands.
Result<std::vector<std::string>> first_lines(const DebugOptions& options) {
  std::vector<std::string> lines;
  for (const std::string& path : options.scripts) {
    std::ifstream file(path);
    if (!file) return Error{ErrorClass::kUsage, "cannot open " + path, "give a file of commands"};
    for (std::string line; std::getline(file, line);) lines.push_back(line);
  }
  lines.insert(lines.end(), options.commands.begin(), options.commands.end());
  return lines;
}

bool is_blank(const std::string& line) {
  const size_t begin = line.find_first_not_of(" \t\r");
  return begin == std::string::npos || line[begin] == '#';
}

/// False if the command failed. It may have gone to another process.
bool run_line(ProcessShells& shells, Printer& printer, const std::string& line) {
  if (is_blank(line)) return true;
  Shell& before = shells.current();
  size_t known = before.session.changed_files().size();
  CommandOutput output = before.execute(line);
  Shell& shell = shells.current();
  if (&shell != &before) known = 0;
  for (size_t i = known; i < shell.session.changed_files().size(); ++i)
    output.text.insert(0, fmt::format("note: {}\n", shell.session.changed_files()[i]));
  printer.print(shell, line, output);
  return output.succeeded;
}

/// ~/.weftinit. One in the current folder may be anybody's: it is named, and not read.
void read_init_files(ProcessShells& shells, Printer& printer) {
  constexpr const char* kName = ".weftinit";
  const char* home = std::getenv("HOME");
  const std::string path =
      home == nullptr || home[0] == '\0' ? "" : fmt::format("{}/{}", home, kName);
  std::ifstream file(path);
  for (std::string line; std::getline(file, line) && !shells.current().ended();)
    run_line(shells, printer, line);
  std::error_code ignored;
  if (std::filesystem::exists(kName, ignored) &&
      !std::filesystem::equivalent(kName, path, ignored)) {
    fmt::print("note: {} in this folder is not read; source {} reads it\n", kName, kName);
    std::fflush(stdout);
  }
}

}  // namespace

int run_shell(ProcessShells& shells, const DebugOptions& options) {
  const auto lines = first_lines(options);
  if (!lines) {
    fmt::print(stderr, "weft: {}\n", lines.error().message);
    return static_cast<int>(lines.error().error_class);
  }
  InterruptWatch watch(shells);
  Printer printer(options);
  if (options.reads_init_files()) read_init_files(shells, printer);
  bool failed = false;
  for (const std::string& line : *lines) {
    if (shells.current().ended()) break;
    failed = !run_line(shells, printer, line) || failed;
    if (failed && options.batch && !options.keep_going) break;
  }
  if (options.batch) return failed ? 1 : 0;
  if (shells.current().ended()) return 0;
  if (::isatty(STDIN_FILENO) == 0) {
    for (std::string line; !shells.current().ended() && std::getline(std::cin, line);)
      run_line(shells, printer, line);
    return 0;
  }
  Prompt prompt(shells);
  for (std::string line; !shells.current().ended() && prompt.read(line);)
    run_line(shells, printer, line);
  return 0;
}

}  // namespace weft::shell
