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
    {"id", "INTEGER", "its number", kRequest<[](auto c) -> Value { return count(c.n + 1); }>},
    {"what", "TEXT", "what was asked",
     kRequest<[](auto c) -> Value { return report::request_label(c.m, RequestIndex(c.n)); }>},
    {"outcome", "TEXT", "what was answered",
     kRequest<[](auto c) -> Value { return report::outcome_label(c.m, RequestIndex(c.n)); }>},
    {"kind", "TEXT", "explicit, exchange or root-task",
     kRequest<[](auto c) -> Value { return report::request_kind_name(c.r.kind); }>},
    {"finished", "INTEGER", "1: it has ended",
     kRequest<[](auto c) -> Value { return count(c.r.end != kNone); }>},
    {"failed", "INTEGER", "1: it failed",
     kRequest<[](auto c) -> Value { return count(c.r.outcome == Outcome::kFailed); }>},
    {"start", "REAL", "when it began",
     kRequest<[](auto c) -> Value { return at(c.a, c.r.start); }>},
    {"duration", "REAL", "of one that has not ended: up to the end of the trace",
     kRequest<[](auto c) -> Value { return report::request_seconds(c.a, RequestIndex(c.n)); }>},
    {"first_event", "INTEGER", "it began there",
     kRequest<[](auto c) -> Value { return event_of(c.r.begin); }>},
    {"last_event", "INTEGER", "it ended there",
     kRequest<[](auto c) -> Value { return event_of(c.r.end); }>},
    {"task", "INTEGER", "tasks.id that it began in",
     kRequest<[](auto c) -> Value { return id_of(c.r.task); }>},
    {"tasks", "INTEGER", "how many tasks worked for it",
     kRequest<[](auto c) -> Value { return count(c.r.tasks); }>},
    {"traceparent", "TEXT", "its W3C trace ID",
     kRequest<[](auto c) -> Value { return text(c.m, c.r.traceparent); }>},
};

