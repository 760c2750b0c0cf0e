#include "replayer/session/replay_processes.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>
#include <vector>

#include "replayer/trace/trace_name.h"
#include "replayer/trace/trace_reader.h"
#include "weft/base/human_text.h"
#include "weft/base/shell_word.h"
#include "weft/base/wrapped_text.h"

namespace weft::session {
namespace {

using nlohmann::ordered_json;

constexpr unsigned kMostAtOnce = 8;  // each has a window of its own on the log

struct Outcomes {
  std::vector<Result<LogReplay>> all;  ///< by process
  double seconds = 0;
};

bool is_exact(const ReplayOptions& options, const Result<LogReplay>& outcome) {
  return outcome && outcome->exact == options.repeat;
}

Result<LogReplay> replay_one(const ReplayOptions& options, uint32_t process) {
  ReplayOptions of_one = options;
  of_one.trace_path = trace::name_of_process(options.trace_path, process);
  auto reader = trace::TraceReader::open(of_one.trace_path);
  if (!reader) return reader.error();
  return replay_log(of_one, *reader);
}

/// A replayed process dies with the thread that has started it: each worker waits for its own.
Outcomes replay_all(const ReplayOptions& options, uint32_t count) {
  const auto start = std::chrono::steady_clock::now();
  Outcomes outcomes;
  outcomes.all.resize(count, Result<LogReplay>(Error{}));
  std::atomic<uint32_t> next{0};
  const auto work = [&] {
    for (uint32_t process; (process = next.fetch_add(1)) < count;)
      outcomes.all[process] = replay_one(options, process);
  };
  const unsigned workers =
      std::min({std::max(1u, std::thread::hardware_concurrency()), kMostAtOnce, count});
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < workers; ++i) threads.emplace_back(work);
  for (std::thread& thread : threads) thread.join();
  outcomes.seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return outcomes;
}

void print_text(const ReplayOptions& options, const Outcomes& outcomes) {
  uint64_t events = 0;
  std::vector<uint32_t> wrong;
  for (uint32_t process = 0; process < outcomes.all.size(); ++process) {
    const auto& outcome = outcomes.all[process];
    if (is_exact(options, outcome)) {
      events += outcome->events;
      continue;
    }
    wrong.push_back(process);
    const std::string name = trace::name_of_process(options.trace_path, process);
    if (outcome) {
      fmt::print(stderr, "{}", outcome->report);
    } else {
      fmt::print(stderr, "weft: {}: {}\n", name, outcome.error().message);
    }
  }
  if (wrong.empty()) {
    const std::string text =
        fmt::format("weft: replayed {} {}: {} processes, {} events, no divergence\n",
                    options.trace_path,
                    options.repeat == 1 ? "once" : fmt::format("{} times", options.repeat),
                    outcomes.all.size(), events) +
        fmt::format("      {} in all; weft info {} lists them\n", seconds_text(outcomes.seconds),
                    shell_word(options.trace_path));
    fmt::print("{}", wrap(text, screen_columns(stdout), 6));
    return;
  }
  fmt::print(stderr, "weft: {} of the {} processes of {} did not replay exactly: {}\n",
             wrong.size(), outcomes.all.size(), options.trace_path, fmt::join(wrong, ", "));
}

void print_json(const ReplayOptions& options, const Outcomes& outcomes, bool complete) {
  ordered_json all = ordered_json::array();
  for (uint32_t process = 0; process < outcomes.all.size(); ++process) {
    const auto& outcome = outcomes.all[process];
    ordered_json one = {{"process", process},
                        {"exact", is_exact(options, outcome)},
                        {"events", outcome ? outcome->events : 0},
                        {"replays", outcome ? outcome->exact : 0}};
    const std::string report = outcome ? outcome->report : outcome.error().message;
    if (!report.empty()) one["report"] = report;
    all.push_back(std::move(one));
  }
  const ordered_json out = {{"file", options.trace_path},
                            {"seconds", outcomes.seconds},
                            {"complete", complete},
                            {"processes", std::move(all)}};
  fmt::print("{}\n", out.dump(2, ' ', false, ordered_json::error_handler_t::replace));
}

}  // namespace

Result<int> replay_processes(const ReplayOptions& options, const trace::TraceReader& reader) {
  const auto count = static_cast<uint32_t>(reader.tree().processes().size());
  const Outcomes outcomes = replay_all(options, count);
  if (options.json) {
    print_json(options, outcomes, reader.complete());
  } else {
    if (const auto& damage = reader.tail_damage())
      fmt::print(stderr, "weft: {}: {}\n", options.trace_path, *damage);
    print_text(options, outcomes);
  }
  int status = 0;
  for (const auto& outcome : outcomes.all) {
    if (is_exact(options, outcome)) continue;
    const bool bad = !outcome && outcome.error().error_class == ErrorClass::kBadTrace;
    if (status != static_cast<int>(ErrorClass::kDivergence))
      status = static_cast<int>(bad ? ErrorClass::kBadTrace : ErrorClass::kDivergence);
  }
  return status;
}

}  // namespace weft::session
