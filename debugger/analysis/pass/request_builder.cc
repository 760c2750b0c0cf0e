#include "debugger/analysis/pass/request_builder.h"

#include <algorithm>
#include <unordered_map>

#include "debugger/analysis/model/expressions.h"
#include "debugger/analysis/model/trace_parent.h"

namespace weft::analysis {

namespace {

constexpr int kMaxParents = 64;

class RequestBuilder {
 public:
  RequestBuilder(Model& model, const std::vector<Request>& explicit_requests) : model_(model) {
    for (Request request : explicit_requests) {
      request.traceparent = valid(request.traceparent);
      requests_.push_back(request);
    }
    last_span_.fill_up_to(model.tasks.end(), kNone);
  }

  void build() {
    add_exchanges();
    std::stable_sort(requests_.begin(), requests_.end(),
                     [](const Request& a, const Request& b) { return a.begin < b.begin; });
    outer_ = OuterRequests(requests_.size());
    find_awaited();
    sweep();
    renumber();
    store_spans();
    name_by_notes();
  }

 private:
  using SpanIndex = RowIndex<struct Span>;
  struct Span : RequestSpan {
    SpanIndex previous = kNone;  ///< of the same task
  };
  using OuterRequests = IndexVector<RequestIndex, RequestIndex>;

  void add_exchanges() {
    for (const ExchangeIndex number : model_.exchanges.numbers()) {
      const Exchange& exchange = model_.exchanges[number];
      if (!exchange.incoming) continue;
      Request request;
      request.start = exchange.start;
      request.begin = exchange.first;
      request.finish = exchange.finish;
      request.end = exchange.last;
      request.task = exchange.task;
      request.exchange = number;
      request.name = exchange.what;
      request.traceparent = valid(model_.exchange_texts[exchange.texts].traceparent);
      request.kind = RequestKind::kExchange;
      if (exchange.last != kNone)
        request.outcome = exchange.failed ? Outcome::kFailed : Outcome::kDone;
      requests_.push_back(request);
    }
  }

  /// What is no traceparent is ignored: the program may give the request an ID of its own.
  StringIndex valid(StringIndex traceparent) const {
    return parse_traceparent(model_.strings[traceparent]) ? traceparent : StringIndex(kNone);
  }

  bool is_open(RequestIndex number, EventIndex event) const {
    const Request& request = requests_[number];
    return request.kind == RequestKind::kRootTask || request.end == kNone || event <= request.end;
  }

  /// A thread may serve many connections, so an exchange on it is what it works for only if no
  /// other is open.
  RequestIndex only_one_on(TaskIndex thread, EventIndex event) {
    const auto at = on_thread_.find(thread);
    if (at == on_thread_.end()) return kNone;
    std::erase_if(at->second, [&](RequestIndex number) { return !is_open(number, event); });
    return at->second.size() == 1 ? at->second.front() : kNone;
  }

  /// The handler that accepts a connection and waits for the next one: that is a sibling of its
  /// own, and works for nobody that this one works for.
  bool rearms(TaskIndex number) const {
    const Task& task = model_.tasks[number];
    if (task.operation == kNone || model_.tasks[task.parent].operation == kNone) return false;
    const Operation& next = model_.operations[task.operation];
    const Operation& own = model_.operations[model_.tasks[task.parent].operation];
    return next.name == own.name && next.object == own.object &&
           model_.strings[next.name].find("accept") != std::string_view::npos;
  }

  /// What the task works for from its creation on, without what it takes up later.
  RequestIndex own_request(TaskIndex task, EventIndex event) const {
    RequestIndex request = model_.tasks[task].request;
    for (int depth = 0; request != kNone && depth < kMaxParents; ++depth) {
      if (is_open(request, event)) return request;
      request = outer_[request];
    }
    return kNone;
  }

  RequestIndex request_of(TaskIndex task, EventIndex event) {
    SpanIndex span = last_span_[task];
    for (int depth = 0; task != kNone && span != kNone && depth < kMaxParents; ++depth) {
      if (spans_[span].end == kNone || event <= spans_[span].end) return spans_[span].request;
      span = spans_[span].previous;
    }
    if (model_.tasks[task].kind == TaskKind::kKernelThread) return only_one_on(task, event);
    return own_request(task, event);
  }

  /// Tasks in the order of their creation and requests in the order of their beginnings, merged.
  /// Root tasks become requests on the way; so they stand after the others in requests_ for now.
  void sweep() {
    const RequestIndex told = requests_.end_number();
    RequestIndex next(0);
    ExchangeIndex next_exchange(0);
    for (const TaskIndex number : model_.tasks.numbers()) {
      Task& task = model_.tasks[number];
      for (; next < told && requests_[next].begin <= task.created; ++next)
        begin_request(next, next_exchange);
      assign_outgoing(next_exchange, task.created);
      task.request = rearms(number) ? own_request(task.parent, task.created)
                                    : request_of(task.parent, task.created);
      const TaskKind parent = model_.tasks[task.parent].kind;
      const bool is_root = task.parent == kNone || parent == TaskKind::kKernelThread;
      if (task.request == kNone && is_root && task.kind != TaskKind::kKernelThread)
        begin_root(number, started_for(number));
    }
    for (; next < told; ++next) begin_request(next, next_exchange);
    assign_outgoing(next_exchange, kNone);
  }

