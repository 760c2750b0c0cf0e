/// What a trace says about tasks: plain rows in tables, connected by 32-bit numbers.
///
///   Task ──segments──> Segment ──cause──> the event and the task that made it ready
///    │ parent, awaiter     └─suspended─> what it waited for, and where
///    ├─expression─> Expression: all tasks of one piece of code
///    ├─operation──> Operation: a handler's asynchronous operation
///    └─request────> Request: on whose behalf; RequestSpan: for a part of its life only
///
/// A Task is known by its *row* (TaskIndex) here and by its *ID* to the program and the user: IDs
/// come from the hooks and are never used again, rows are dense. A kernel thread is a task, too (ID
/// 0, kind kKernelThread): what runs while no task is current runs as that.
///
/// Times are ticks of the time-stamp counter as they are in the trace (TraceInfo::seconds). Events
/// are kept in 32 bits (packed_event.h).
#pragma once

#include <cstdint>

#include "debugger/analysis/model/packed_event.h"
#include "debugger/analysis/model/string_table.h"
#include "debugger/analysis/model/table.h"
#include "weft/trace/thread_number.h"
#include "weft/trace/ticks.h"

namespace weft::analysis {

using trace::ThreadNumber;
using trace::Ticks;
/// kNone: it has none, being a kernel thread.
using TaskId = Index<struct TaskOfHooks, uint64_t, 0>;
using TaskIndex = RowIndex<struct Task>;
using SegmentIndex = RowIndex<struct Segment>;
using PlaceIndex = RowIndex<struct Place, 0>;  ///< kNone: unknown
using ExpressionIndex = RowIndex<struct Expression>;
using OperationIndex = RowIndex<struct Operation>;
using RequestIndex = RowIndex<struct Request>;
using ExchangeIndex = RowIndex<struct Exchange>;
using ExchangeTextsIndex = RowIndex<struct ExchangeTexts>;
using ConnectionIndex = RowIndex<struct Connection>;
/// In Model::segment_order.
using SegmentRank = Index<struct SegmentOrder, uint32_t, 0xffffffff>;

struct Place {
  StringIndex file = kNone, function = kNone;
  uint32_t line = 0, column = 0;  ///< 0: unknown
  friend bool operator==(const Place&, const Place&) = default;
};

/// weft_task_kind, and what weft adds.
enum class TaskKind : uint8_t {
  kUnknown = 0,
  kCoroutine = 1,
  kHandler = 2,
  kFiber = 3,
  kThread = 4,
  kOther = 5,
  kKernelThread = 6,  ///< what runs on a thread while no task is current
};
inline constexpr uint8_t kTaskKinds = 7;

/// weft_outcome; kOpen: it has not ended.
enum class Outcome : uint8_t { kOpen = 0, kDone = 1, kFailed = 2, kCancelled = 3 };

/// weft_wait.
enum class Wait : uint8_t {
  kUnknown = 0,
  kTask = 1,
  kIo = 2,
  kTimer = 3,
  kLock = 4,
  kChannel = 5,
  kYield = 6,
  kStart = 7,
};
inline constexpr uint8_t kWaitKinds = 8;

/// Why a task was ready to run. The one that is furthest back counts: a handler that resumes a
/// coroutine is the resumer, but the end of the operation is the cause.
enum class Cause : uint8_t {
  kUnknown = 0,
  kWake,        ///< task_wake
  kOperation,   ///< its operation was completed
  kChild,       ///< the task that it awaited ended
  kRelease,     ///< somebody released the lock, or used the channel, that it waited for
  kYield,       ///< it had only yielded
  kCreated,     ///< it was created ready to run (posted)
  kResumer,     ///< the task that was running resumed it, then and there
  kSwitch,      ///< the fiber that was running switched to it
  kDescriptor,  ///< a descriptor was ready: the call that said so
  kMessage,     ///< another thread or task wrote to, or woke, what it waited for
};
inline constexpr uint8_t kCauseKinds = 11;

/// One run of one async expression.
struct Task {
  TaskId id = kNone;  ///< 0: a kernel thread
  Ticks created_time{}, ended_time{};
  PackedEvent created = kNone, ended = kNone;  ///< kNone: before the trace begins; alive
  TaskIndex parent = kNone;                    ///< that created it
  TaskIndex awaiter = kNone;                   ///< that awaits it (the last one that did)
  PackedEvent awaited = kNone;                 ///< since when
  TaskIndex ended_by = kNone;                  ///< that ran when it ended, if not itself
  RequestIndex request = kNone;                ///< that it was created for
  PlaceIndex place = kNone;                    ///< as its creation said
  ExpressionIndex expression = kNone;
  OperationIndex operation = kNone;  ///< of a handler
  StringIndex name = kNone;          ///< that the program gave it
  StringIndex what = kNone;          ///< how it failed
  ThreadNumber thread{0};            ///< where it was created; of a kernel thread: its number
  SegmentRank first_segment{0};      ///< Model::segment_order holds its segments from there on
  uint32_t segment_count = 0;
  TaskKind kind = TaskKind::kUnknown;
  Outcome outcome = Outcome::kOpen;
};

/// How a segment ended.
enum class SegmentEnd : uint8_t {
  kOpen,       ///< it is running at the end of the trace
  kSuspended,  ///< the task waits
  kEnded,      ///< the task ended
  kLost,       ///< its end was not told: something else that was told shows that it is over
};

/// What a task does between one resume and the next suspend.
struct Segment {
  Ticks start{}, finish{};
  Ticks nested{};                              ///< of these, when others ran inside of it
  Ticks blocked{};                             ///< of these, inside system calls that blocked
  Ticks ready{};                               ///< when it was made ready
  uint64_t object = 0;                         ///< that the suspended task waits for
  PackedEvent resumed = kNone, ended = kNone;  ///< ended: the event that ended it
  TaskIndex task = kNone;
  TaskIndex resumer = kNone;   ///< the task that was current when it was resumed
  SegmentIndex outer = kNone;  ///< in which it is nested
  PlaceIndex resume_place = kNone, suspend_place = kNone;
  PackedEvent cause_event = kNone;
  TaskIndex cause_task = kNone;  ///< that ran at that event
  ThreadNumber thread{0};
  Wait wait = Wait::kUnknown;  ///< of the suspended task
  Cause cause = Cause::kUnknown;
  SegmentEnd end = SegmentEnd::kOpen;
};

/// An asynchronous operation. Its handler is a task (Task::operation).
struct Operation {
  uint64_t object = 0;
  uint64_t bytes = 0;
  Ticks started_time{}, completed_time{};
  Ticks ready_time{};  ///< when the kernel reported it; completed_time if that is not known
  PackedEvent started = kNone, completed = kNone;
  PackedEvent reported = kNone;   ///< the call that reported it (epoll_wait, ...)
  PackedEvent cancelled = kNone;  ///< operation_cancel
  TaskIndex handler = kNone;
  TaskIndex owner = kNone;  ///< the task that started it
  TaskIndex cancelled_by = kNone;
  TaskIndex completed_by = kNone;
  PlaceIndex place = kNone;
  StringIndex name = kNone;
  int32_t fd = -1;
  int32_t error = 0;
};

/// A cancel() on a descriptor's object that had no operation under way: it ended nothing.
struct IdleCancel {
  Ticks time{};
  PackedEvent event = kNone;
  uint64_t object = 0;
  TaskIndex by = kNone;
};

/// weft_hold, one event of it.
enum class HoldKind : uint8_t {
  kAcquire = 1,
  kRelease = 2,
  kProduce = 3,
  kConsume = 4,
  kPass = 5,      ///< it came through an await of the object, whose type is called like a mutex
  kPassMany = 6,  ///< the same of a semaphore, a channel: several may be through
};
struct Hold {
  uint64_t object = 0;
  PackedEvent event = kNone;
  TaskIndex task = kNone;
  StringIndex name = kNone;
  HoldKind kind = HoldKind::kAcquire;
};

/// note(key, value).
struct Note {
  PackedEvent event = kNone;
  TaskIndex task = kNone;
  StringIndex key = kNone, value = kNone;
};

/// BlockedCall::call where the trace does not tell: calls have an event when they return.
inline constexpr uint16_t kUnknownCall = 0xffff;

/// A system call that kept a thread waiting; where no task ran on it, its own (a kernel thread's).
/// Calls of kinds that seldom wait have no time of entry: of those it is only known how long it was
/// since the thread's event before (Model::unsure_calls).
struct BlockedCall {
  Ticks start{}, finish{};    ///< one that never returned: since the thread's event before it
  PackedEvent event = kNone;  ///< kNone: it has not returned when the trace ends
  TaskIndex task = kNone;
  ThreadNumber thread{0};
  uint16_t call = 0;
  TaskIndex waited_for = kNone;  ///< a thread
};

/// A task that was made ready and had not run when the trace ended.
struct ReadyTask {
  Ticks since{};
  TaskIndex task = kNone;
  PackedEvent cause_event = kNone;
  TaskIndex cause_task = kNone;
  Cause cause = Cause::kUnknown;
};

/// All tasks of one piece of code: one coroutine function, one place that starts an operation.
struct Expression {
  StringIndex name = kNone;  ///< function, or the operation's name
  PlaceIndex place = kNone;
  uint32_t tasks = 0;
  TaskKind kind = TaskKind::kUnknown;
  bool internal = false;  ///< no user's code (expressions.h)
};

/// One question and its answer on a connection (debugger/connections).
struct Exchange {
  Ticks start{}, finish{};       ///< the question is ready to be read, or sent; last byte answered
  Ticks sent{};                  ///< the question's last byte was moved
  PackedEvent first = kNone;     ///< the call that moved the question's first byte
  PackedEvent asked = kNone;     ///< that of the question's last byte
  PackedEvent answered = kNone;  ///< that of the answer's first byte
  PackedEvent last = kNone;  ///< that of the answer's last byte, or that gave it up; kNone: neither
  TaskIndex task = kNone;    ///< that waits for it (outgoing) or answers it
  RequestIndex request = kNone;        ///< incoming: it is that request; outgoing: it belongs to it
  StringIndex what = kNone;            ///< "GET /orders/7", "SELECT ... FROM orders"
  StringIndex outcome = kNone;         ///< "200", "SELECT 3"
  ExchangeTextsIndex texts = kNone;    ///< Model::exchange_texts
  ConnectionIndex connection = kNone;  ///< Model::connections
  bool incoming = false;
  bool failed = false;
};

/// What few exchanges have: SQL, a trace ID that came in.
struct ExchangeTexts {
  StringIndex statement = kNone, tables = kNone, traceparent = kNone;
};

struct Connection {
  Ticks opened_time{}, closed_time{};
  PackedEvent opened = kNone, closed = kNone;  ///< closed kNone: never, by this program
  StringIndex peer = kNone;                    ///< "127.0.0.1:5432"
  StringIndex protocol = kNone;                ///< "http"
  int32_t fd = -1;
  bool accepted = false;
  bool no_delay = false;      ///< TCP_NODELAY was set
  PackedEvent ended = kNone;  ///< the call that was told that the other end had closed it
};

/// Calls that failed alike. EAGAIN, EINTR, ETIMEDOUT and the like say only that it is not yet time.
struct CallFailure {
  uint64_t count = 0;
  PackedEvent first = kNone;
  TaskIndex task = kNone;  ///< that made the first one
  uint16_t call = 0;
  int16_t error = 0;
};

/// What a request is.
enum class RequestKind : uint8_t {
  kExplicit,  ///< the program said so (request_begin)
  kExchange,  ///< it came in on an accepted connection
  kRootTask,  ///< a task that works for nobody else
};

struct Request {
  Ticks start{}, finish{};
  uint32_t id = 0;                         ///< of request_begin
  PackedEvent begin = kNone, end = kNone;  ///< end kNone: unfinished
  TaskIndex task = kNone;                  ///< that it began in
  ExchangeIndex exchange = kNone;
  StringIndex name = kNone;
  StringIndex traceparent = kNone;
  uint32_t tasks = 0;  ///< that were created for it
  RequestKind kind = RequestKind::kRootTask;
  Outcome outcome = Outcome::kOpen;
};

/// A task that was there before works for a request for a while.
struct RequestSpan {
  TaskIndex task = kNone;
  RequestIndex request = kNone;
  PackedEvent begin = kNone, end = kNone;  ///< events in [begin, end]
};

struct Totals {
  uint64_t events = 0;
  uint64_t hook_events = 0;
  uint64_t replayed_hooks = 0;  ///< of these, found out by a replay, not told by the program
  uint64_t odd_events = 0;      ///< hook events that make no sense (tasks that do not exist, ...)
  uint64_t resumes = 0;
  uint64_t unknown_causes = 0;
  uint64_t exchanges_left_out = 0;  ///< there were more than are kept
  uint32_t children = 0;            ///< processes that the program made, which are not recorded
  ThreadNumber last_thread{0};      ///< that had the turn at the end
  uint8_t last_kind = 0;            ///< trace::EventKind of the last event
  int32_t last_result = 0;          ///< of it: the signal that killed the program, its exit status
  bool killed_by_fault = false;     ///< that signal was a fault of `last_thread`
  Ticks first_time{}, last_time{};
  Ticks last_turn_time{};  ///< of the last event of `last_thread`
};

struct Model {
  StringTable strings;
  Table<Place, PlaceIndex> places;
  Table<Expression> expressions;
  Table<Task> tasks;
  Table<TaskIndex, TaskId> task_of_id;             ///< by ID
  Table<TaskIndex, ThreadNumber> task_of_thread;   ///< by the thread's number
  Table<Segment> segments;                         ///< in the order of their resumes
  Table<SegmentIndex, SegmentRank> segment_order;  ///< grouped by task, see Task::first_segment
  Table<Operation> operations;
  Table<IdleCancel> idle_cancels;
  Table<Hold> holds;
  Table<Note> notes;
  Table<BlockedCall> blocked_calls;
  Table<BlockedCall> unsure_calls;  ///< that took long, or the code before them did
  Table<CallFailure> call_failures;
  Table<ReadyTask> ready_tasks;
  Table<Exchange> exchanges;  ///< sorted by their first event
  Table<ExchangeTexts> exchange_texts;
  Table<Connection> connections;
  Table<Request> requests;   ///< in the order of their beginnings
  Table<RequestSpan> spans;  ///< sorted by task, then by event
  Totals totals;

  /// kNone if there is no such task.
  TaskIndex find_task(TaskId id) const { return task_of_id.has(id) ? task_of_id[id] : TaskIndex(); }
  SegmentIndex segment_of(const Task& task, uint32_t number) const {
    return number < task.segment_count ? segment_order[task.first_segment + number]
                                       : SegmentIndex();
  }
};

}  // namespace weft::analysis
