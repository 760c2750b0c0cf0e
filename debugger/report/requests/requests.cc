#include "debugger/report/requests/requests.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <unordered_set>

#include "debugger/analysis/model/expressions.h"
#include "debugger/report/requests/request_list.h"
#include "debugger/report/text/columns.h"
#include "debugger/report/text/opening.h"
#include "debugger/report/text/request_texts.h"
#include "replayer/inspect/escape.h"
#include "replayer/trace/trace_growth.h"

namespace weft::report {

using nlohmann::ordered_json;

namespace {

constexpr size_t kShownDifferences = 6;
constexpr size_t kShownOrders = 5;
/// Requests of which the path is followed, to say where the time went. The others of a long list
/// are shown without.
constexpr size_t kFollowed = 2000;

class TextRequests {
 public:
  TextRequests(const Analysis& analysis, const RequestGroups& groups,
               const RequestsOptions& options, const RequestList& list)
      : analysis_(analysis),
        model_(analysis.model()),
        groups_(groups),
        options_(options),
        list_(list) {}

  std::string make() {
    put_table();
    const std::string table = std::move(out_);
    out_.clear();
    put_left_out();
    if (options_.slowest > 0) put_differences();
    put_orders();
    return table + wrap(out_, options_.screen.width, 4);
  }

 private:
  void put_table() {
    using Align = Columns::Align;
    Columns columns({{.title = "REQUEST", .align = Align::kRight},
                     {.title = "START", .align = Align::kRight},
                     {.title = "DURATION", .align = Align::kRight},
                     {.title = "WHAT", .align = Align::kLeft, .flexible = true},
                     {.title = "OUTCOME", .align = Align::kLeft, .flexible = true},
                     {.title = "TASKS", .align = Align::kRight, .optional = true},
                     {.title = "WHERE THE TIME WENT", .align = Align::kLeft, .flexible = true}});
    for (size_t i = 0; i < list_.shown.size(); ++i) {
      const RequestIndex number = list_.shown[i];
      const Request& request = model_.requests[number];
      columns.add({std::to_string(number.value() + 1),
                   start_text(analysis_.seconds_at(request.start)),
                   duration_text(request_seconds(analysis_, number)), request_text(model_, number),
                   request_outcome(model_, number), std::to_string(request.tasks),
                   i < kFollowed ? where_text(analysis_, groups_, number) : ""});
    }
    out_ += columns.text(options_.screen);
  }

  void put_left_out() {
    size_t unfinished = 0;
    for (const RequestIndex number : list_.shown)
      unfinished += model_.requests[number].end == kNone;
    out_ += fmt::format("{} of {} requests", list_.shown.size(), list_.total);
    if (unfinished > 0) out_ += fmt::format(", {} unfinished", unfinished);
    if (list_.faster > 0) out_ += fmt::format("; {} faster ones left out", list_.faster);
    if (list_.others > 0)
      out_ += fmt::format("; {} without '{}' left out", list_.others,
                          inspect::printable(options_.where));
    if (list_.root_tasks > 0)
      out_ += fmt::format("; {} root tasks left out (--roots shows them)", list_.root_tasks);
    out_ += "\n";
  }

  /// Those that --slowest left out, too.
  std::vector<RequestIndex> compared() const {
    RequestsOptions all = options_;
    all.slowest = 0;
    return list_requests(analysis_, groups_, all).shown;
  }

  void put_differences() {
    const auto compared = this->compared();
    const SlowRequests slow = find_slow(analysis_, groups_, compared, kShownDifferences);
    if (slow.slow == 0) return;
    out_ += fmt::format("\n{} slow of {}: {} and more, where the median is {}.", slow.slow,
                        compared.size(), duration_text(analysis_.seconds(slow.threshold)),
                        duration_text(analysis_.seconds(slow.median)));
    if (slow.slow == 1) {
      out_ += " A single slow request has nothing to be compared with: see weft graph.\n";
      return;
    }
    out_ += slow.differences.empty()
                ? " weft found nothing that only the slow ones have in common.\n"
                : " In common:\n";
    for (const Difference& difference : slow.differences) {
      out_ +=
          fmt::format("  {} ({}/{} slow, {}/{} others)\n", difference_text(analysis_, difference),
                      difference.slow, slow.slow, difference.others, slow.others);
    }
    if (slow.chance > kMayBeChance) out_ += "  This may be chance: " + chance_text(slow) + ".\n";
  }

