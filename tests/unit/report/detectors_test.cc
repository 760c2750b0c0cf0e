// Each detector of `weft why` by itself: of what it tells, and the twin without the fault.
#include <cerrno>

#include "debugger/report/why/finding.h"
#include "debugger/report/why/why.h"
#include "tests/unit/report/report_fixture.h"

namespace weft::report::test {
namespace {

class Detectors : public ReportTest {
 protected:
  std::vector<Finding> find(Detector detector, const std::vector<ThreadStand>& stands = {}) {
    const analysis::Analysis analysis = analyse();
    const RequestGroups groups(analysis.model());
    std::vector<Finding> found;
    detector({analysis, groups, stands}, found);
    return found;
  }

  static void expect_has(const std::string& text, const std::string& part) {
    EXPECT_NE(text.find(part), std::string::npos) << text;
  }

  /// A thread of its own for `number`, of which nothing else is known.
  void begin_thread(uint32_t number) {
    on_thread(number);
    event(trace::EventKind::kThread, 100 + number);
    call(SYS_getpid, {}, 1);
  }
  static ThreadStand on_mutex(uint32_t thread, uint32_t owner) {
    ThreadStand stand;
    stand.thread = ThreadNumber(thread);
    stand.call = SYS_futex;
    stand.call_waits = true;
    stand.kind = ThreadWaitKind::kMutex;
    stand.object = Address(0x1000 + thread);
    stand.through = "pthread_mutex_lock";
    stand.owner = ThreadNumber(owner);
    return stand;
  }

  /// A request of its own task, from `start` on, in which tasks of these expressions begin and end.
  void serve(double start, double life, const std::vector<std::string>& expressions) {
    at(start);
    const uint64_t session = create("session");
    resume(session);
    const uint64_t request = begin_request("GET /a", session);
    for (const std::string& expression : expressions) {
      const uint64_t task = create(expression, session);
      resume(task, session);
      end(task);
    }
    at(start + life);
    end_request(request, session);
    end(session);
  }
  void open_request(double start) {
    at(start);
    const uint64_t session = create("session");
    resume(session);
    begin_request("GET /a", session);
    suspend(session, place("session", 31), WEFT_WAIT_IO, 5);
  }
  void last_event(double when) {
    at(when);
    call(SYS_getpid, {}, 1);
  }
};

TEST_F(Detectors, ThreadsThatWaitForEachOther) {
  begin_thread(0);
  begin_thread(1);
  std::vector<ThreadStand> stands{on_mutex(0, 1), on_mutex(1, 0)};
  const auto found = find(find_cycles, stands);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].what, "cycle of 2 threads: nothing in it can go on by itself");
  expect_has(found[0].evidence,
             "thread 1 waits for mutex 0x1001 (pthread_mutex_lock), owned by thread 0");
  stands[1].timed = true;
  EXPECT_TRUE(find(find_cycles, stands).empty()) << "it gives up after a while";
}

TEST_F(Detectors, AllThreadsStandStill) {
  begin_thread(0);
  begin_thread(1);
  std::vector<ThreadStand> stands{on_mutex(0, 1), on_mutex(1, 1)};
  stands[1].kind = ThreadWaitKind::kCondition;
  stands[1].owner.reset();
  const auto found = find(find_standstill, stands);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].what, "all 2 threads are blocked: no thread of the program can wake them");
  std::vector<ThreadStand> timed = stands, outside = stands, runs = stands;
  timed[1].timed = true;
  outside[1].kind = ThreadWaitKind::kOther;
  runs[1].call.reset();
  EXPECT_TRUE(find(find_standstill, timed).empty());
  EXPECT_TRUE(find(find_standstill, outside).empty());
  EXPECT_TRUE(find(find_standstill, runs).empty());
}

