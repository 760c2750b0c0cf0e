// The Trace Event Format of Chrome, which Perfetto reads too:
//
//   X      a run of a task on its thread; a call that kept the thread waiting inside of it
//   b, e   the life of a task; of a request
//   s, f   a wake: from the task that made another one ready to the run that it made possible
//   M      names of the process and its threads
//
// Times are microseconds. Threads are numbered from 1: a thread 0 is idle time to Perfetto.
// Source: "Trace Event Format", the Chromium project; Perfetto's documentation of external formats.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>

#include "debugger/analysis/model/ends.h"
#include "debugger/analysis/model/expressions.h"
#include "debugger/export/exporters.h"
#include "debugger/report/text/task_texts.h"
#include "debugger/report/text/words.h"
#include "replayer/inspect/escape.h"
#include "weft/base/version.h"

namespace weft::exports {

namespace {

/// In quotes.
std::string json_text(const std::string& text) {
  return nlohmann::json(text).dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
}

class ChromeTrace {
 public:
  ChromeTrace(const Analysis& analysis, report::OutputFile& file)
      : analysis_(analysis), model_(analysis.model()), file_(file) {}

  Counts write() {
    file_.write(fmt::format(
        R"({{"displayTimeUnit":"ms","otherData":{{"weft":"{}"}},"traceEvents":[)", kVersion));
    write_names();
    for (const SegmentIndex i : model_.segments.numbers()) write_segment(model_.segments[i]);
    for (const auto i : model_.blocked_calls.numbers()) write_blocked(model_.blocked_calls[i]);
    for (const TaskIndex i : model_.tasks.numbers()) write_task(i);
    for (const RequestIndex i : model_.requests.numbers()) write_request(i);
    file_.write("\n]}\n");
    return counts_;
  }

 private:
  double at(Ticks time) const { return analysis_.seconds_at(time) * 1e6; }
  static uint32_t tid(ThreadNumber thread) { return thread.value() + 1; }

  template <class... Parts>
  void put(fmt::format_string<Parts...> format, Parts&&... parts) {
    line_ = first_ ? "\n" : ",\n";
    first_ = false;
    fmt::format_to(std::back_inserter(line_), format, std::forward<Parts>(parts)...);
    file_.write(line_);
  }

  std::string name_of(TaskIndex task) const {
    return json_text(inspect::printable(task_name(model_, task)));
  }

  void write_names() {
    const std::string& program = analysis_.info().program;
    put(R"({{"ph":"M","pid":1,"name":"process_name","args":{{"name":{}}}}})",
        json_text(inspect::printable(program.substr(program.rfind('/') + 1))));
    for (const auto thread : model_.task_of_thread.numbers())
      put(R"({{"ph":"M","pid":1,"tid":{},"name":"thread_name","args":{{"name":{}}}}})", tid(thread),
          name_of(model_.task_of_thread[thread]));
  }

  void write_segment(const Segment& segment) {
    const Ticks finish = finish_of(model_, segment);
    put(R"({{"ph":"X","pid":1,"tid":{},"cat":"run","name":{},"ts":{:.3f},"dur":{:.3f},"args":)"
        R"({{"task":{},"event":{},"cause":"{}"}}}})",
        tid(segment.thread), name_of(segment.task), at(segment.start),
        analysis_.seconds(finish - std::min(finish, segment.start)) * 1e6,
        model_.tasks[segment.task].id.value(), EventIndex(segment.resumed).value(),
        report::cause_name(segment.cause));
    ++counts_.slices;
    if (segment.cause_task != kNone && segment.cause_task != segment.task) write_wake(segment);
  }

  void write_wake(const Segment& segment) {
    const Task& by = model_.tasks[segment.cause_task];
    const Segment& run =
        model_.segments[analysis_.last_segment(segment.cause_task, segment.cause_event)];
    const Ticks ready = segment.ready != Ticks() ? segment.ready : segment.start;
    const bool ran = by.kind != TaskKind::kKernelThread && run.task == segment.cause_task &&
                     run.start <= ready && (run.end == SegmentEnd::kOpen || ready <= run.finish);
    const ThreadNumber thread = ran ? run.thread : by.thread;
    const std::string cause = report::cause_name(segment.cause);
    // A flow begins in a slice: where the task did not run then, it gets one.
    if (!ran)
      put(R"({{"ph":"X","pid":1,"tid":{},"cat":"wake","name":"{}","ts":{:.3f},"dur":0.001}})",
          tid(thread), cause, at(ready));
    put(R"({{"ph":"s","pid":1,"tid":{},"cat":"wake","name":"{}","id":{},"ts":{:.3f}}})",
        tid(thread), cause, counts_.flows, at(ready));
    put(R"({{"ph":"f","bp":"e","pid":1,"tid":{},"cat":"wake","name":"{}","id":{},"ts":{:.3f}}})",
        tid(segment.thread), cause, counts_.flows, at(segment.start));
    ++counts_.flows;
  }

  void write_blocked(const BlockedCall& call) {
    const Ticks finish = finish_of(model_, call);
    put(R"({{"ph":"X","pid":1,"tid":{},"cat":"blocked","name":{},"ts":{:.3f},"dur":{:.3f}}})",
        tid(call.thread), json_text(report::blocked_text(model_, call)), at(call.start),
        analysis_.seconds(finish - std::min(finish, call.start)) * 1e6);
    ++counts_.slices;
  }

  void write_task(TaskIndex number) {
    const Task& task = model_.tasks[number];
    if (task.kind == TaskKind::kKernelThread) return;
    const std::string name = name_of(number);
    const Ticks end = finish_of(model_, task);
    const RequestIndex request = task.request;
    put(R"({{"ph":"b","pid":1,"tid":{},"cat":"task","id":"task {}","name":{},"ts":{:.3f},"args":)"
        R"({{"task":{},"parent":{},"request":{},"place":{},"outcome":"{}"}}}})",
        tid(task.thread), task.id.value(), name, at(task.created_time), task.id.value(),
        model_.tasks[task.parent].id.value(), request == kNone ? 0 : request.value() + 1,
        json_text(report::place_text(model_, task.place)), report::outcome_name(task.outcome));
    put(R"({{"ph":"e","pid":1,"tid":{},"cat":"task","id":"task {}","name":{},"ts":{:.3f}}})",
        tid(task.thread), task.id.value(), name, at(std::max(end, task.created_time)));
    ++counts_.tasks;
  }

  void write_request(RequestIndex number) {
    const Request& request = model_.requests[number];
    const std::string name = json_text(report::request_text(model_, number));
    const Ticks end = finish_of(model_, request);
    put(R"({{"ph":"b","pid":1,"tid":1,"cat":"request","id":"request {0}","name":{1},"ts":{2:.3f},)"
        R"("args":{{"request":{0},"outcome":{3}}}}})",
        number.value() + 1, name, at(request.start),
        json_text(report::request_outcome(model_, number)));
    put(R"({{"ph":"e","pid":1,"tid":1,"cat":"request","id":"request {}","name":{},"ts":{:.3f}}})",
        number.value() + 1, name, at(std::max(end, request.start)));
    ++counts_.requests;
  }

  const Analysis& analysis_;
  const Model& model_;
  report::OutputFile& file_;
  Counts counts_;
  std::string line_;
  bool first_ = true;
};

}  // namespace

Counts write_chrome_trace(const Analysis& analysis, report::OutputFile& file) {
  return ChromeTrace(analysis, file).write();
}

}  // namespace weft::exports
