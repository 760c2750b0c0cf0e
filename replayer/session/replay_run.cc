#include "replayer/session/replay_run.h"

#include <fmt/format.h>
#include <sys/wait.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <limits>
#include <nlohmann/json.hpp>
#include <vector>

#include "replayer/session/divergence_report.h"
#include "replayer/session/log_window.h"
#include "replayer/session/processor_check.h"
#include "replayer/session/replay_process.h"
#include "replayer/session/replay_processes.h"
#include "replayer/trace/trace_name.h"
#include "replayer/trace/trace_reader.h"
#include "weft/base/human_text.h"
#include "weft/base/shell_word.h"
#include "weft/base/wrapped_text.h"

namespace weft::session {
namespace {

using nlohmann::ordered_json;

/// How one replay went.
struct RunResult {
  double seconds = 0;
  uint64_t events = 0;  ///< replayed
  uint64_t verified_events = 0, verified_pages = 0;
  Outcome outcome = Outcome::kEnded;
  std::string report;  ///< text for a person, if it went wrong
};

/// What is printed about the recording.
struct RecordingSummary {
  uint32_t threads = 0;
  double seconds = 0;
};

bool went_well(const RunResult& run) {
  return run.outcome == Outcome::kEnded || run.outcome == Outcome::kParked;
}

const char* outcome_name(Outcome outcome) {
  switch (outcome) {
    case Outcome::kEnded:
      return "exact";
    case Outcome::kParked:
      return "parked";
    case Outcome::kDiverged:
      return "diverged";
    case Outcome::kFailed:
      return "failed";
    case Outcome::kDied:
      return "died";
    case Outcome::kStalled:
      return "stalled";
    case Outcome::kNoLog:
      return "bad trace";
  }
  return "unknown";
}

std::string death_text(int wait_status) {
  if (WIFSIGNALED(wait_status)) {
    return fmt::format("died by signal {} ({})", WTERMSIG(wait_status),
                       ::strsignal(WTERMSIG(wait_status)));
  }
  return fmt::format("ended with status {}", WEXITSTATUS(wait_status));
}

/// A replay that is not faster is one of a program that did next to nothing: no ratio to speak of.
std::string ratio_text(double ratio) {
  return ratio > 1.05 ? fmt::format(", {:.1f} times as long", ratio) : "";
}

std::string verified_text(const RunResult& run) {
  if (run.verified_events == 0) {
    return "memory was compared at preemptions only: record with weft record --digests for more";
  }
  return fmt::format("memory was as recorded at {} events besides preemptions: {} pages in all",
                     run.verified_events, run.verified_pages);
}

RecordingSummary summarize(LogWindow& log, const trace::TraceInfo& info) {
  const LogSummary summary = log.summary();
  return {summary.threads, info.seconds_at(summary.last_time)};
}

/// Replays one trace several times.
class ReplayRun {
 public:
  ReplayRun(const ReplayOptions& options, trace::TraceReader& reader, LogWindow& log)
      : options_(options), reader_(reader), log_(log) {}

  /// Until one goes wrong.
  Result<std::vector<RunResult>> replay();
  void print(const std::vector<RunResult>& runs);

 private:
  Result<RunResult> replay_once();
  std::string report(const ReplayProcess& process, Outcome outcome);
  void print_text(const std::vector<RunResult>& runs, const RecordingSummary& summary);
  void print_json(const std::vector<RunResult>& runs, const RecordingSummary& summary);