/// A semaphore of 2, and two tasks that wait for it at the end.
class Semaphores : public Detectors {
 protected:
  static constexpr uint64_t kSemaphore = 0x40;
  /// `waits`: it had to wait for the first one, too. So often through, then it waits again.
  void come_through(bool waits, int times) {
    const uint64_t task = create("transfer");
    resume(task);
    for (int i = 0; i < times; ++i) {
      if (waits || i > 0) {
        suspend(task, place("transfer", 5), WEFT_WAIT_LOCK, kSemaphore);
        resume(task);
      }
      hold(kSemaphore, WEFT_PASS_MANY, task);
    }
    suspend(task, place("transfer", 7), WEFT_WAIT_LOCK, kSemaphore);
  }
};

TEST_F(Semaphores, APoolThatIsUsedUp) {
  come_through(false, 1);
  come_through(false, 1);
  last_event(200);
  const auto found = find(find_exhausted_pool);
  ASSERT_EQ(found.size(), 1u);
  expect_has(found[0].what,
             "2 tasks that came through lock 0x40 wait for it again, for ever if none has given it "
             "back: e.g. transfer #1 (app.cc:7)");
  EXPECT_TRUE(find(find_cycles).empty()) << "told once";
}

/// Workers wait for work, each after its first piece: nobody could have had the semaphore when the
/// first of them waited.
TEST_F(Semaphores, ThatGivesWorkAndWasEmpty) {
  come_through(true, 1);
  come_through(true, 1);
  last_event(200);
  EXPECT_TRUE(find(find_exhausted_pool).empty());
  EXPECT_TRUE(find(find_cycles).empty());
}

/// Workers come through again and again.
TEST_F(Semaphores, ThatGivesWorkAgainAndAgain) {
  come_through(false, 3);
  come_through(false, 1);
  last_event(200);
  EXPECT_TRUE(find(find_exhausted_pool).empty());
}

/// One that nobody has sent to yet may be there for the day on which the program is told to end.
TEST_F(Detectors, AChannelThatNobodyHasUsed) {
  for (const bool sends : {false, true}) {
    begin_anew();
    const uint64_t task = create("wait_for_end");
    resume(task);
    start_operation(sends ? "channel.async_send" : "channel.async_receive", task, 0x50);
    suspend(task, place("wait_for_end", 7), WEFT_WAIT_CHANNEL, 0x50);
    last_event(200);
    const auto found = find(find_dead_channels);
    ASSERT_EQ(found.size(), sends ? 1u : 0u);
    if (sends) expect_has(found[0].what, "from which nobody has ever received");
  }
}

TEST_F(Detectors, ReadyAndNotRun) {
  for (const double life : {15.0, 40.0}) {
    const uint64_t reply = create("reply"), parse = create("parse");
    resume(reply);
    suspend(reply, place("reply", 8));
    at(life * 10);
    wake(reply);
    resume(parse);
    at(life * 10 + life);
    end(parse);
    resume(reply, 0, place("reply", 9));
    end(reply);
    const auto found = find(find_held_up);
    if (life < 20) {
      EXPECT_TRUE(found.empty());
      continue;
    }
    ASSERT_EQ(found.size(), 1u);
    expect_has(found[0].what, "parse #4 (app.cc:1) kept its thread for 40.0 ms");
    expect_has(found[0].evidence,
               "reply #3 (app.cc:9) was ready at +0.400 s and ran 40.0 ms later");
  }
}

/// Those that nobody is known to have held up are not counted among the three that are told.
TEST_F(Detectors, ReadyAndNotRunBehindLongerOnesThatNobodyHeldUp) {
  for (int i = 0; i < 6; ++i) {
    const uint64_t idle = create("idle" + std::to_string(i));
    at(i * 200.0);
    wake(idle);
    at(i * 200.0 + 100);
    resume(idle);
    end(idle);
  }
  const uint64_t reply = create("reply"), parse = create("parse");
  at(2000);
  wake(reply);
  resume(parse);
  at(2030);
  end(parse);
  resume(reply);
  end(reply);
  EXPECT_EQ(find(find_held_up).size(), 1u);
}

