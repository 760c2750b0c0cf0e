#include "debugger/page/request_graph.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <unordered_map>
#include <unordered_set>

#include "debugger/analysis/model/expressions.h"
#include "debugger/report/text/words.h"
#include "replayer/inspect/escape.h"

namespace weft::page {

GraphSource::GraphSource(const Analysis& analysis, const RequestGroups& groups,
                         const RequestLogs* logs)
    : analysis_(analysis),
      groups_(groups),
      logs_(logs),
      cancellations_(analysis),
      notes_(model().notes.size()) {
  std::iota(notes_.begin(), notes_.end(), 0u);
  std::ranges::stable_sort(notes_, {},
                           [this](uint32_t n) { return model().notes[RowIndex<Note>(n)].task; });
}

std::vector<uint32_t> GraphSource::notes_of(TaskIndex task) const {
  const auto [first, last] = std::ranges::equal_range(
      notes_, task, {}, [this](uint32_t n) { return model().notes[RowIndex<Note>(n)].task; });
  return {first, last};
}

namespace {

enum Flags : unsigned { kInternal = 1, kCritical = 2, kExchange = 4, kWasThere = 8 };

/// Rows of equal length.
class Table {
 public:
  explicit Table(std::initializer_list<const char*> names) {
    for (const char* name : names) columns_[name] = Json::array();
  }
  /// In the order of the names.
  void add(std::initializer_list<Json> row) {
    auto column = columns_.begin();
    for (const Json& value : row) (column++)->push_back(value);
  }
  Json take() { return std::move(columns_); }

 private:
  Json columns_ = Json::object();
};

class RequestJson {
 public:
  RequestJson(const GraphSource& source, RequestIndex request, const GraphLimits& limits,
              GraphTexts& texts)
      : source_(source),
        analysis_(source.analysis()),
        model_(source.model()),
        request_(request),
        row_(model_.requests[request]),
        limits_(limits),
        texts_(texts),
        clock_(analysis_, row_.start),
        end_(row_.end == kNone ? model_.totals.last_time : row_.finish),
        path_(critical_path(analysis_, source.groups(), request)) {}

  Json make() {
    choose_tasks();
    for (const TaskIndex task : tasks_) number_of_.emplace(task, number_of_.size());
    for (const TaskIndex task : tasks_) add_task(task);
    for (const ExchangeIndex exchange : source_.groups().exchanges(request_))
      add_exchange(exchange);
    for (const TaskIndex task : tasks_) add_segments(task);
    Json out;
    out["number"] = request_ + 1;
    out["start"] = Clock(analysis_).at(row_.start);
    out["duration"] = clock_.at(end_);
    out["path"] = path_json();
    out["shares"] = shares_json();
    out["vertices"] = vertices_.take();
    out["segments"] = segments_.take();
    out["notes"] = notes_.take();
    add_logs(out);
    out["left_out"] = left_out_;
    out["segments_left_out"] = segments_left_out_;
    out["cut"] = cut_;
    out["unknown_causes"] = unknown_causes_;
    return out;
  }

 private:
  Ticks end_of(TaskIndex number) const {
    const Task& task = model_.tasks[number];
    return task.ended == kNone ? model_.totals.last_time : task.ended_time;
  }

  /// The request's own task first, then the others in the order of their creation.
  void choose_tasks() {
    for (const CriticalStep& step : path_) {
      critical_.insert(step.task);
      if (step.exchange != kNone) critical_exchanges_.insert(step.exchange);
    }
    if (row_.task != kNone) tasks_.push_back(row_.task);
    for (const TaskIndex task : source_.groups().tasks(request_)) {
      if (task != row_.task) tasks_.push_back(task);
    }
    if (tasks_.size() <= limits_.vertices) return;
    const size_t all = tasks_.size();
    std::vector<TaskIndex> ranked = tasks_;
    std::ranges::stable_sort(ranked, std::ranges::greater{}, [this](TaskIndex task) {
      const bool first = task == row_.task || critical_.count(task) > 0;
      return std::pair(first, end_of(task) - model_.tasks[task].created_time);
    });
    const std::unordered_set<TaskIndex> mine(tasks_.begin(), tasks_.end());
    std::unordered_set<TaskIndex> kept;
    for (const TaskIndex task : ranked) {
      for (TaskIndex at = task; mine.count(at) > 0 && kept.insert(at).second;)
        at = model_.tasks[at].parent;
      if (kept.size() >= limits_.vertices) break;
    }
    std::erase_if(tasks_, [&](TaskIndex task) { return kept.count(task) == 0; });
    left_out_ = all - tasks_.size();
  }

  /// The row of the task, or of the one that created it; -1: none is in the graph.
  int64_t row_of(TaskIndex task, bool or_above) const {
    for (int depth = 0; task != kNone && depth < 1000; ++depth) {
      if (const auto at = number_of_.find(task); at != number_of_.end())
        return static_cast<int64_t>(at->second);
      if (!or_above) break;
      task = model_.tasks[task].parent;
    }
    return -1;
  }