  const ReplayOptions& options_;
  trace::TraceReader& reader_;
  LogWindow& log_;
};

Result<std::vector<RunResult>> ReplayRun::replay() {
  std::vector<RunResult> runs;
  bool well = true;
  // The first replay that goes wrong ends it: the next ones would tell the same.
  while (runs.size() < options_.repeat && well) {
    auto result = replay_once();
    if (!result) return result.error();
    if (const auto failure = log_.failure()) return *failure;
    well = went_well(*result);
    runs.push_back(std::move(*result));
  }
  return runs;
}

Result<RunResult> ReplayRun::replay_once() {
  const auto start = std::chrono::steady_clock::now();
  ReplayRequest request;
  request.runtime_path = options_.runtime_path;
  request.show_output = options_.show_output;
  request.verify = options_.verify;
  request.cpu_limit_seconds = cpu_limit_seconds(reader_);
  if (options_.until) request.stop_before = trace::EventIndex(*options_.until);
  auto process = ReplayProcess::spawn(log_, request);
  if (!process) return process.error();
  RunResult result;
  result.outcome = (*process)->wait();
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  result.events = (*process)->channel().position;
  result.verified_events = (*process)->channel().verified_events;
  result.verified_pages = (*process)->channel().verified_pages;
  if (!went_well(result)) result.report = report(**process, result.outcome);
  return result;
}

std::string ReplayRun::report(const ReplayProcess& process, Outcome outcome) {
  const std::string& path = options_.trace_path;
  const auto& channel = process.channel();
  switch (outcome) {
    case Outcome::kDiverged:
      return divergence_text(describe_divergence(log_, process, path), path);
    case Outcome::kFailed:
      return fmt::format(
          "weft: {}: the runtime gave up near event {}: {}\n", path, channel.position.load(),
          std::string(channel.divergence.what,
                      ::strnlen(channel.divergence.what, sizeof channel.divergence.what)));
    case Outcome::kDied:
      return fmt::format(
          "weft: {}: the replayed process {}; this is a bug in weft\n"
          "      see the events near it with weft events {}\n",
          path, death_text(process.wait_status()), shell_word(path));
    case Outcome::kStalled:
      return fmt::format(
          "weft: {}: the replay did not end by itself and was stopped; this is a "
          "bug in weft\n",
          path);
    default:
      return "";
  }
}

void ReplayRun::print(const std::vector<RunResult>& runs) {
  const RecordingSummary summary = summarize(log_, reader_.info());
  if (options_.json) {
    print_json(runs, summary);
  } else {
    print_text(runs, summary);
  }
}

void ReplayRun::print_text(const std::vector<RunResult>& runs, const RecordingSummary& summary) {
  // With --output, stdout is the program's.
  std::FILE* out = options_.show_output ? stderr : stdout;
  if (reader_.tail_damage()) {
    fmt::print(
        stderr, "{}",
        fit_for(stderr, fmt::format("weft: {}: {}\n", options_.trace_path, *reader_.tail_damage()),
                6));
  }
  const RunResult& last = runs.back();
  const size_t exact = static_cast<size_t>(std::count_if(runs.begin(), runs.end(), went_well));
  if (exact > 0) {
    double total = 0;
    for (size_t i = 0; i < exact; ++i) total += runs[i].seconds;
    const double mean = total / static_cast<double>(exact);
    std::string text = fmt::format(
        "weft: replayed {} {}{}: {} events, {} {}, no divergence\n", options_.trace_path,
        exact == 1 ? "once" : fmt::format("{} times", exact),
        options_.until ? fmt::format(" up to event {}", runs.front().events) : "",
        runs.front().events, summary.threads, summary.threads == 1 ? "thread" : "threads");
    if (options_.verify) text += fmt::format("      {}\n", verified_text(runs.front()));
    text += fmt::format("      {}{}; the recording took {}{}\n", seconds_text(mean),
                        exact == 1 ? "" : " each", seconds_text(summary.seconds),
                        options_.until ? "" : ratio_text(summary.seconds / mean));
    fmt::print(out, "{}", wrap(text, screen_columns(out), 6));
  }
  if (!went_well(last)) fmt::print(stderr, "{}", last.report);
}

void ReplayRun::print_json(const std::vector<RunResult>& runs, const RecordingSummary& summary) {
  ordered_json replays = ordered_json::array();
  for (const RunResult& run : runs) {
    ordered_json one = {
        {"outcome", outcome_name(run.outcome)}, {"events", run.events}, {"seconds", run.seconds}};
    if (options_.verify) {
      one["verified_events"] = run.verified_events;
      one["verified_pages"] = run.verified_pages;
    }
    if (!run.report.empty()) one["report"] = run.report;
    replays.push_back(std::move(one));
  }
  const ordered_json all = {{"file", options_.trace_path},    {"events", log_.event_count()},
                            {"threads", summary.threads},     {"recorded_seconds", summary.seconds},
                            {"complete", reader_.complete()}, {"replays", std::move(replays)}};
  fmt::print("{}\n", all.dump(2, ' ', false, ordered_json::error_handler_t::replace));
}

}  // namespace

bool ReplayOptions::all_processes() const {
  const trace::TraceName name = trace::parse_trace_name(trace_path);
  return name.file == trace_path && !until && !show_output;
}

namespace {

/// A trace that is cut in its first chunk has an end that any replay reaches.
Status has_events(const trace::TraceReader& reader, const std::string& path) {
  if (reader.total_events() > 0) return {};
  return Error{ErrorClass::kBadTrace,
               fmt::format("{}: {}", path, reader.tail_damage().value_or("it holds no event")),
               "there is nothing to replay; record the program again"};
}

}  // namespace

Result<LogReplay> replay_log(const ReplayOptions& options, trace::TraceReader& reader) {
  if (Status some = has_events(reader, options.trace_path); !some) return some.error();
  auto log = LogWindow::open(reader);
  if (!log) return log.error();
  auto runs = ReplayRun(options, reader, **log).replay();
  if (!runs) return runs.error();
  LogReplay result;
  result.process = reader.process();
  result.events = runs->back().events;
  for (const RunResult& run : *runs) result.exact += went_well(run) ? 1 : 0;
  result.report = runs->back().report;
  return result;
}

Result<int> run_replay(const ReplayOptions& given) {
  ReplayOptions options = given;
  if (options.process)
    options.trace_path = trace::process_of_trace(options.trace_path, *options.process);
  auto reader = trace::TraceReader::open(options.trace_path);
  if (!reader) return reader.error();
  if (Status here = check_processor(reader->info(), options.trace_path); !here) return here.error();
  if (reader->tree().processes().size() > 1 && options.all_processes())
    return replay_processes(options, *reader);
  if (Status some = has_events(*reader, options.trace_path); !some) return some.error();
  auto log = LogWindow::open(*reader);
  if (!log) return log.error();
  if (options.until && *options.until > reader->total_events()) {
    return Error{ErrorClass::kUsage,
                 fmt::format("there is no event {}: {} has {}", *options.until, options.trace_path,
                             reader->total_events()),
                 "see them with weft events"};
  }
  ReplayRun run(options, *reader, **log);
  const auto runs = run.replay();
  if (!runs) return runs.error();
  run.print(*runs);
  return went_well(runs->back()) ? 0 : static_cast<int>(ErrorClass::kDivergence);
}

}  // namespace weft::session
