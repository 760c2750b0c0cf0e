// The spans of a recording:
//
//   request    a span of kind SERVER (of an exchange) or INTERNAL (that the program declared)
//   task       INTERNAL, below the task that created it; the first ones below their request
//   exchange   CLIENT, below the task that asked: a query, a call of another service
//   wake       a link of the task that was woken to the task that woke it
#include <algorithm>
#include <map>
#include <unordered_map>
#include <vector>

#include "debugger/analysis/model/ends.h"
#include "debugger/analysis/model/expressions.h"
#include "debugger/export/exporters.h"
#include "debugger/export/otlp_names.h"
#include "debugger/report/text/words.h"

namespace weft::exports {
namespace {

constexpr size_t kMostLinks = 128, kMostNotes = 64;  ///< of a span; OpenTelemetry's limits are 128
constexpr size_t kSpansInElement = 2000;             ///< some 1 MB: collectors take 4 MB and more

class OtlpSpans {
 public:
  OtlpSpans(const Analysis& analysis, OtlpEncoder& encoder, OtlpSink& sink)
      : model_(analysis.model()),
        names_(analysis),
        resource_(names_.resource()),
        encoder_(encoder),
        sink_(sink) {}

  Counts write() {
    for (const auto i : model_.notes.numbers()) notes_[model_.notes[i].task].push_back(i);
    for (const RequestIndex i : model_.requests.numbers()) add_request(i);
    for (const TaskIndex i : model_.tasks.numbers()) add_task(i);
    for (const ExchangeIndex i : model_.exchanges.numbers()) add_exchange(i);
    if (!spans_.empty() || counts_.requests + counts_.tasks + counts_.slices == 0) flush();
    return counts_;
  }

 private:
  void flush() {
    sink_.put(encoder_.spans(resource_, spans_));
    spans_.clear();
  }

  OtlpSpan begin_span(RequestIndex request, OtlpSpanId id, OtlpSpanId parent,
                      const std::string& name, OtlpSpan::Kind kind) const {
    OtlpSpan span;
    span.trace = names_.trace(request);
    span.id = id;
    if (parent != id) span.parent = parent;
    span.name = name.empty() ? "unknown" : name;
    span.kind = kind;
    return span;
  }

  void add(OtlpSpan span, Ticks start, Ticks end) {
    span.start_ns = names_.nanoseconds(start);
    span.end_ns = names_.nanoseconds(std::max(start, end));
    spans_.push_back(std::move(span));
    if (spans_.size() == kSpansInElement) flush();
  }

  static void set_status(OtlpSpan& span, Outcome outcome, const std::string& message) {
    if (outcome == Outcome::kOpen) return;
    span.status = outcome == Outcome::kDone ? OtlpSpan::Status::kOk : OtlpSpan::Status::kError;
    if (outcome != Outcome::kDone)
      span.status_message = message.empty() ? report::outcome_name(outcome) : message;
  }

  void add_request(RequestIndex number) {
    const Request& request = model_.requests[number];
    if (request.kind == RequestKind::kRootTask) return;  // its task is the span
    const bool came_in = request.exchange != kNone;
    OtlpSpan span = begin_span(number, names_.span(number), names_.caller(request),
                               report::request_label(model_, number),
                               came_in ? OtlpSpan::Kind::kServer : OtlpSpan::Kind::kInternal);
    set_status(span, request.outcome, "");
    span.attributes.number("weft.request", number.value() + int64_t{1});
    if (came_in) names_.describe(span.attributes, model_.exchanges[request.exchange]);
    add(std::move(span), request.start, finish_of(model_, request));
    ++counts_.requests;
  }

  OtlpSpanId parent_of(const Task& task) const {
    const bool same = task.parent != kNone && model_.tasks[task.parent].request == task.request &&
                      model_.tasks[task.parent].kind != TaskKind::kKernelThread;
    return same ? names_.span(task.parent) : names_.span(task.request);
  }