  /// Exchanges before it are not its own: a thread may serve it alone from here on.
  void begin_request(RequestIndex number, ExchangeIndex& next_exchange) {
    const Request& request = requests_[number];
    assign_outgoing(next_exchange, request.begin);
    outer_[number] = request_of(request.task, request.begin);
    const TaskIndex task = request.task;
    if (task == kNone) return;
    if (request.exchange != kNone && model_.tasks[task].kind == TaskKind::kKernelThread) {
      on_thread_[task].push_back(number);
      return;
    }
    last_span_[task] =
        spans_.push_back({{task, number, request.begin, request.end}, last_span_[task]});
  }

  /// Library code that was started for a user's task (an entry point of co_spawn) is no request of
  /// its own. Such a task is awaited by it.
  TaskIndex started_for(TaskIndex number) const {
    const auto awaited = awaited_by_.find(number);
    return awaited == awaited_by_.end() ? number : awaited->second;
  }

  void find_awaited() {
    for (const TaskIndex number : model_.tasks.numbers()) {
      const TaskIndex awaiter = model_.tasks[number].awaiter;
      if (awaiter != kNone && is_internal(model_, awaiter) && !is_internal(model_, number))
        awaited_by_.try_emplace(awaiter, number);
    }
  }

  /// `number` works for nobody else; `root`: whose run it is for.
  void begin_root(TaskIndex number, TaskIndex root) {
    Task& task = model_.tasks[number];
    if (root < number && model_.tasks[root].request != kNone) {
      task.request = model_.tasks[root].request;
      return;
    }
    Request request;
    request.start = task.created_time;
    request.begin = task.created;
    request.finish = task.ended_time;
    request.end = task.ended;
    request.outcome = task.outcome;
    request.task = root;
    request.kind = RequestKind::kRootTask;
    task.request = requests_.push_back(request);
    outer_.push_back(kNone);
  }

  /// Outgoing exchanges that began before `event`; they are made when all requests up to there are
  /// known.
  void assign_outgoing(ExchangeIndex& next, EventIndex event) {
    for (; model_.exchanges.has(next) && model_.exchanges[next].first < event; ++next) {
      Exchange& exchange = model_.exchanges[next];
      if (!exchange.incoming && exchange.task != kNone)
        exchange.request = request_of(exchange.task, exchange.first);
    }
  }

  /// Requests are numbered in the order of their beginnings.
  void renumber() {
    IndexVector<RequestIndex, RequestIndex> order(requests_.size()), number_of(requests_.size());
    for (const RequestIndex number : order.numbers()) order[number] = number;
    std::stable_sort(order.begin(), order.end(), [this](RequestIndex a, RequestIndex b) {
      return requests_[a].begin < requests_[b].begin;
    });
    for (const RequestIndex number : order.numbers()) {
      number_of[order[number]] = number;
      model_.requests.add(requests_[order[number]]);
    }
    const auto renamed = [&](RequestIndex old) { return old == kNone ? old : number_of[old]; };
    for (const TaskIndex task : model_.tasks.numbers()) {
      RequestIndex& request = model_.tasks[task].request;
      request = renamed(request);
      if (request != kNone) ++model_.requests[request].tasks;
    }
    for (const ExchangeIndex i : model_.exchanges.numbers()) {
      Exchange& exchange = model_.exchanges[i];
      if (!exchange.incoming) exchange.request = renamed(exchange.request);
    }
    for (Span& span : spans_) span.request = renamed(span.request);
    for (const RequestIndex number : model_.requests.numbers()) {
      const ExchangeIndex exchange = model_.requests[number].exchange;
      if (exchange != kNone) model_.exchanges[exchange].request = number;
    }
  }

  void store_spans() {
    std::stable_sort(spans_.begin(), spans_.end(), [](const Span& a, const Span& b) {
      return a.task != b.task ? a.task < b.task : a.begin < b.begin;
    });
    for (const Span& span : spans_) model_.spans.add(span);
  }

  /// A trace ID that the program asked for names the request that it worked for.
  void name_by_notes() {
    const auto key = model_.strings.find("traceparent");
    if (!key) return;
    for (const auto i : model_.notes.numbers()) {
      const Note& note = model_.notes[i];
      if (note.key != *key) continue;
      const RequestIndex request = request_at(model_, note.task, note.event);
      if (request != kNone && model_.requests[request].traceparent == kNone)
        model_.requests[request].traceparent = valid(note.value);
    }
  }

  Model& model_;
  IndexVector<RequestIndex, Request> requests_;
  std::unordered_map<TaskIndex, TaskIndex> awaited_by_;  ///< by library code: the first of a user's
  OuterRequests outer_;  ///< by request: what its task worked for before
  IndexVector<SpanIndex, Span> spans_;
  Table<SpanIndex, TaskIndex> last_span_;
  std::unordered_map<TaskIndex, std::vector<RequestIndex>> on_thread_;  ///< exchanges, open ones
};

}  // namespace

void build_requests(Model& model, const std::vector<Request>& explicit_requests) {
  RequestBuilder(model, explicit_requests).build();
}

RequestIndex request_at(const Model& model, TaskIndex task, EventIndex event) {
  const auto first = partition_point(model.spans, [&](const RequestSpan& span) {
    return span.task < task || (span.task == task && span.begin <= event);
  });
  for (uint32_t back = 1; back <= kMaxParents; ++back) {
    const RequestSpan& span = model.spans[first - back];  // before the first row: an empty one
    if (span.task != task) break;
    if (span.end == kNone || event <= span.end) return span.request;
  }
  return model.tasks[task].request;
}

}  // namespace weft::analysis