TEST_F(Detectors, ReadyAndNotRunTogether) {
  for (const int count : {3, 300}) {
    std::vector<uint64_t> replies;
    for (int i = 0; i < count; ++i) replies.push_back(create("reply" + std::to_string(count)));
    const uint64_t parse = create("parse");
    at(count * 100.0);
    for (const uint64_t reply : replies) wake(reply);
    resume(parse);
    at(count * 100.0 + 50 + count);
    end(parse);
    for (const uint64_t reply : replies) {
      resume(reply);
      end(reply);
    }
    const auto found = find(find_held_up);
    ASSERT_FALSE(found.empty());
    expect_has(found[0].evidence, count == 3 ? "; 2 more like it" : "; at least 254 more like it");
  }
}

TEST_F(Detectors, ACallThatBlocksWithTasksBehindIt) {
  const uint64_t handler = create("handler"), next = create("next");
  resume(handler, 0, place("handler", 12));
  at(40);
  call(SYS_futex, {0x4000, 128, 0}, 0, 10.0);
  end(handler);
  const auto alone = find(find_blocking);
  EXPECT_TRUE(alone.empty()) << "nobody was ready";
  resume(next);
  end(next);
  const auto found = find(find_blocking);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].what, "futex blocked thread 0 for 30.0 ms inside handler #1 (app.cc:12)");
  expect_has(found[0].evidence, "1 task was ready meanwhile; 1 call inside tasks took as long");
}

TEST_F(Detectors, SlowRequestsThatHaveSomethingInCommon) {
  for (int i = 0; i < 24; ++i) {
    const bool slow = i % 6 == 2;
    serve(100.0 * i, slow ? 60 : 1,
          slow ? std::vector<std::string>{"page", "audit"} : std::vector<std::string>{"page"});
  }
  const auto found = find(find_slow_requests);
  ASSERT_EQ(found.size(), 1u);
  expect_has(found[0].what, "4 of 24 requests took 60.0 ms and more, the median 1.0 ms: they run");
  expect_has(found[0].evidence, "they run audit: 4/4 slow, 0/20 others");
  expect_has(found[0].evidence, "of as many requests chosen at random, less than 1 % had as much");
}

/// redis: what another client asked keeps all.
TEST_F(Detectors, SlowRequestsBehindAnotherOne) {
  call(SYS_socket, {2, 1, 0}, 3);
  call(SYS_listen, {3, 128}, 0);
  for (uint64_t fd = 8; fd < 13; ++fd) call(SYS_accept4, {3, 0, 0, 0}, static_cast<int64_t>(fd));
  const auto ask = [&](uint64_t fd, const std::string& text) {
    call(SYS_recvfrom, {fd, 0x5000, 512, 0, 0, 0}, static_cast<int64_t>(text.size()), 0,
         {{1, trace::EffectKind::kWritten, text}});
  };
  const auto answer = [&](uint64_t fd) {
    call(SYS_sendto, {fd, 0x6000, 5, 0, 0, 0}, 5, 0,
         {{trace::kAbsolute, trace::EffectKind::kSent, "+OK\r\n", 0x6000}});
  };
  const std::string get = "*2\r\n$3\r\nGET\r\n$1\r\na\r\n",
                    eval = "*3\r\n$4\r\nEVAL\r\n$1\r\nx\r\n$1\r\n0\r\n";
  for (int i = 0; i < 60; ++i) {
    const bool slow = i == 7 || i == 19 || i == 31 || i == 52;
    at(i * 100.0);
    if (slow) ask(8, eval);
    const uint64_t last = slow ? 13 : 10;
    for (uint64_t fd = 9; fd < last; ++fd) ask(fd, get);
    at(i * 100.0 + (slow ? 60 : 1));
    if (slow) answer(8);
    for (uint64_t fd = 9; fd < last; ++fd) answer(fd);
  }
  const auto found = find(find_slow_requests);
  ASSERT_EQ(found.size(), 1u);
  expect_has(found[0].what, "at the same time as EVAL");
}

