// Programs of handlers: whose an exchange is, when a handler is ready, how its operation ended.
#include "debugger/analysis/questions/cancellation.h"
#include "debugger/analysis/questions/executors.h"
#include "debugger/analysis/questions/statistics.h"
#include "debugger/analysis/threads/held_up.h"
#include "tests/unit/analysis/async_fixture.h"

namespace weft::analysis::test {
namespace {

class Callbacks : public AsyncTest {
 protected:
  static constexpr uint64_t kAcceptor = 0x100, kSocket = 0x200, kTimer = 0x300;

  void listen() {
    call(SYS_socket, {2, 1, 0}, 3);
    call(SYS_listen, {3, 128}, 0);
  }
  uint64_t accept_next(uint64_t current) {
    return start_operation("socket.async_accept", current, kAcceptor, 3, place("accept", 10));
  }
  uint64_t read_next(uint64_t current, int64_t fd) {
    return start_operation("socket.async_receive", current, kSocket + static_cast<uint64_t>(fd), fd,
                           place("read", 20));
  }
  void read(uint64_t fd, const std::string& bytes) {
    call(SYS_recvfrom, {fd, 0x5000, 512, 0, 0, 0}, static_cast<int64_t>(bytes.size()), 0,
         {{1, EffectKind::kWritten, bytes}});
  }
  void write(uint64_t fd, const std::string& bytes) {
    call(SYS_sendto, {fd, 0x6000, bytes.size(), 0, 0, 0}, static_cast<int64_t>(bytes.size()), 0,
         {{1, EffectKind::kSent, bytes}});
  }
  void run(uint64_t handler) {
    complete(handler);
    resume(handler);
  }
  EventIndex cancel(uint64_t object, uint64_t current, const std::string& what = "cancel") {
    return hook(HookKind::kOperationCancel, {object, current}, {what});
  }
  const std::string kRequest = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n";
  const std::string kAnswer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
};

TEST_F(Callbacks, BytesThatAreThereAtOnceAreTheReadsOwn) {
  listen();
  uint64_t accept = accept_next(0);
  std::vector<uint64_t> reads, queries;
  for (uint64_t fd = 9; fd < 12; ++fd) {
    call(SYS_accept4, {3, 0, 0, 0}, static_cast<int64_t>(fd));
    run(accept);
    const uint64_t next = accept_next(accept);
    reads.push_back(read_next(accept, static_cast<int64_t>(fd)));
    read(fd, kRequest);  // inside of the accept handler
    end(accept);
    run(reads.back());
    queries.push_back(start_operation("deadline_timer.async_wait", reads.back(), kTimer));
    end(reads.back());
    accept = next;
  }
  const Analysis analysis = analyse();
  const Model& model = analysis.model();
  ASSERT_EQ(model.exchanges.size(), 3u);
  for (uint32_t i = 0; i < 3; ++i) {
    const Exchange& exchange = model.exchanges[ExchangeIndex(i)];
    EXPECT_EQ(exchange.task, analysis.find_task(TaskId(reads[i])));
    EXPECT_EQ(model.tasks[analysis.find_task(TaskId(queries[i]))].request, exchange.request);
  }
  EXPECT_EQ(model.tasks[analysis.find_task(TaskId(accept))].request,
            model.tasks[analysis.find_task(TaskId(1))].request);
}

TEST_F(Callbacks, TheNextAcceptWorksForNobodyThatThisOneServes) {
  listen();
  const uint64_t accept = accept_next(0);
  call(SYS_accept4, {3, 0, 0, 0}, 9);
  run(accept);
  read(9, kRequest);  // the handler reads by itself, and never answers
  const uint64_t next = accept_next(accept);
  const uint64_t work = start_operation("deadline_timer.async_wait", accept, kTimer);
  end(accept);
  const Analysis analysis = analyse();
  const Model& model = analysis.model();
  const RequestIndex request = model.exchanges[ExchangeIndex(0)].request;
  EXPECT_EQ(model.tasks[analysis.find_task(TaskId(work))].request, request);
  EXPECT_NE(model.tasks[analysis.find_task(TaskId(next))].request, request);
}

TEST_F(Callbacks, WithoutTasksAnExchangeIsTheOnlyRequestsThatIsServedThen) {
  listen();
  call(SYS_socket, {2, 1, 0}, 5);
  call(SYS_connect, {5, 0x7000, 16}, 0);
  for (uint64_t fd = 9; fd < 12; ++fd) {
    call(SYS_accept4, {3, 0, 0, 0}, static_cast<int64_t>(fd));
    read(fd, kRequest);
    write(5, "*2\r\n$3\r\nGET\r\n$1\r\na\r\n");
    read(5, "$2\r\nok\r\n");
    write(fd, kAnswer);
  }
  const Analysis analysis = analyse();
  const Model& model = analysis.model();
  std::vector<RequestIndex> asked;
  for (const ExchangeIndex i : model.exchanges.numbers()) {
    if (!model.exchanges[i].incoming) asked.push_back(model.exchanges[i].request);
  }
  EXPECT_EQ(asked, (std::vector{RequestIndex(0), RequestIndex(1), RequestIndex(2)}));
}

TEST_F(Callbacks, WhoNeverGotAnAnswerWaitedUntilTheConnectionWasClosed) {
  listen();
  call(SYS_accept4, {3, 0, 0, 0}, 9);
  at(10);
  read(9, kRequest);
  at(60);
  call(SYS_close, {9}, 0);
  const Analysis analysis = analyse();
  const Request& request = analysis.model().requests[RequestIndex(0)];
  EXPECT_NEAR(analysis.seconds(request.finish - request.start), 0.05, 1e-6);
  EXPECT_EQ(request.outcome, Outcome::kFailed);
}

TEST_F(Callbacks, WhatIsPostedIsReadyFromThenOn) {
  const uint64_t running = start_operation("io_context.execute", 0, 0x1, -1, place("busy", 1));
  run(running);
  const uint64_t posted = start_operation("io_context.execute", running, 0x1, -1, place("late", 2));
  const uint64_t timer = start_operation("deadline_timer.async_wait", running, kTimer);
  const EventIndex moment = next_event();
  at(80);
  end(running);
  run(posted);
  at(90);
  end(posted);
  const Analysis analysis = analyse();
  const TaskIndex late = analysis.find_task(TaskId(posted));
  EXPECT_EQ(analysis.state(late, moment), TaskState::kReady);
  EXPECT_EQ(analysis.state(analysis.find_task(TaskId(timer)), moment), TaskState::kWaiting);
  EXPECT_NEAR(analysis.seconds(analysis.times(late).ready), 0.08, 1e-6);
  const auto held_up = longest_held_up(analysis.model(), 5, Ticks(1));
  ASSERT_EQ(held_up.size(), 1u);
  EXPECT_EQ(held_up[0].holder, analysis.find_task(TaskId(running)));
}

TEST_F(Callbacks, AStrandRunsOneAtATime) {
  constexpr uint64_t kStrand = 0x77;
  std::vector<uint64_t> handlers;
  for (int i = 0; i < 4; ++i)
    handlers.push_back(start_operation("strand_executor.execute", 0, kStrand, -1, place("job", 9)));
  for (size_t i = 0; i < handlers.size(); ++i) {
    on_thread(static_cast<uint32_t>(i % 2));
    run(handlers[i]);
    at(10.0 * static_cast<double>(i + 1));
    end(handlers[i]);
  }
  const Analysis analysis = analyse();
  const auto uses = executors(analysis);
  ASSERT_EQ(uses.size(), 1u);
  EXPECT_EQ(uses[0].kind, ExecutorKind::kStrand);
  EXPECT_EQ(uses[0].handlers, 4u);
  EXPECT_EQ(uses[0].threads, 2u);
  EXPECT_EQ(uses[0].most_running, 1u);
  EXPECT_NEAR(analysis.seconds(uses[0].ready), 0.06, 1e-6);
}

TEST_F(Callbacks, AHandlerThatIsToldOfACancelIsCancelled) {
  const uint64_t first =
      start_operation("deadline_timer.async_wait", 0, kTimer, -1, place("tick", 7));
  run(first);
  const uint64_t second =
      start_operation("deadline_timer.async_wait", first, kTimer, -1, place("tick", 7));
  cancel(kTimer, first);
  end(first);
  complete(second, ECANCELED);
  resume(second);
  end(second);
  const uint64_t refused =
      start_operation("socket.async_connect", 0, kSocket, 9, place("connect", 8));
  complete(refused, ECONNREFUSED);
  resume(refused);
  end(refused);
  const Analysis analysis = analyse();
  const Model& model = analysis.model();
  const TaskIndex cancelled = analysis.find_task(TaskId(second));
  EXPECT_EQ(model.tasks[analysis.find_task(TaskId(first))].outcome, Outcome::kDone);
  EXPECT_EQ(model.tasks[cancelled].outcome, Outcome::kCancelled);
  EXPECT_EQ(model.tasks[analysis.find_task(TaskId(refused))].outcome, Outcome::kFailed);
  const Cancellation found = Cancellations(analysis).of(cancelled);
  EXPECT_EQ(found.by, analysis.find_task(TaskId(first)));
  EXPECT_EQ(model.places[found.place].line, 7u);
}

TEST_F(Callbacks, ACancelThatFindsNothingUnderWayIsNoted) {
  const uint64_t connect = start_operation("socket.async_connect", 0, kSocket, 9, place("c", 1));
  cancel(kSocket, 0);  // ends the connect
  complete(connect, ECANCELED);
  const EventIndex idle = cancel(kSocket, 0);
  cancel(kTimer, 0);  // what a timer does as it is set
  cancel(kSocket, 0, "close");
  cancel(kSocket, 0);  // another object lies there now
  const Analysis analysis = analyse();
  ASSERT_EQ(analysis.model().idle_cancels.size(), 1u);
  EXPECT_EQ(analysis.model().idle_cancels[RowIndex<IdleCancel>(0)].event, idle);
}

/// Its handler was destroyed, and so it is over: the next cancel finds nothing.
TEST_F(Callbacks, AnOperationThatWasDroppedIsNotUnderWay) {
  const uint64_t dropped = start_operation("socket.async_receive", 0, kSocket, 9, place("c", 1));
  end(dropped, WEFT_CANCELLED);
  const EventIndex idle = cancel(kSocket, 0);
  const Analysis analysis = analyse();
  ASSERT_EQ(analysis.model().idle_cancels.size(), 1u);
  EXPECT_EQ(analysis.model().idle_cancels[RowIndex<IdleCancel>(0)].event, idle);
}

}  // namespace
}  // namespace weft::analysis::test
