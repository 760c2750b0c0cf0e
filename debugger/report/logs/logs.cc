#include "debugger/report/logs/logs.h"

#include <fmt/format.h>

#include <charconv>
#include <nlohmann/json.hpp>

#include "debugger/analysis/model/expressions.h"
#include "debugger/analysis/model/trace_parent.h"
#include "debugger/report/logs/owned_lines.h"
#include "debugger/report/text/opening.h"
#include "debugger/report/text/request_texts.h"
#include "debugger/report/text/words.h"
#include "replayer/inspect/escape.h"

namespace weft::report {
namespace {

using nlohmann::ordered_json;

class LogPrinter {
 public:
  LogPrinter(const Analysis& analysis, const LogsOptions& options)
      : analysis_(analysis), model_(analysis.model()), options_(options) {}

  /// kNone: any.
  void only(RequestIndex request, TaskIndex task) {
    only_request_ = request;
    only_task_ = task;
  }

  void print(const OwnedLine& owned) const {
    if (only_request_ != kNone && owned.request != only_request_) return;
    if (only_task_ != kNone && owned.task != only_task_) return;
    put(options_.json ? json_line(owned.line, owned.task, owned.request)
                      : text_line(owned.line, owned.task, owned.request),
        options_.out);
  }

 private:
  std::string trace_id(RequestIndex request) const {
    if (request == kNone) return "";
    const auto known = parse_traceparent(model_.strings[model_.requests[request].traceparent]);
    return known ? std::string(known->trace_id) : "";
  }

  std::string text_line(const LogLine& line, TaskIndex task, RequestIndex request) const {
    std::string who = fmt::format("T{}", line.line.first.thread.value());
    if (task != kNone) who += " " + task_text(model_, task);
    if (request != kNone) who += fmt::format(" request {}", request + 1);
    if (const std::string id = trace_id(request); !id.empty()) who += " " + id;
    std::string text = fmt::format(
        "{:>12} {} [{}] {}", fmt::format("+{:.6f} s", analysis_.seconds_at(line.line.first.time)),
        inspect::printable(line.stream), who, inspect::printable(line.line.text));
    if (line.line.missing > 0) text += fmt::format(" ...({} more bytes)", line.line.missing);
    return text + "\n";
  }

  std::string json_line(const LogLine& line, TaskIndex task, RequestIndex request) const {
    ordered_json out = {{"event", line.line.first.event},
                        {"last_event", line.line.last.event},
                        {"seconds", analysis_.seconds_at(line.line.first.time)},
                        {"stream", line.stream},
                        {"thread", line.line.first.thread},
                        {"task", nullptr},
                        {"task_name", nullptr},
                        {"request", nullptr},
                        {"trace_id", nullptr}};
    if (task != kNone) {
      out["task"] = model_.tasks[task].id.value();
      out["task_name"] = task_name(model_, task);
    }
    if (request != kNone) out["request"] = request.value() + 1;
    if (const std::string id = trace_id(request); !id.empty()) out["trace_id"] = id;
    out["text"] = line.line.text;
    out["complete"] = line.line.complete;
    out["missing_bytes"] = line.line.missing;
    return out.dump(-1, ' ', true, ordered_json::error_handler_t::replace) + "\n";
  }

  const Analysis& analysis_;
  const Model& model_;
  const LogsOptions& options_;
  RequestIndex only_request_ = kNone;
  TaskIndex only_task_ = kNone;
};

Result<TaskIndex> task_named(const Model& model, const std::string& text) {
  const std::string_view digits = std::string_view(text).substr(text.starts_with('#') ? 1 : 0);
  uint64_t id = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), id);
  const bool is_number = error == std::errc() && end == digits.data() + digits.size() && id != 0;
  const TaskIndex task = is_number ? model.find_task(TaskId(id)) : TaskIndex();
  if (task != kNone) return task;
  return Error{ErrorClass::kUsage, "there is no task " + inspect::printable(text),
               "weft tasks lists those that are alive at a moment"};
}

}  // namespace

int run_logs(const LogsOptions& options) {
  const auto analysis = Analysis::open(options.path, {.use_index = options.use_index});
  if (!analysis) return inspect::fail(analysis.error(), options.error_out);
  RequestIndex request = kNone;
  if (!options.request.empty()) {
    const auto found = find_request(analysis->model(), options.request);
    if (!found)
      return inspect::fail(no_such_request(*analysis, options.request), options.error_out);
    request = *found;
  }
  TaskIndex task = kNone;
  if (!options.task.empty()) {
    const auto found = task_named(analysis->model(), options.task);
    if (!found) return inspect::fail(found.error(), options.error_out);
    task = *found;
  }
  LogPrinter printer(*analysis, options);
  printer.only(request, task);
  const auto print = [&printer](const OwnedLine& line) { printer.print(line); };
  if (const Status read = read_owned_lines(*analysis, print); !read)
    return inspect::fail(read.error(), options.error_out);
  return finish(*analysis, options.error_out);
}

}  // namespace weft::report