TEST_F(Detectors, SlowRequestsThatHaveNothingInCommon) {
  for (int i = 0; i < 24; ++i) serve(100.0 * i, i % 6 == 2 ? 60 : 1, {"page"});
  EXPECT_TRUE(find(find_slow_requests).empty());
}

TEST_F(Detectors, ARequestThatNeverEnds) {
  for (int i = 0; i < 10; ++i) serve(10.0 * i, 5, {"page"});
  open_request(100);
  last_event(112);
  EXPECT_TRUE(find(find_unanswered).empty()) << "12 ms are no three times 5 ms";
  last_event(200);
  const auto found = find(find_unanswered);
  ASSERT_EQ(found.size(), 1u);
  expect_has(found[0].what, "1 of 11 requests never ended");
  expect_has(found[0].evidence, "10 others ended, after 5.0 ms at most; request ");
  expect_has(found[0].evidence, "(GET /a) was open for 100.0 ms");
}

/// Where the client went away nobody was answered, and that is not said.
TEST_F(Detectors, ARequestThatNeverEndsAmongOthersThatWereGivenUp) {
  call(SYS_socket, {2, 1, 0}, 3);
  call(SYS_listen, {3, 128}, 0);
  const std::string text = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n";
  const auto bytes = static_cast<int64_t>(text.size());
  for (int i = 0; i < 10; ++i) {
    call(SYS_accept4, {3, 0, 0, 0}, 9);
    call(SYS_recvfrom, {9, 0x5000, 512, 0, 0, 0}, bytes, 0,
         {{1, trace::EffectKind::kWritten, text}});
    at(10.0 * i + 5);
    call(SYS_close, {9}, 0);
  }
  call(SYS_accept4, {3, 0, 0, 0}, 9);
  call(SYS_recvfrom, {9, 0x5000, 512, 0, 0, 0}, bytes, 0, {{1, trace::EffectKind::kWritten, text}});
  last_event(500);
  const auto found = find(find_unanswered);
  ASSERT_EQ(found.size(), 1u);
  expect_has(found[0].evidence, "10 others ended");
  EXPECT_EQ(found[0].evidence.find("answered"), std::string::npos) << found[0].evidence;
}

/// Six that have the usual order are too few for a rule; that others are odd is told all the same.
TEST_F(Detectors, RequestsInAnotherOrder) {
  int i = 0;
  for (; i < 6; ++i) serve(10.0 * i, 5, {"check", "charge"});
  serve(10.0 * i++, 5, {"charge", "check"});
  EXPECT_TRUE(find(find_odd_orders).empty());
  for (; i < 20; ++i) serve(10.0 * i, 5, {"pack", "ship"});
  EXPECT_TRUE(find(find_odd_orders).empty());
  serve(10.0 * i++, 5, {"ship", "pack"});
  const auto found = find(find_odd_orders);
  ASSERT_EQ(found.size(), 1u);
  expect_has(found[0].what, "1 of 21 requests does things in another order than the others");
  expect_has(found[0].evidence, "ship, pack; 13 others: ");
}

TEST_F(Detectors, CancelledHalfWay) {
  const auto update = [this](uint32_t cancelled_at) {
    const uint64_t task = create("update");
    resume(task);
    for (const uint32_t line : {7u, 8u}) {
      suspend(task, place("update", line), WEFT_WAIT_IO, 5);
      if (line == cancelled_at) {
        end(task, WEFT_CANCELLED);
        return;
      }
      resume(task);
    }
    end(task);
  };
  for (int i = 0; i < 10; ++i) update(0);
  update(8);
  EXPECT_TRUE(find(find_cancelled).empty()) << "the last one: the program may have ended it";
  update(7);
  update(0);
  const auto found = find(find_cancelled);
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].what, "1 update cancelled half-way, at app.cc:7: never reached app.cc:8");
  expect_has(found[0].evidence, "13 started, 11 done, 1 cancelled there");
  expect_has(found[1].what, "at app.cc:8: what came after that never ran");
}