  void put_orders() {
    auto odd = odd_orders(analysis_, groups_, compared());
    const std::unordered_set<RequestIndex> shown(list_.shown.begin(), list_.shown.end());
    std::erase_if(odd, [&](const OddOrder& one) { return !shown.contains(one.request); });
    for (size_t i = 0; i < std::min(odd.size(), kShownOrders); ++i) {
      out_ += fmt::format("{}order of request {}: {}; of {} others: {}\n", i == 0 ? "\n" : "",
                          odd[i].request + 1, order_text(model_, odd[i].order), odd[i].usual_count,
                          order_text(model_, odd[i].usual));
    }
    if (odd.size() > kShownOrders)
      out_ += fmt::format("{} more requests in an unusual order\n", odd.size() - kShownOrders);
  }

  const Analysis& analysis_;
  const Model& model_;
  const RequestGroups& groups_;
  const RequestsOptions& options_;
  const RequestList& list_;
  std::string out_;
};

ordered_json request_json(const Analysis& analysis, const RequestGroups& groups,
                          RequestIndex number) {
  const Model& model = analysis.model();
  const Request& request = model.requests[number];
  ordered_json out;
  out["request"] = number + 1;
  out["kind"] = request_kind_name(request.kind);
  out["what"] = request_label(model, number);
  out["outcome"] = outcome_label(model, number);
  out["finished"] = request.end != kNone;
  out["failed"] = request.outcome == Outcome::kFailed;
  out["start_seconds"] = analysis.seconds_at(request.start);
  out["duration_seconds"] = request_seconds(analysis, number);
  out["first_event"] = request.begin;
  if (request.end != kNone) out["last_event"] = request.end;
  out["task"] = model.tasks[request.task].id;
  out["tasks"] = request.tasks;
  out["exchanges"] = groups.exchanges(number).size();
  if (request.traceparent != kNone)
    out["traceparent"] = std::string(model.strings[request.traceparent]);
  out["where"] = ordered_json::array();
  for (const Share& share : shares_of(model, critical_path(analysis, groups, number))) {
    out["where"].push_back({{"what", share_text(model, share)},
                            {"kind", step_name(share.example.kind)},
                            {"seconds", analysis.seconds(share.ticks)}});
  }
  return out;
}

std::string json_line(const Analysis& analysis, const RequestGroups& groups, RequestIndex number) {
  return request_json(analysis, groups, number)
             .dump(-1, ' ', true, ordered_json::error_handler_t::replace) +
         "\n";
}

std::string text_line(const Analysis& analysis, RequestIndex number) {
  const Model& model = analysis.model();
  return fmt::format("{:>7}  {}  {:>8}  {}  {}\n", number + 1,
                     start_text(analysis.seconds_at(model.requests[number].start)),
                     duration_text(request_seconds(analysis, number)), request_text(model, number),
                     request_outcome(model, number));
}

/// Each request once, when it has ended; until the recording is closed. All of it is analysed again
/// whenever it has grown (trace_growth.h).
int follow_requests(const RequestsOptions& options) {
  trace::TraceGrowth growth(options.path);
  std::unordered_set<uint64_t> told;  // by their first events
  if (!options.json) put("REQUEST     START  DURATION  WHAT  OUTCOME\n", options.out);
  while (true) {
    growth.begin();
    const auto analysis = Analysis::open(options.path, {.use_index = false, .read_only = true});
    if (!analysis) return inspect::fail(analysis.error(), options.error_out);
    const RequestGroups groups(analysis->model());
    for (const RequestIndex number : list_requests(*analysis, groups, options).shown) {
      const Request& request = analysis->model().requests[number];
      const bool is_root = request.kind == RequestKind::kRootTask && !options.roots;
      if (is_root || request.end == kNone) continue;
      if (!told.insert(EventIndex(request.begin).value()).second) continue;
      put(options.json ? json_line(*analysis, groups, number) : text_line(*analysis, number),
          options.out);
    }
    if (!analysis->damage() || std::ferror(options.out) != 0) return 0;
    growth.wait();
  }
}

}  // namespace

int run_requests(const RequestsOptions& options) {
  if (options.follow) return follow_requests(options);
  auto analysis = Analysis::open(options.path, {.use_index = options.use_index});
  if (!analysis) return inspect::fail(analysis.error(), options.error_out);
  const Model& model = analysis->model();
  if (model.requests.empty() && !analysis->has_async_events() && model.exchanges.empty())
    return found_nothing(*analysis, no_async_events(*analysis, kNorExchanges), options.error_out);
  const RequestGroups groups(model);
  const RequestList list = list_requests(*analysis, groups, options);
  if (!options.json) {
    put(TextRequests(*analysis, groups, options, list).make(), options.out);
    return finish(*analysis, options.error_out);
  }
  for (const RequestIndex number : list.shown)
    put(json_line(*analysis, groups, number), options.out);
  return finish(*analysis, options.error_out);
}

}  // namespace weft::report
