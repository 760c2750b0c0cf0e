#include "recorder/launch/launcher.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <optional>

#include "recorder/drain/drain_link.h"
#include "recorder/drain/drainer.h"
#include "recorder/drain/ring_reader.h"
#include "recorder/drain/sleeper_watch.h"
#include "recorder/launch/inherited_files.h"
#include "recorder/launch/program_process.h"
#include "recorder/launch/progress.h"
#include "recorder/launch/recording_info.h"
#include "recorder/launch/signal_relay.h"
#include "weft/base/human_text.h"
#include "weft/base/unique_fd.h"

namespace weft::launch {
namespace {

using channel::RecordChannel;
using drain::Message;
using drain::MessageKind;

std::string base_name(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

int exit_status_of(int wait_status) {
  return WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

/// One recording, from the forks to the exit status.
class Recording {
 public:
  explicit Recording(const RecordOptions& options) : options_(options), progress_(!options.quiet) {}

  Status start();
  Result<int> finish();

 private:
  Status start_recorder(const UniqueFd& channel_fd);
  void wait_for_program();
  /// Who else may have to be woken while the program runs: the recorder sees to it as long as it
  /// lives. When to look again, -1 for never.
  int time_to_look_ms();
  void wait_for_recorder();
  void handle_signals();
  void stop_if_asked(int signal);
  void handle_children();
  void handle_message(const Message& message);
  void handle_program_state(int wait_status);
  void recorder_died();
  void say(const std::string& text);
  std::optional<Error> setup_error() const;

  const RecordOptions& options_;
  TscCalibration calibration_;
  InheritedFiles inherited_;
  SignalState signal_state_;
  ProgressLine progress_;
  std::optional<SignalRelay> signals_;
  std::optional<ProgramProcess> program_;
  std::string trace_path_;
  Mapping channel_;
  drain::DrainLink link_;
  drain::SleeperWatch watch_;
  pid_t recorder_ = -1;
  bool recorder_reaped_ = false;
  bool program_stopped_ = false;
  bool trouble_ = false;
  std::optional<int> wait_status_;
  std::optional<drain::Counters> final_counters_;
  uint32_t processes_ = 1;
  uint32_t left_ = 0;  ///< of these, that outlive the recording
};

std::string children_text(uint32_t count) {
  return fmt::format(
      "weft: the program has ended; {} of its children {} recorded (Ctrl-C ends the recording)",
      count, count == 1 ? "is still" : "are still");
}

std::string left_text(uint32_t count) {
  return count == 1 ? "weft: one child still runs, unrecorded from here on"
                    : fmt::format("weft: {} children still run, unrecorded from here on", count);
}

Status Recording::start() {
  auto signals = SignalRelay::start();
  if (!signals) return signals.error();
  signals_ = std::move(*signals);
  auto channel_fd = drain::create_channel(options_.follows ? drain::Children::kRecorded
                                                           : drain::Children::kNotRecorded);
  if (!channel_fd) return channel_fd.error();
  channel_ = Mapping::shared(channel_fd->get(), channel::kHeaderBytes, PROT_READ | PROT_WRITE);
  channel_.as<RecordChannel>()->processor = processor_shown_at(options_.level);
  channel_.as<RecordChannel>()->leaves_text = options_.leaves_text ? 1 : 0;
  auto program = ProgramProcess::fork_at_gate(
      {options_.runtime_path, options_.program.path, options_.arguments, channel_fd->get()},
      signal_state_);
  if (!program) return program.error();
  program_ = std::move(*program);
  Status status = start_recorder(*channel_fd);
  if (status) {
    channel_.as<RecordChannel>()->recorder_pid = recorder_;
    channel_.as<RecordChannel>()->slice_us = options_.slice_us;
    channel_.as<RecordChannel>()->digests = options_.digests;
    channel_.as<RecordChannel>()->digests_us = options_.digests_us;
    channel_.as<RecordChannel>()->memory_asked =
        options_.digests == channel::Digests::kAlways ? 1 : 0;
    inherited_.close_all();
    status = program_->release();
    if (!status) ::unlink(trace_path_.c_str());
  }
  if (!status) program_->abandon();
  return status;
}

Status Recording::start_recorder(const UniqueFd& channel_fd) {
  auto ends = drain::DrainLink::create();
  if (!ends) return ends.error();
  link_ = std::move(ends->first);
  trace_path_ = options_.trace_path;
  if (trace_path_.empty()) {
    trace_path_ = fmt::format("{}-{}.weft", base_name(options_.program.path), program_->pid());
  }
  drain::DrainJob job;
  job.channel_fd = channel_fd.get();
  job.program_pidfd = program_->pidfd();
  job.link_fd = ends->second.fd();
  job.trace_path = trace_path_;
  job.info = describe_recording(options_.program.path, options_.arguments, calibration_);
  channel_.as<RecordChannel>()->ticks_per_us =
      static_cast<uint32_t>(std::max<uint64_t>(1, job.info.tsc_hz / 1'000'000));
  job.info.processor = channel_.as<RecordChannel>()->processor;
  job.cache_directory = options_.cache_directory;
  job.follows = options_.follows;
  job.until_parent = options_.until_parent;
  if (options_.follows) job.info.format_version = trace::kFormatVersion;
  job.overwrite = options_.force ? trace::Overwrite::kAllow : trace::Overwrite::kRefuse;
  recorder_ = ::fork();
  if (recorder_ == 0) drain::run_recorder_process(job);
  if (recorder_ < 0) {
    return Error{ErrorClass::kUsage,
                 fmt::format("the recorder cannot be started: fork: {}", std::strerror(errno)),
                 "see the limit of processes with ulimit -u"};
  }
  ends->second = drain::DrainLink();
  const auto answer = link_.wait();
  if (answer && answer->kind == MessageKind::kReady) return {};
  if (answer && answer->kind == MessageKind::kTrouble) return drain::trouble_of(*answer);
  return Error{ErrorClass::kUsage, "the recorder died before the program started",
               "if nobody killed it, this is a bug in weft"};
}

Result<int> Recording::finish() {
  wait_for_program();
  Message ended;
  ended.kind = MessageKind::kEnded;
  ended.wait_status = *wait_status_;
  link_.send(ended);
  drain::wake_recorder(*channel_.as<RecordChannel>());
  wait_for_recorder();
  progress_.clear();
  if (const auto error = setup_error()) {
    ::unlink(trace_path_.c_str());
    return *error;
  }
  if (final_counters_ && !options_.quiet) {
    say(wrap(summary_text(*final_counters_, progress_.seconds(), trace_path_, processes_),
             screen_columns(stderr), 6));
    if (WIFSIGNALED(*wait_status_)) say(death_text(WTERMSIG(*wait_status_)));
    if (left_ != 0) say(left_text(left_));
  }
  if (final_counters_ && options_.when_written) options_.when_written(trace_path_);
  return exit_status_of(*wait_status_);
}

void Recording::wait_for_program() {
  while (!wait_status_) {
    pollfd sources[] = {{signals_->fd(), POLLIN, 0}, {link_.fd(), POLLIN, 0}};
    if (link_.closed()) sources[1].fd = -1;
    // The answer is not needed: whoever has something to say is asked below. If the kernel has no
    // memory for the question, or allows this process no descriptors any more, a nap does as well.
    if (::poll(sources, 2, time_to_look_ms()) < 0 && errno != EINTR) ::usleep(10'000);
    while (const auto message = link_.receive()) handle_message(*message);
    handle_signals();
  }
}

int Recording::time_to_look_ms() {
  if (!recorder_reaped_) return -1;
  constexpr std::chrono::microseconds kRoundUp{999};
  const auto time = watch_.look(*channel_.as<RecordChannel>()) + kRoundUp;
  return static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(time).count());
}

void Recording::wait_for_recorder() {
  // Until the link closes: the recorder closes it by ending, however it ends.
  while (!link_.closed()) {
    pollfd sources[] = {{signals_->fd(), POLLIN, 0}, {link_.fd(), POLLIN, 0}};
    if (::poll(sources, 2, -1) < 0 && errno != EINTR) ::usleep(10'000);
    while (const auto message = link_.receive()) handle_message(*message);
    while (const auto signal = signals_->next()) stop_if_asked(static_cast<int>(signal->ssi_signo));
  }
  if (!recorder_reaped_) ::waitpid(recorder_, nullptr, 0);
  recorder_reaped_ = true;
  if (!final_counters_) recorder_died();
}

/// The program has ended, and children of it are still recorded: a signal that would have ended
/// the program ends the recording.
void Recording::stop_if_asked(int signal) {
  if (signal != SIGINT && signal != SIGTERM && signal != SIGHUP && signal != SIGQUIT) return;
  Message stop;
  stop.kind = MessageKind::kStop;
  link_.send(stop);
  drain::wake_recorder(*channel_.as<RecordChannel>());
}

void Recording::handle_signals() {
  while (const auto signal = signals_->next()) {
    // A change of the program's state is looked at first: SIGCONT depends on it.
    handle_children();
    if (wait_status_ || !meant_for_program(*signal, program_->pid())) continue;
    const int number = static_cast<int>(signal->ssi_signo);
    if (number == SIGCONT && !program_stopped_) continue;
    ::kill(program_->pid(), number);
  }
}

void Recording::handle_children() {
  int status = 0;
  while (true) {
    const pid_t pid = ::waitpid(-1, &status, WNOHANG | WUNTRACED | WCONTINUED);
    if (pid <= 0) return;
    if (pid == program_->pid()) handle_program_state(status);
    if (pid == recorder_ && (WIFEXITED(status) || WIFSIGNALED(status))) {
      recorder_reaped_ = true;
      while (const auto message = link_.receive()) handle_message(*message);
      if (!final_counters_) recorder_died();
    }
  }
}

void Recording::handle_program_state(int wait_status) {
  if (WIFCONTINUED(wait_status)) {
    program_stopped_ = false;
  } else if (WIFSTOPPED(wait_status)) {
    program_stopped_ = true;
    const int signal = WSTOPSIG(wait_status);
    // Job control stops the whole job. A plain `kill -STOP` of the program stops only the program:
    // whoever sent it will continue only the program.
    if (signal == SIGTSTP || signal == SIGTTIN || signal == SIGTTOU) {
      progress_.clear();
      ::raise(SIGSTOP);
    }
  } else {
    wait_status_ = wait_status;
  }
}

void Recording::handle_message(const Message& message) {
  switch (message.kind) {
    case MessageKind::kProgress:
      progress_.show(message.counters, message.busy != 0);
      break;
    case MessageKind::kTrouble:
      trouble_ = true;
      say(error_text(drain::trouble_of(message)));
      break;
    case MessageKind::kClosed:
      final_counters_ = message.counters;
      processes_ = message.processes;
      left_ = message.left;
      break;
    case MessageKind::kChildrenLeft:
      if (!options_.quiet) say(children_text(message.processes));
      break;
    default:
      break;
  }
}

void Recording::recorder_died() {
  if (trouble_) return;
  trouble_ = true;
  channel_.as<RecordChannel>()->stopped = 1;
  say(
      fmt::format("weft: the recorder was killed: {} ends at its last complete chunk, and the "
                  "program goes on unrecorded",
                  trace_path_));
}

void Recording::say(const std::string& text) {
  progress_.clear();
  const std::string line = fit_for(stderr, text, 6) + "\n";
  (void)!::write(STDERR_FILENO, line.data(), line.size());
}

std::optional<Error> Recording::setup_error() const {
  const auto& channel = *channel_.as<RecordChannel>();
  if (channel.program_loaded != 0) return std::nullopt;
  if (channel.setup_error == 0) {
    if (WIFSIGNALED(*wait_status_)) return std::nullopt;  // killed before it began: no error
    return Error{ErrorClass::kUnsupported,
                 fmt::format("'{}' was not loaded (weft-runtime ended with status {})",
                             options_.program.path, exit_status_of(*wait_status_)),
                 "this is a bug in weft"};
  }
  const size_t length = ::strnlen(channel.setup_message, sizeof channel.setup_message);
  const std::string text(channel.setup_message, length);
  // "message\nhint"
  const size_t line_end = std::min(text.find('\n'), text.size());
  const std::string hint = line_end < text.size() ? text.substr(line_end + 1) : "";
  return Error{static_cast<ErrorClass>(channel.setup_class), text.substr(0, line_end), hint};
}

}  // namespace

Result<int> record_program(const RecordOptions& options) {
  Recording recording(options);
  if (const Status started = recording.start(); !started) return started.error();
  if (!options.program.note.empty() && !options.quiet) {
    (void)std::fprintf(stderr, "weft: %s\n", options.program.note.c_str());
  }
  return recording.finish();
}

}  // namespace weft::launch