  uint32_t text(const std::string& text) { return texts_.strings.add(text); }

  void add_logs(Json& out) {
    const RequestLogs::Lines* lines = source_.logs_of(request_);
    if (lines == nullptr) return;
    Table table({"event", "time", "vertex", "thread", "stream", "text", "missing"});
    for (const RequestLogs::Line& line : lines->kept) {
      table.add({line.event, clock_.at(line.time), row_of(line.task, true), line.thread,
                 text(inspect::printable(line.stream)), text(inspect::printable(line.text)),
                 line.missing});
    }
    out["logs"] = table.take();
    out["logs_left_out"] = lines->left_out;
  }

  void add_task(TaskIndex number) {
    const Task& task = model_.tasks[number];
    const bool is_root = number == row_.task;
    const Place& place = model_.places[task.place];
    const std::string file(model_.strings[place.file]);
    texts_.lines.want(file, place.line);
    const PlaceIndex waits_at = longest_wait(task);
    const Place& wait = model_.places[waits_at];
    const std::string wait_file(model_.strings[wait.file]);
    texts_.lines.want(wait_file, wait.line);
    const auto own = static_cast<int64_t>(number_of_.at(number));
    const int64_t parent = is_root ? -1 : row_of(task.parent, true);
    const bool was_there = task.created_time < row_.start;
    int64_t cancelled_by = -1;
    const std::string detail = how_it_ended(number, cancelled_by);
    const unsigned flags = (is_internal(model_, number) && !is_root ? kInternal : 0u) |
                           (critical_.count(number) > 0 ? kCritical : 0u) |
                           (was_there ? kWasThere : 0u);
    vertices_.add({task.id,
                   parent < own ? parent : -1,
                   text(inspect::printable(task_name(model_, number))),
                   text(report::place_text(model_, task.place)),
                   text(inspect::printable(file)),
                   place.line,
                   text(report::kind_name(task.kind)),
                   state_of(task.outcome),
                   0,
                   text(detail),
                   is_root ? 0.0 : clock_.at(task.created_time),
                   is_root ? clock_.at(end_) : clock_.at(end_of(number)),
                   flags,
                   event_json(task.created),
                   event_json(task.ended),
                   task.thread,
                   cancelled_by,
                   text(report::place_text(model_, waits_at)),
                   text(inspect::printable(wait_file)),
                   wait.line});
    for (const uint32_t i : source_.notes_of(number)) {
      const Note& note = model_.notes[RowIndex<Note>(i)];
      notes_.add({own, text(report::text_of(model_, note.key)),
                  text(report::text_of(model_, note.value)), event_json(note.event)});
    }
  }

  /// Where it waited for longest; the end of the trace ends a wait, too. kNone: nowhere that is known.
  PlaceIndex longest_wait(const Task& task) const {
    Ticks longest;
    PlaceIndex place = kNone;
    for (uint32_t i = 0; i < task.segment_count; ++i) {
      const Segment& segment = model_.segments[model_.segment_of(task, i)];
      if (segment.suspend_place == kNone || segment.finish < row_.start) continue;
      const SegmentIndex next = model_.segment_of(task, i + 1);
      const Ticks until = next != kNone         ? model_.segments[next].start
                          : task.ended != kNone ? task.ended_time
                                                : model_.totals.last_time;
      if (until <= segment.finish + longest) continue;
      longest = until - segment.finish;
      place = segment.suspend_place;
    }
    return place;
  }

  /// The page's states: done, failed, cancelled, unfinished.
  static int state_of(Outcome outcome) {
    switch (outcome) {
      case Outcome::kDone:
        return 0;
      case Outcome::kFailed:
        return 1;
      case Outcome::kCancelled:
        return 2;
      case Outcome::kOpen:
        break;
    }
    return 3;
  }

  std::string how_it_ended(TaskIndex number, int64_t& by_row) const {
    const Task& task = model_.tasks[number];
    if (task.outcome == Outcome::kFailed && task.what != kNone)
      return report::type_text(model_, task.what);
    if (task.outcome != Outcome::kCancelled) return "";
    const Cancellation found = source_.cancellations().of(number);
    by_row = row_of(found.by, true);
    std::string text = "while it waited";
    const std::string place = report::place_text(model_, found.place);
    text = place.empty() ? "before it ran" : "at " + place;
    if (found.by != kNone) text += ", by " + report::task_text(model_, found.by);
    const std::string race = report::place_text(model_, found.race_place);
    if (!race.empty()) text += "; the race is at " + race;
    return text;
  }