template <auto kGet>
constexpr auto kTask = &value_of<&Model::tasks, kGet>;
const Column kTasks[] = {
    {"id", "INTEGER", "", kTask<[](auto c) -> Value { return count(c.n); }>},
    {"number", "INTEGER", "as reports show it: #7; NULL: a thread",
     kTask<[](auto c) -> Value { return c.r.id == kNone ? Value() : count(c.r.id.value()); }>},
    {"name", "TEXT", "function, operation or thread",
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
    {"duration", "REAL", "of one that lives: up to the end of the trace",
     kTask<[](auto c) -> Value {
       return lasted(c.a, c.r.created_time,
                     c.r.ended == kNone ? c.m.totals.last_time : c.r.ended_time);
     }>},
    {"running", "REAL", "on a thread, without what ran inside it",
     kTask<[](auto c) -> Value { return c.a.seconds(c.a.times(TaskIndex(c.n)).running); }>},
    {"blocked", "REAL", "in system calls that waited",
     kTask<[](auto c) -> Value { return c.a.seconds(c.a.times(TaskIndex(c.n)).blocked); }>},
    {"ready", "REAL", "ready, and did not run",
     kTask<[](auto c) -> Value { return c.a.seconds(c.a.times(TaskIndex(c.n)).ready); }>},
    {"created_event", "INTEGER", "", kTask<[](auto c) -> Value { return event_of(c.r.created); }>},
    {"ended_event", "INTEGER", "", kTask<[](auto c) -> Value { return event_of(c.r.ended); }>},
    {"parent", "INTEGER", "tasks.id that created it",
     kTask<[](auto c) -> Value { return id_of(c.r.parent); }>},
    {"awaiter", "INTEGER", "tasks.id that awaits it",
     kTask<[](auto c) -> Value { return id_of(c.r.awaiter); }>},
    {"request", "INTEGER", "requests.id that it was created for",
     kTask<[](auto c) -> Value { return request_id(c.r.request); }>},
    {"expression", "INTEGER", "expressions.id",
     kTask<[](auto c) -> Value { return id_of(c.r.expression); }>},
    {"operation", "INTEGER", "operations.id, of a handler",
     kTask<[](auto c) -> Value { return id_of(c.r.operation); }>},
    {"thread", "INTEGER", "number of the thread that created it, or that it is",
     kTask<[](auto c) -> Value { return count(c.r.thread.value()); }>},
    {"place", "TEXT", "file:line where it was created",
     kTask<[](auto c) -> Value { return file_line(c.m, c.r.place); }>},
};

template <auto kGet>
constexpr auto kExpression = &value_of<&Model::expressions, kGet>;
const Column kExpressions[] = {
    {"id", "INTEGER", "", kExpression<[](auto c) -> Value { return count(c.n); }>},
    {"name", "TEXT", "function or operation",
     kExpression<[](auto c) -> Value { return expression_name(c.m, ExpressionIndex(c.n)); }>},
    {"kind", "TEXT", "as tasks.kind",
     kExpression<[](auto c) -> Value { return report::kind_name(c.r.kind); }>},
    {"place", "TEXT", "file:line",
     kExpression<[](auto c) -> Value { return file_line(c.m, c.r.place); }>},
    {"tasks", "INTEGER", "how many ran it",
     kExpression<[](auto c) -> Value { return count(c.r.tasks); }>},
    {"internal", "INTEGER", "1: a library's",
     kExpression<[](auto c) -> Value { return count(c.r.internal); }>},
};

template <auto kGet>
constexpr auto kSegment = &value_of<&Model::segments, kGet>;
const Column kSegments[] = {
    {"id", "INTEGER", "in the order of their beginnings",
     kSegment<[](auto c) -> Value { return count(c.n); }>},
    {"task", "INTEGER", "tasks.id that ran",
     kSegment<[](auto c) -> Value { return id_of(c.r.task); }>},
    {"thread", "INTEGER", "its number",
     kSegment<[](auto c) -> Value { return count(c.r.thread.value()); }>},
    {"start", "REAL", "when it was resumed",
     kSegment<[](auto c) -> Value { return at(c.a, c.r.start); }>},
    {"duration", "REAL", "until it suspended or ended",
     kSegment<[](auto c) -> Value { return lasted(c.a, c.r.start, c.r.finish); }>},
    {"nested", "REAL", "of that, while others ran inside it",
     kSegment<[](auto c) -> Value { return c.a.seconds(c.r.nested); }>},
    {"blocked", "REAL", "of that, in calls that waited",
     kSegment<[](auto c) -> Value { return c.a.seconds(c.r.blocked); }>},
    {"ready", "REAL", "how long it was ready before",
     kSegment<[](auto c) -> Value { return lasted(c.a, c.r.ready, c.r.start); }>},
    {"cause", "TEXT", "what made it ready",
     kSegment<[](auto c) -> Value { return report::cause_name(c.r.cause); }>},
    {"cause_event", "INTEGER", "",
     kSegment<[](auto c) -> Value { return event_of(c.r.cause_event); }>},
    {"cause_task", "INTEGER", "tasks.id that ran then",
     kSegment<[](auto c) -> Value { return id_of(c.r.cause_task); }>},
    {"first_event", "INTEGER", "the resume",
     kSegment<[](auto c) -> Value { return event_of(c.r.resumed); }>},
    {"last_event", "INTEGER", "the suspension, or the end",
     kSegment<[](auto c) -> Value { return event_of(c.r.ended); }>},
    {"place", "TEXT", "file:line where it suspended",
     kSegment<[](auto c) -> Value { return file_line(c.m, c.r.suspend_place); }>},
    {"wait", "TEXT", "what it then waited for",
     kSegment<[](auto c) -> Value { return report::wait_name(c.r.wait); }>},
    {"object", "INTEGER", "address of what it waited for",
     kSegment<[](auto c) -> Value { return c.r.object == 0 ? Value() : count(c.r.object); }>},
};

template <auto kGet>
constexpr auto kOperation = &value_of<&Model::operations, kGet>;
const Column kOperations[] = {
    {"id", "INTEGER", "", kOperation<[](auto c) -> Value { return count(c.n); }>},
    {"name", "TEXT", "socket.async_receive ...",
     kOperation<[](auto c) -> Value { return text(c.m, c.r.name); }>},
    {"handler", "INTEGER", "tasks.id that runs when it is complete",
     kOperation<[](auto c) -> Value { return id_of(c.r.handler); }>},
    {"owner", "INTEGER", "tasks.id that started it",
     kOperation<[](auto c) -> Value { return id_of(c.r.owner); }>},
    {"object", "INTEGER", "address",
     kOperation<[](auto c) -> Value { return c.r.object == 0 ? Value() : count(c.r.object); }>},
    {"fd", "INTEGER", "descriptor",
     kOperation<[](auto c) -> Value { return c.r.fd < 0 ? Value() : Value(int64_t{c.r.fd}); }>},
    {"started", "REAL", "", kOperation<[](auto c) -> Value { return at(c.a, c.r.started_time); }>},
    {"ready", "REAL", "when the kernel reported it", kOperation<[](auto c) -> Value {
       return c.r.completed == kNone ? Value() : at(c.a, c.r.ready_time);
     }>},
    {"completed", "REAL", "", kOperation<[](auto c) -> Value {
       return c.r.completed == kNone ? Value() : at(c.a, c.r.completed_time);
     }>},
    {"error", "INTEGER", "errno",
     kOperation<[](auto c) -> Value { return count(static_cast<uint64_t>(c.r.error)); }>},
    {"bytes", "INTEGER", "moved", kOperation<[](auto c) -> Value { return count(c.r.bytes); }>},
    {"cancelled_by", "INTEGER", "tasks.id that called cancel",
     kOperation<[](auto c) -> Value { return id_of(c.r.cancelled_by); }>},
    {"cancelled_event", "INTEGER", "",
     kOperation<[](auto c) -> Value { return event_of(c.r.cancelled); }>},
    {"place", "TEXT", "file:line",
     kOperation<[](auto c) -> Value { return file_line(c.m, c.r.place); }>},
};

template <auto kGet>
constexpr auto kExchange = &value_of<&Model::exchanges, kGet>;
const Column kExchanges[] = {
    {"id", "INTEGER", "", kExchange<[](auto c) -> Value { return count(c.n); }>},
    {"incoming", "INTEGER", "1: the program was asked",
     kExchange<[](auto c) -> Value { return count(c.r.incoming); }>},
    {"what", "TEXT", "the question, in short",
     kExchange<[](auto c) -> Value { return text(c.m, c.r.what); }>},
    {"outcome", "TEXT", "the answer, in short",
     kExchange<[](auto c) -> Value { return text(c.m, c.r.outcome); }>},
    {"failed", "INTEGER", "1: it failed",
     kExchange<[](auto c) -> Value { return count(c.r.failed); }>},
    {"start", "REAL", "", kExchange<[](auto c) -> Value { return at(c.a, c.r.start); }>},
    {"duration", "REAL", "", kExchange<[](auto c) -> Value {
       return lasted(c.a, c.r.start, c.r.last == kNone ? c.m.totals.last_time : c.r.finish);
     }>},
    {"finished", "INTEGER", "1: it was answered, or given up",
     kExchange<[](auto c) -> Value { return count(c.r.last != kNone); }>},
    {"task", "INTEGER", "tasks.id that waits for it, or answers it",
     kExchange<[](auto c) -> Value { return id_of(c.r.task); }>},
    {"request", "INTEGER", "requests.id",
     kExchange<[](auto c) -> Value { return request_id(c.r.request); }>},
    {"connection", "INTEGER", "connections.id",
     kExchange<[](auto c) -> Value { return id_of(c.r.connection); }>},
    {"statement", "TEXT", "SQL, whole",
     kExchange<[](auto c) -> Value { return text(c.m, c.m.exchange_texts[c.r.texts].statement); }>},
    {"tables", "TEXT", "that the SQL names",
     kExchange<[](auto c) -> Value { return text(c.m, c.m.exchange_texts[c.r.texts].tables); }>},
    {"first_event", "INTEGER", "", kExchange<[](auto c) -> Value { return event_of(c.r.first); }>},
    {"last_event", "INTEGER", "", kExchange<[](auto c) -> Value { return event_of(c.r.last); }>},
};

template <auto kGet>
constexpr auto kConnection = &value_of<&Model::connections, kGet>;
const Column kConnections[] = {
    {"id", "INTEGER", "", kConnection<[](auto c) -> Value { return count(c.n); }>},
    {"peer", "TEXT", "address", kConnection<[](auto c) -> Value { return text(c.m, c.r.peer); }>},
    {"protocol", "TEXT", "", kConnection<[](auto c) -> Value { return text(c.m, c.r.protocol); }>},
    {"accepted", "INTEGER", "1: by this program; 0: it connected",
     kConnection<[](auto c) -> Value { return count(c.r.accepted); }>},
    {"fd", "INTEGER", "", kConnection<[](auto c) -> Value { return Value(int64_t{c.r.fd}); }>},
    {"opened", "REAL", "", kConnection<[](auto c) -> Value { return at(c.a, c.r.opened_time); }>},
    {"closed", "REAL", "NULL: never",
     kConnection<[](auto c) -> Value { return at(c.a, c.r.closed_time); }>},
};

template <auto kGet>
constexpr auto kBlocked = &value_of<&Model::blocked_calls, kGet>;
const Column kBlockedCalls[] = {
    {"id", "INTEGER", "", kBlocked<[](auto c) -> Value { return count(c.n); }>},
    {"thread", "INTEGER", "its number",
     kBlocked<[](auto c) -> Value { return count(c.r.thread.value()); }>},
    {"task", "INTEGER", "tasks.id that was inside it",
     kBlocked<[](auto c) -> Value { return id_of(c.r.task); }>},
    {"call", "TEXT", "the system call; NULL: it never returned", kBlocked<[](auto c) -> Value {
       return c.r.call == kUnknownCall ? Value() : Value(inspect::call_name(c.r.call));
     }>},
    {"start", "REAL", "", kBlocked<[](auto c) -> Value { return at(c.a, c.r.start); }>},
    {"duration", "REAL", "",
     kBlocked<[](auto c) -> Value { return lasted(c.a, c.r.start, c.r.finish); }>},
    {"event", "INTEGER", "its return",
     kBlocked<[](auto c) -> Value { return event_of(c.r.event); }>},
};

template <auto kGet>
constexpr auto kNote = &value_of<&Model::notes, kGet>;
const Column kNotes[] = {
    {"id", "INTEGER", "", kNote<[](auto c) -> Value { return count(c.n); }>},
    {"task", "INTEGER", "tasks.id that said it",
     kNote<[](auto c) -> Value { return id_of(c.r.task); }>},
    {"key", "TEXT", "", kNote<[](auto c) -> Value { return text(c.m, c.r.key); }>},
    {"value", "TEXT", "", kNote<[](auto c) -> Value { return text(c.m, c.r.value); }>},
    {"event", "INTEGER", "", kNote<[](auto c) -> Value { return event_of(c.r.event); }>},
};

template <auto kTable>
uint32_t rows(const Model& model) {
  return (model.*kTable).size();
}

const Table kTables[] = {
    {"requests", "what the program was asked to do", 1, rows<&Model::requests>, kRequests},
    {"tasks", "runs of coroutines, handlers, fibers; threads", 0, rows<&Model::tasks>, kTasks},
    {"expressions", "pieces of code that tasks run", 0, rows<&Model::expressions>, kExpressions},
    {"segments", "what a task did between a resume and the next suspension", 0,
     rows<&Model::segments>, kSegments},
    {"operations", "asynchronous operations", 0, rows<&Model::operations>, kOperations},
    {"exchanges", "questions and answers on connections", 0, rows<&Model::exchanges>, kExchanges},
    {"connections", "accepted and opened ones", 0, rows<&Model::connections>, kConnections},
    {"blocked_calls", "system calls that kept a thread waiting for long", 0,
     rows<&Model::blocked_calls>, kBlockedCalls},
    {"notes", "what the program noted itself", 0, rows<&Model::notes>, kNotes},
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