  void add_task(TaskIndex number) {
    const Task& task = model_.tasks[number];
    if (task.kind == TaskKind::kKernelThread) return;
    OtlpSpan span = begin_span(task.request, names_.span(number), parent_of(task),
                               task_name(model_, number), OtlpSpan::Kind::kInternal);
    set_status(span, task.outcome,
               task.what == kNone ? "" : demangled_type(names_.text(task.what)));
    add_links(span, number);
    span.attributes.number("weft.task", static_cast<int64_t>(task.id.value()));
    span.attributes.number("thread.id", task.thread.value());
    names_.describe(span.attributes, model_.places[task.place]);
    if (task.created != kNone)
      span.attributes.number("weft.event", static_cast<int64_t>(EventIndex(task.created).value()));
    add_notes(span, number);
    add(std::move(span), task.created_time, finish_of(model_, task));
    ++counts_.tasks;
  }

  /// Who woke it.
  void add_links(OtlpSpan& span, TaskIndex number) {
    const Task& task = model_.tasks[number];
    for (uint32_t i = 0; i < task.segment_count; ++i) {
      const Segment& segment = model_.segments[model_.segment_of(task, i)];
      const TaskIndex by = segment.cause_task;
      if (by == kNone || by == number || model_.tasks[by].kind == TaskKind::kKernelThread) continue;
      ++counts_.flows;
      if (span.links.size() == kMostLinks) {
        ++span.dropped_links;
        continue;
      }
      OtlpLink link{names_.trace(model_.tasks[by].request), names_.span(by), {}};
      link.attributes.text("weft.cause", report::cause_name(segment.cause));
      link.attributes.number("weft.event",
                             static_cast<int64_t>(EventIndex(segment.cause_event).value()));
      span.links.push_back(std::move(link));
    }
  }

  /// What the program noted about it: of notes with the same key the last.
  void add_notes(OtlpSpan& span, TaskIndex number) const {
    const auto own = notes_.find(number);
    if (own == notes_.end()) return;
    std::map<std::string, std::string> values;
    for (const auto i : own->second)
      values[names_.text(model_.notes[i].key)] = names_.text(model_.notes[i].value);
    size_t count = 0;
    for (const auto& [key, value] : values) {
      if (++count > kMostNotes) return;
      span.attributes.text("weft.note." + key, value);
    }
  }

  void add_exchange(ExchangeIndex number) {
    const Exchange& exchange = model_.exchanges[number];
    if (exchange.incoming) return;  // that is a request
    OtlpSpan span =
        begin_span(exchange.request, names_.span(number), asked_by(model_, names_, exchange),
                   names_.text(exchange.what), OtlpSpan::Kind::kClient);
    if (exchange.failed) {
      span.status = OtlpSpan::Status::kError;
      span.status_message = names_.text(exchange.outcome);
    }
    names_.describe(span.attributes, exchange);
    add(std::move(span), exchange.start, finish_of(model_, exchange));
    ++counts_.slices;
  }

  static OtlpSpanId asked_by(const Model& model, const OtlpNames& names, const Exchange& exchange) {
    const bool by_task = exchange.task != kNone &&
                         model.tasks[exchange.task].kind != TaskKind::kKernelThread &&
                         model.tasks[exchange.task].request == exchange.request;
    return by_task ? names.span(exchange.task) : names.span(exchange.request);
  }

  const Model& model_;
  OtlpNames names_;
  OtlpResource resource_;
  OtlpEncoder& encoder_;
  OtlpSink& sink_;
  Counts counts_;
  std::unordered_map<TaskIndex, std::vector<RowIndex<Note>>> notes_;  ///< by task
  std::vector<OtlpSpan> spans_;                                       ///< of the next element
};

}  // namespace

Counts write_otlp_spans(const Analysis& analysis, OtlpEncoder& encoder, OtlpSink& sink) {
  return OtlpSpans(analysis, encoder, sink).write();
}

}  // namespace weft::exports