  void add_exchange(ExchangeIndex number) {
    const Exchange& exchange = model_.exchanges[number];
    const ExchangeTexts& texts = model_.exchange_texts[exchange.texts];
    const Ticks end = exchange.last == kNone ? end_ : exchange.finish;
    const bool critical = critical_exchanges_.count(number) > 0;
    exchange_rows_.emplace(number, number_of_.size() + exchange_rows_.size());
    const int state = exchange.last == kNone ? state_of(Outcome::kOpen) : exchange.failed ? 1 : 0;
    vertices_.add({model_.tasks[exchange.task].id,
                   row_of(exchange.task, true),
                   text(report::exchange_text(model_, number)),
                   0,
                   0,
                   0,
                   text(report::text_of(model_, model_.connections[exchange.connection].protocol)),
                   state,
                   text(lines_text(model_.strings[texts.statement])),
                   text(report::text_of(model_, exchange.outcome)),
                   clock_.at(exchange.start),
                   clock_.at(end),
                   kExchange | (critical ? kCritical : 0u),
                   event_json(exchange.first),
                   event_json(exchange.last),
                   -1,
                   -1,
                   0,
                   0,
                   0});
  }

  void add_segments(TaskIndex number) {
    const Task& task = model_.tasks[number];
    size_t added = 0;
    for (uint32_t i = 0; i < task.segment_count; ++i) {
      const Segment& segment = model_.segments[model_.segment_of(task, i)];
      const bool in_window =
          number != row_.task || (segment.finish >= row_.start && segment.start <= end_);
      if (!in_window) continue;
      unknown_causes_ += segment.cause == Cause::kUnknown;
      if (added++ >= limits_.segments_of_one || segments_added_ >= limits_.segments) {
        if (cut_.empty() || cut_.back() != number_of_.at(number))
          cut_.push_back(number_of_.at(number));
        ++segments_left_out_;
        continue;
      }
      ++segments_added_;
      add_segment(segment);
    }
  }

  void add_segment(const Segment& segment) {
    const bool known_ready = segment.ready != Ticks() && segment.ready <= segment.start;
    const TaskIndex by = segment.cause_task;
    const bool in_graph = row_of(by, false) >= 0;
    segments_.add({number_of_.at(segment.task), known_ready ? clock_.at(segment.ready) : -1.0,
                   clock_.at(segment.start), clock_.at(segment.finish),
                   clock_.length(segment.blocked), static_cast<int>(segment.wait),
                   text(report::place_text(model_, segment.suspend_place)),
                   static_cast<int>(segment.cause), row_of(by, false),
                   text(by == kNone || in_graph ? "" : report::task_text(model_, by)),
                   event_json(segment.resumed), event_json(segment.cause_event), segment.thread});
  }

  int64_t row_of(const CriticalStep& step) const {
    const auto at = exchange_rows_.find(step.exchange);
    return at != exchange_rows_.end() ? static_cast<int64_t>(at->second) : row_of(step.task, true);
  }

  Json path_json() {
    Table path({"vertex", "kind", "what", "from", "to"});
    for (const CriticalStep& step : path_) {
      const Share share{.example = step};
      if (const int64_t row = row_of(step); row >= 0)
        path.add({row, text(step_name(step.kind)), text(report::share_text(model_, share)),
                  clock_.at(step.from), clock_.at(step.to)});
    }
    return path.take();
  }

  Json shares_json() {
    Json shares = Json::array();
    for (const Share& share : shares_of(model_, path_))
      shares.push_back({text(report::share_text(model_, share)), clock_.length(share.ticks),
                        row_of(share.example)});
    return shares;
  }

  const GraphSource& source_;
  const Analysis& analysis_;
  const Model& model_;
  RequestIndex request_;
  const Request& row_;
  const GraphLimits& limits_;
  GraphTexts& texts_;
  Clock clock_;
  Ticks end_;
  std::vector<CriticalStep> path_;
  std::unordered_set<TaskIndex> critical_;
  std::unordered_set<ExchangeIndex> critical_exchanges_;
  std::vector<TaskIndex> tasks_;
  std::unordered_map<TaskIndex, size_t> number_of_;
  std::unordered_map<ExchangeIndex, size_t> exchange_rows_;
  Table vertices_{{"task",   "parent",       "name",       "place",     "file",
                   "line",   "kind",         "state",      "text",      "detail",
                   "start",  "end",          "flags",      "created",   "ended",
                   "thread", "cancelled_by", "wait_place", "wait_file", "wait_line"}};
  Table segments_{{"vertex", "ready", "start", "end", "blocked", "wait", "place", "cause", "by",
                   "by_text", "event", "cause_event", "thread"}};
  Table notes_{{"vertex", "key", "value", "event"}};
  std::vector<size_t> cut_;  ///< vertices of which not all runs are in the page
  size_t left_out_ = 0, segments_left_out_ = 0, segments_added_ = 0, unknown_causes_ = 0;
};

}  // namespace

bool has_graph(const GraphSource& source, RequestIndex request) {
  const TaskIndex task = source.model().requests[request].task;
  const bool is_told = task != kNone && source.model().tasks[task].kind != TaskKind::kKernelThread;
  return is_told || !source.groups().tasks(request).empty() ||
         !source.groups().exchanges(request).empty() || source.logs_of(request) != nullptr;
}

Json request_graph(const GraphSource& source, RequestIndex request, const GraphLimits& limits,
                   GraphTexts& texts) {
  return RequestJson(source, request, limits, texts).make();
}

}  // namespace weft::page