/// What was started on the object after an idle cancel waits for ever; unless it was dropped.
TEST_F(Detectors, ACancelThatEndedNothing) {
  constexpr uint64_t kSocket = 0x200;
  complete(start_operation("socket.async_connect", 0, kSocket, 9, place("connect", 1)));
  hook(trace::HookKind::kOperationCancel, {kSocket, 0}, {"cancel"});
  at(10);
  const uint64_t receive =
      start_operation("socket.async_receive", 0, kSocket, 9, place("hello", 2));
  last_event(100);
  const auto found = find(find_idle_cancels);
  ASSERT_EQ(found.size(), 1u);
  expect_has(found[0].what, "a cancel by thread 0 ended nothing, and hello (async_receive) #2");
  end(receive, WEFT_CANCELLED);
  EXPECT_TRUE(find(find_idle_cancels).empty());
}

TEST_F(Detectors, OperationsThatFail) {
  for (const int32_t error : {ECONNREFUSED, EIO}) {
    const uint64_t connect =
        start_operation("socket.async_connect", 0, 0x200, 9, place("connect", 1));
    complete(connect, error);
    resume(connect);
    end(connect);
  }
  const auto found = find(find_failed);
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(
      found[0].what,
      "1 of 2 connect (async_connect) failed: an input/output error, or one of a library (TLS, "
      "resolver)");
  EXPECT_EQ(found[1].what, "1 of 2 connect (async_connect) failed: Connection refused");
}

class OneRequest : public Detectors {
 protected:
  /// A page that waits for an operation on a descriptor of its own.
  void serve_page(int number, double wait, int32_t error = 0) {
    at(number * 100.0);
    const uint64_t session = create("session");
    resume(session);
    const uint64_t request = begin_request("GET /a", session);
    const uint64_t page = begin("page", session);
    suspend(page, place("page", 44), WEFT_WAIT_IO);
    const uint64_t operation =
        start_operation("socket.async_receive", page, 0x700, 10 + number, place("page", 44));
    at(number * 100.0 + wait);
    complete(operation, error, 12);
    resume(operation);
    resume(page, operation);
    end(page);
    resume(session, operation);
    end_request(request, session);
    end(session);
    end(operation);
  }
  std::string why(const std::string& request) {
    write_trace(log_, 0);
    return print(run_why, WhyOptions{.request = request});
  }
  /// The number of the last request that the program declared.
  std::string last_request() {
    const analysis::Analysis analysis = analyse();
    RequestIndex last = kNone;
    for (const RequestIndex i : analysis.model().requests.numbers()) {
      if (analysis.model().requests[i].kind == RequestKind::kExplicit) last = i;
    }
    return std::to_string(last.value() + 1);
  }
};

/// The same wait in other requests is on other descriptors, and of other tasks.
TEST_F(OneRequest, ThatTookLonger) {
  for (int i = 0; i < 10; ++i) serve_page(i, 4);
  serve_page(10, 60);
  const std::string text = why(last_request());
  expect_has(text, "took 60.0 ms, the median of 10 others is 4.0 ms");
  expect_has(text, "60.0 ms spent on page ");
  expect_has(text, "10 of 10 other requests spent time on it; the median is 4.0 ms");
  expect_fits(text);
}

TEST_F(OneRequest, ThatIsLikeTheOthers) {
  for (int i = 0; i < 11; ++i) serve_page(i, 4);
  EXPECT_EQ(why(last_request()), "Nothing stands out.\n");
}

TEST_F(OneRequest, InWhichAnOperationFailed) {
  for (int i = 0; i < 11; ++i) serve_page(i, 4, i == 10 ? ECONNRESET : 0);
  const std::string text = why(last_request());
  expect_has(text, "failed");
  expect_has(text, "socket.async_receive on fd 20: Connection reset by peer");
}

}  // namespace
}  // namespace weft::report::test
