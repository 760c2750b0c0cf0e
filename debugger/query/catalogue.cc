/// One lambda a column. The order of tables and columns is that of the documented schema.
#include "debugger/query/catalogue.h"

#include <fmt/format.h>

#include <algorithm>
#include <type_traits>

#include "debugger/analysis/model/expressions.h"
#include "debugger/report/text/words.h"
#include "replayer/inspect/event_text.h"

namespace weft::query {

using namespace analysis;

namespace {

template <class Index>
Value id_of(Index index) {
  return index == kNone ? Value() : Value(static_cast<int64_t>(index.value()));
}
Value request_id(RequestIndex index) {
  return index == kNone ? Value() : Value(static_cast<int64_t>(index.value()) + 1);
}
Value event_of(PackedEvent event) {
  return event == kNone ? Value() : Value(static_cast<int64_t>(EventIndex(event).value()));
}
Value count(uint64_t number) {
  return static_cast<int64_t>(number);
}
Value text(const Model& model, StringIndex index) {
  return index == kNone ? Value() : Value(std::string(model.strings[index]));
}
Value at(const Analysis& analysis, Ticks time) {
  return time == Ticks{} ? Value() : Value(analysis.seconds_at(time));
}
Value lasted(const Analysis& analysis, Ticks from, Ticks to) {
  return analysis.seconds(to - std::min(from, to));
}
Value file_line(const Model& model, PlaceIndex place) {
  const std::string where = report::place_text(model, place);
  return where.empty() ? Value() : Value(where);
}

/// A row, as a column's function gets it.
template <class Row>
struct Cell {
  const Analysis& a;
  const Model& m;
  const Row& r;
  uint32_t n;  ///< its number
};

template <auto kTable, auto kGet>
Value value_of(const Analysis& analysis, uint32_t number) {
  const Model& model = analysis.model();
  const auto& table = model.*kTable;
  const auto& row = table[decltype(table.end())(number)];
  return kGet(Cell<std::remove_cvref_t<decltype(row)>>{analysis, model, row, number});
}

template <auto kGet>
constexpr auto kRequest = &value_of<&Model::requests, kGet>;
const Column kRequests[] = {
    {"id", "INTEGER", "the number of the request",
     kRequest<[](auto c) -> Value { return count(c.n + 1); }>},
    {"what", "TEXT", "what the program was asked",
     kRequest<[](auto c) -> Value { return report::request_label(c.m, RequestIndex(c.n)); }>},
    {"outcome", "TEXT", "what it answered",
     kRequest<[](auto c) -> Value { return report::outcome_label(c.m, RequestIndex(c.n)); }>},
    {"kind", "TEXT", "explicit, exchange or root-task",
     kRequest<[](auto c) -> Value { return report::request_kind_name(c.r.kind); }>},
    {"finished", "INTEGER", "1 if it has ended",
     kRequest<[](auto c) -> Value { return count(c.r.end != kNone); }>},
    {"failed", "INTEGER", "1 if it failed",
     kRequest<[](auto c) -> Value { return count(c.r.outcome == Outcome::kFailed); }>},
    {"start", "REAL", "when it began",
     kRequest<[](auto c) -> Value { return at(c.a, c.r.start); }>},
    {"duration", "REAL", "up to the end of the trace if it has not ended",
     kRequest<[](auto c) -> Value { return report::request_seconds(c.a, RequestIndex(c.n)); }>},
    {"first_event", "INTEGER", "the event that it began with",
     kRequest<[](auto c) -> Value { return event_of(c.r.begin); }>},
    {"last_event", "INTEGER", "the event that it ended with",
     kRequest<[](auto c) -> Value { return event_of(c.r.end); }>},
    {"task", "INTEGER", "tasks.id of the task that it began in",
     kRequest<[](auto c) -> Value { return id_of(c.r.task); }>},
    {"tasks", "INTEGER", "how many tasks worked for it",
     kRequest<[](auto c) -> Value { return count(c.r.tasks); }>},
    {"traceparent", "TEXT", "its W3C trace ID",
     kRequest<[](auto c) -> Value { return text(c.m, c.r.traceparent); }>},
};

template <auto kGet>
constexpr auto kTask = &value_of<&Model::tasks, kGet>;
const Column kTasks[] = {
    {"id", "INTEGER", "the row; other columns refer to it",
     kTask<[](auto c) -> Value { return count(c.n); }>},
    {"number", "INTEGER", "as in reports, such as #7; NULL for a thread",
     kTask<[](auto c) -> Value { return c.r.id == kNone ? Value() : count(c.r.id.value()); }>},
    {"name", "TEXT", "the function, operation or thread",
     kTask<[](auto c) -> Value { return task_name(c.m, TaskIndex(c.n)); }>},
    {"kind", "TEXT", "coroutine, handler, fiber, thread ...",
     kTask<[](auto c) -> Value { return report::kind_name(c.r.kind); }>},
    {"outcome", "TEXT", "unfinished, done, failed or cancelled",
     kTask<[](auto c) -> Value { return report::outcome_name(c.r.outcome); }>},
    {"error", "TEXT", "how it failed", kTask<[](auto c) -> Value { return text(c.m, c.r.what); }>},
    {"created", "REAL", "when it was created",
     kTask<[](auto c) -> Value { return at(c.a, c.r.created_time); }>},
    {"ended", "REAL", "when it ended",
     kTask<[](auto c) -> Value { return c.r.ended == kNone ? Value() : at(c.a, c.r.ended_time); }>},
    {"duration", "REAL", "up to the end of the trace if it has not ended",
     kTask<[](auto c) -> Value {
       return lasted(c.a, c.r.created_time,
                     c.r.ended == kNone ? c.m.totals.last_time : c.r.ended_time);
     }>},
    {"running", "REAL", "time on a thread, without what ran inside it",
     kTask<[](auto c) -> Value { return c.a.seconds(c.a.times(TaskIndex(c.n)).running); }>},
    {"blocked", "REAL", "time in system calls that waited",
     kTask<[](auto c) -> Value { return c.a.seconds(c.a.times(TaskIndex(c.n)).blocked); }>},
    {"ready", "REAL", "time in which it was ready, but did not run",
     kTask<[](auto c) -> Value { return c.a.seconds(c.a.times(TaskIndex(c.n)).ready); }>},
    {"created_event", "INTEGER", "the event of its creation",
     kTask<[](auto c) -> Value { return event_of(c.r.created); }>},
    {"ended_event", "INTEGER", "the event of its end",
     kTask<[](auto c) -> Value { return event_of(c.r.ended); }>},
    {"parent", "INTEGER", "tasks.id of the task that created it",
     kTask<[](auto c) -> Value { return id_of(c.r.parent); }>},
    {"awaiter", "INTEGER", "tasks.id of the task that awaits it",
     kTask<[](auto c) -> Value { return id_of(c.r.awaiter); }>},
    {"request", "INTEGER", "requests.id that it was created for",
     kTask<[](auto c) -> Value { return request_id(c.r.request); }>},
    {"expression", "INTEGER", "expressions.id of its code",
     kTask<[](auto c) -> Value { return id_of(c.r.expression); }>},
    {"operation", "INTEGER", "operations.id, if it is a handler",
     kTask<[](auto c) -> Value { return id_of(c.r.operation); }>},
    {"thread", "INTEGER", "the thread that created it, or that it is",
     kTask<[](auto c) -> Value { return count(c.r.thread.value()); }>},
    {"place", "TEXT", "file:line where it was created",
     kTask<[](auto c) -> Value { return file_line(c.m, c.r.place); }>},
};

template <auto kGet>
constexpr auto kExpression = &value_of<&Model::expressions, kGet>;
const Column kExpressions[] = {
    {"id", "INTEGER", "the row; other columns refer to it",
     kExpression<[](auto c) -> Value { return count(c.n); }>},
    {"name", "TEXT", "the function or operation",
     kExpression<[](auto c) -> Value { return expression_name(c.m, ExpressionIndex(c.n)); }>},
    {"kind", "TEXT", "as tasks.kind",
     kExpression<[](auto c) -> Value { return report::kind_name(c.r.kind); }>},
    {"place", "TEXT", "file:line where it is",
     kExpression<[](auto c) -> Value { return file_line(c.m, c.r.place); }>},
    {"tasks", "INTEGER", "how many tasks ran it",
     kExpression<[](auto c) -> Value { return count(c.r.tasks); }>},
    {"internal", "INTEGER", "1 if it is a library's",
     kExpression<[](auto c) -> Value { return count(c.r.internal); }>},
};

template <auto kGet>
constexpr auto kSegment = &value_of<&Model::segments, kGet>;
const Column kSegments[] = {
    {"id", "INTEGER", "the row, in the order of beginnings",
     kSegment<[](auto c) -> Value { return count(c.n); }>},
    {"task", "INTEGER", "tasks.id of the task that ran",
     kSegment<[](auto c) -> Value { return id_of(c.r.task); }>},
    {"thread", "INTEGER", "number of the thread that it ran on",
     kSegment<[](auto c) -> Value { return count(c.r.thread.value()); }>},
    {"start", "REAL", "when the task was resumed",
     kSegment<[](auto c) -> Value { return at(c.a, c.r.start); }>},
    {"duration", "REAL", "until the task suspended or ended",
     kSegment<[](auto c) -> Value { return lasted(c.a, c.r.start, c.r.finish); }>},
    {"nested", "REAL", "part of it in which other tasks ran inside it",
     kSegment<[](auto c) -> Value { return c.a.seconds(c.r.nested); }>},
    {"blocked", "REAL", "part of it in system calls that waited",
     kSegment<[](auto c) -> Value { return c.a.seconds(c.r.blocked); }>},
    {"ready", "REAL", "how long the task was ready before",
     kSegment<[](auto c) -> Value { return lasted(c.a, c.r.ready, c.r.start); }>},
    {"cause", "TEXT", "what made the task ready",
     kSegment<[](auto c) -> Value { return report::cause_name(c.r.cause); }>},
    {"cause_event", "INTEGER", "the event that made it ready",
     kSegment<[](auto c) -> Value { return event_of(c.r.cause_event); }>},
    {"cause_task", "INTEGER", "tasks.id of the task that ran at that event",
     kSegment<[](auto c) -> Value { return id_of(c.r.cause_task); }>},
    {"first_event", "INTEGER", "the event of the resume",
     kSegment<[](auto c) -> Value { return event_of(c.r.resumed); }>},
    {"last_event", "INTEGER", "the event of the suspension or end",
     kSegment<[](auto c) -> Value { return event_of(c.r.ended); }>},
    {"place", "TEXT", "file:line where the task suspended",
     kSegment<[](auto c) -> Value { return file_line(c.m, c.r.suspend_place); }>},
    {"wait", "TEXT", "what it waited for afterwards",
     kSegment<[](auto c) -> Value { return report::wait_name(c.r.wait); }>},
    {"object", "INTEGER", "address of what it waited for",
     kSegment<[](auto c) -> Value { return c.r.object == 0 ? Value() : count(c.r.object); }>},
};

template <auto kGet>
constexpr auto kOperation = &value_of<&Model::operations, kGet>;
const Column kOperations[] = {
    {"id", "INTEGER", "the row; other columns refer to it",
     kOperation<[](auto c) -> Value { return count(c.n); }>},
    {"name", "TEXT", "such as socket.async_receive",
     kOperation<[](auto c) -> Value { return text(c.m, c.r.name); }>},
    {"handler", "INTEGER", "tasks.id of the handler that runs after it",
     kOperation<[](auto c) -> Value { return id_of(c.r.handler); }>},
    {"owner", "INTEGER", "tasks.id of the task that started it",
     kOperation<[](auto c) -> Value { return id_of(c.r.owner); }>},
    {"object", "INTEGER", "address of the socket, timer ...",
     kOperation<[](auto c) -> Value { return c.r.object == 0 ? Value() : count(c.r.object); }>},
    {"fd", "INTEGER", "its descriptor",
     kOperation<[](auto c) -> Value { return c.r.fd < 0 ? Value() : Value(int64_t{c.r.fd}); }>},
    {"started", "REAL", "when it was started",
     kOperation<[](auto c) -> Value { return at(c.a, c.r.started_time); }>},
    {"ready", "REAL", "when the kernel reported it ready", kOperation<[](auto c) -> Value {
       return c.r.completed == kNone ? Value() : at(c.a, c.r.ready_time);
     }>},
    {"completed", "REAL", "when it was complete", kOperation<[](auto c) -> Value {
       return c.r.completed == kNone ? Value() : at(c.a, c.r.completed_time);
     }>},
    {"error", "INTEGER", "errno, 0 if there was no error",
     kOperation<[](auto c) -> Value { return count(static_cast<uint64_t>(c.r.error)); }>},
    {"bytes", "INTEGER", "how many bytes it moved",
     kOperation<[](auto c) -> Value { return count(c.r.bytes); }>},
    {"cancelled_by", "INTEGER", "tasks.id of the task that called cancel",
     kOperation<[](auto c) -> Value { return id_of(c.r.cancelled_by); }>},
    {"cancelled_event", "INTEGER", "the event of the cancel",
     kOperation<[](auto c) -> Value { return event_of(c.r.cancelled); }>},
    {"place", "TEXT", "file:line where it was started",
     kOperation<[](auto c) -> Value { return file_line(c.m, c.r.place); }>},
};

template <auto kGet>
constexpr auto kExchange = &value_of<&Model::exchanges, kGet>;
const Column kExchanges[] = {
    {"id", "INTEGER", "the row; other columns refer to it",
     kExchange<[](auto c) -> Value { return count(c.n); }>},
    {"incoming", "INTEGER", "1 if the program was asked, 0 if it asked",
     kExchange<[](auto c) -> Value { return count(c.r.incoming); }>},
    {"what", "TEXT", "the question, in short",
     kExchange<[](auto c) -> Value { return text(c.m, c.r.what); }>},
    {"outcome", "TEXT", "the answer, in short",
     kExchange<[](auto c) -> Value { return text(c.m, c.r.outcome); }>},
    {"failed", "INTEGER", "1 if it failed",
     kExchange<[](auto c) -> Value { return count(c.r.failed); }>},
    {"start", "REAL", "when it began",
     kExchange<[](auto c) -> Value { return at(c.a, c.r.start); }>},
    {"duration", "REAL", "up to the end of the trace if it has not ended",
     kExchange<[](auto c) -> Value {
       return lasted(c.a, c.r.start, c.r.last == kNone ? c.m.totals.last_time : c.r.finish);
     }>},
    {"finished", "INTEGER", "1 if it was answered or given up",
     kExchange<[](auto c) -> Value { return count(c.r.last != kNone); }>},
    {"task", "INTEGER", "tasks.id that waits for it, or answers it",
     kExchange<[](auto c) -> Value { return id_of(c.r.task); }>},
    {"request", "INTEGER", "requests.id of the request that it belongs to",
     kExchange<[](auto c) -> Value { return request_id(c.r.request); }>},
    {"connection", "INTEGER", "connections.id of its connection",
     kExchange<[](auto c) -> Value { return id_of(c.r.connection); }>},
    {"statement", "TEXT", "the whole SQL statement",
     kExchange<[](auto c) -> Value { return text(c.m, c.m.exchange_texts[c.r.texts].statement); }>},
    {"tables", "TEXT", "the tables that the SQL names",
     kExchange<[](auto c) -> Value { return text(c.m, c.m.exchange_texts[c.r.texts].tables); }>},
    {"first_event", "INTEGER", "the event that it began with",
     kExchange<[](auto c) -> Value { return event_of(c.r.first); }>},
    {"last_event", "INTEGER", "the event that it ended with",
     kExchange<[](auto c) -> Value { return event_of(c.r.last); }>},
};

template <auto kGet>
constexpr auto kConnection = &value_of<&Model::connections, kGet>;
const Column kConnections[] = {
    {"id", "INTEGER", "the row; other columns refer to it",
     kConnection<[](auto c) -> Value { return count(c.n); }>},
    {"peer", "TEXT", "address of the other end",
     kConnection<[](auto c) -> Value { return text(c.m, c.r.peer); }>},
    {"protocol", "TEXT", "the protocol that it speaks",
     kConnection<[](auto c) -> Value { return text(c.m, c.r.protocol); }>},
    {"accepted", "INTEGER", "1 if the program accepted it, 0 if it connected",
     kConnection<[](auto c) -> Value { return count(c.r.accepted); }>},
    {"fd", "INTEGER", "its descriptor",
     kConnection<[](auto c) -> Value { return Value(int64_t{c.r.fd}); }>},
    {"opened", "REAL", "when it was opened",
     kConnection<[](auto c) -> Value { return at(c.a, c.r.opened_time); }>},
    {"closed", "REAL", "when it was closed; NULL if it was not",
     kConnection<[](auto c) -> Value { return at(c.a, c.r.closed_time); }>},
};

template <auto kGet>
constexpr auto kBlocked = &value_of<&Model::blocked_calls, kGet>;
const Column kBlockedCalls[] = {
    {"id", "INTEGER", "the row", kBlocked<[](auto c) -> Value { return count(c.n); }>},
    {"thread", "INTEGER", "number of the thread",
     kBlocked<[](auto c) -> Value { return count(c.r.thread.value()); }>},
    {"task", "INTEGER", "tasks.id of the task that made the call",
     kBlocked<[](auto c) -> Value { return id_of(c.r.task); }>},
    {"call", "TEXT", "the system call; NULL if it never returned", kBlocked<[](auto c) -> Value {
       return c.r.call == kUnknownCall ? Value() : Value(inspect::call_name(c.r.call));
     }>},
    {"start", "REAL", "when it began",
     kBlocked<[](auto c) -> Value { return at(c.a, c.r.start); }>},
    {"duration", "REAL", "how long it waited",
     kBlocked<[](auto c) -> Value { return lasted(c.a, c.r.start, c.r.finish); }>},
    {"event", "INTEGER", "the event of its return",
     kBlocked<[](auto c) -> Value { return event_of(c.r.event); }>},
};

template <auto kGet>
constexpr auto kNote = &value_of<&Model::notes, kGet>;
const Column kNotes[] = {
    {"id", "INTEGER", "the row", kNote<[](auto c) -> Value { return count(c.n); }>},
    {"task", "INTEGER", "tasks.id of the task that noted it",
     kNote<[](auto c) -> Value { return id_of(c.r.task); }>},
    {"key", "TEXT", "the first text of weft::note",
     kNote<[](auto c) -> Value { return text(c.m, c.r.key); }>},
    {"value", "TEXT", "the second text",
     kNote<[](auto c) -> Value { return text(c.m, c.r.value); }>},
    {"event", "INTEGER", "the event of the note",
     kNote<[](auto c) -> Value { return event_of(c.r.event); }>},
};

template <auto kTable>
uint32_t rows(const Model& model) {
  return (model.*kTable).size();
}

const Table kTables[] = {
    {"requests", "what the program was asked to do; root tasks", 1, rows<&Model::requests>,
     kRequests},
    {"tasks", "runs of coroutines, handlers and fibers; threads", 0, rows<&Model::tasks>, kTasks},
    {"expressions", "pieces of code that tasks run", 0, rows<&Model::expressions>, kExpressions},
    {"segments", "what a task did from a resume to its suspension", 0, rows<&Model::segments>,
     kSegments},
    {"operations", "asynchronous operations", 0, rows<&Model::operations>, kOperations},
    {"exchanges", "questions and answers on connections", 0, rows<&Model::exchanges>, kExchanges},
    {"connections", "connections that the program accepted or opened", 0, rows<&Model::connections>,
     kConnections},
    {"blocked_calls", "system calls that kept a thread waiting", 0, rows<&Model::blocked_calls>,
     kBlockedCalls},
    {"notes", "what the program noted with weft::note", 0, rows<&Model::notes>, kNotes},
};

}  // namespace

std::span<const Table> tables() {
  return kTables;
}

std::string schema_text() {
  std::string out;
  for (const Table& table : kTables) {
    out += fmt::format("CREATE TABLE {} (  -- {}\n", table.name, table.help);
    for (const Column& column : table.columns) {
      const bool last = &column == &table.columns.back();
      std::string line = fmt::format("  {} {}{}", column.name, column.type, last ? "" : ",");
      if (column.help[0] != '\0') line = fmt::format("{:<28}  -- {}", line, column.help);
      out += line + "\n";
    }
    out += ");\n";
  }
  return out;
}

}  // namespace weft::query
