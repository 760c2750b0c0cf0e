// Detectors of `weft why` that look at threads and queues: of what they tell, and the twin without
// the fault.
#include <csignal>

#include "debugger/report/why/finding.h"
#include "debugger/report/why/lock_queues.h"
#include "tests/unit/report/report_fixture.h"

namespace weft::report::test {
namespace {

class Delays : public ReportTest {
 protected:
  std::vector<Finding> find(Detector detector, const std::vector<ThreadStand>& stands = {},
                            const CrowdedMoment* crowd = nullptr) {
    const analysis::Analysis analysis = analyse();
    const RequestGroups groups(analysis.model());
    std::vector<Finding> found;
    detector({analysis, groups, stands, {}, crowd}, found);
    return found;
  }
  static void expect_has(const std::string& text, const std::string& part) {
    EXPECT_NE(text.find(part), std::string::npos) << text;
  }

  /// Waits for an operation that nobody can see becoming ready.
  uint64_t start_waiting(const std::string& function, uint32_t line) {
    const uint64_t task = create(function);
    resume(task);
    suspend(task, place(function, line));
    return task;
  }
};

/// The loop did not ask the kernel meanwhile: who ran right after had waited since before.
TEST_F(Delays, ACallThatBlocksAndTheLoopLearnsLater) {
  const uint64_t beat = start_waiting("beat", 5), lookup = create("lookup");
  at(10);
  resume(lookup, 0, place("lookup", 4));
  at(210);
  call(SYS_read, {9, 0x5000, 1}, 1, 10.0);
  end(lookup);
  at(280);
  EXPECT_TRUE(find(find_blocking).empty()) << "nobody ran after it";
  at(211);
  resume(beat);
  end(beat);
  const auto found = find(find_blocking);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].what, "read blocked thread 0 for 200.0 ms inside lookup #2 (app.cc:4)");
  expect_has(found[0].evidence, "1 other that had waited since before ran right after it");
}

TEST_F(Delays, ATaskThatRanForLong) {
  for (const bool pause : {true, false}) {
    const double start = pause ? 0 : 1000;
    at(start);
    const uint64_t beat = start_waiting("beat", 5), resize = create("resize");
    resume(resize, 0, place("resize", 9));
    at(start + 60);
    end(resize);
    at(start + (pause ? 90 : 61));
    resume(beat);
    end(beat);
    const auto found = find(find_long_runs);
    if (pause) {
      EXPECT_TRUE(found.empty()) << "the thread had nothing to do after it";
      continue;
    }
    ASSERT_EQ(found.size(), 1u);
    expect_has(found[0].what, "resize #4 (app.cc:1) ran for 60.0 ms without a pause, on thread 0");
    expect_has(found[0].evidence,
               "1 other that had waited since before ran right after it, e.g. beat");
  }
}

/// A call of a kind that seldom waits does not tell when it began: did the task run, or wait in it?
TEST_F(Delays, ATaskThatMayHaveWaitedInARead) {
  const uint64_t beat = start_waiting("beat", 5), lookup = create("lookup");
  at(10);
  resume(lookup, 0, place("lookup", 4));
  at(210);
  call(SYS_read, {9, 0x5000, 1}, 1);
  end(lookup);
  resume(beat);
  end(beat);
  const auto found = find(find_long_runs);
  ASSERT_EQ(found.size(), 1u);
  expect_has(found[0].what,
             "lookup #2 (app.cc:1) kept thread 0 for 200.0 ms: it ran, or waited in ");
  expect_has(found[0].what, "read (event ");
}

/// It is the task itself that wakes the other one.
TEST_F(Delays, ATaskThatRanForLongAndWokeAnother) {
  const uint64_t beat = start_waiting("beat", 5), resize = create("resize");
  resume(resize, 0, place("resize", 9));
  at(60);
  suspend(resize, place("resize", 12));
  wake(beat);
  resume(beat);
  end(beat);
  EXPECT_TRUE(find(find_long_runs).empty());
}

TEST_F(Delays, ReadyAndNobodyRunsIt) {
  for (const bool idle : {false, true}) {
    const double start = idle ? 1000 : 0;
    at(start);
    const uint64_t task = start_waiting(idle ? "flush" : "parse", 7);
    wake(task);
    at(start + 140);
    if (idle) call(SYS_epoll_wait, {4, 0x5000, 8, 100}, 0, start + 5);
    resume(task, 0, place("flush", 7));
    end(task);
    const auto found = find(find_undriven);
    if (!idle) {
      EXPECT_TRUE(found.empty()) << "what its thread did is not known";
      continue;
    }
    ASSERT_EQ(found.size(), 1u);
    expect_has(found[0].what, "flush #2 (app.cc:7) was ready for 140.0 ms, and nobody ran it");
    expect_has(found[0].evidence, "waited in calls for 135.0 ms of that time");
  }
}

class Crash : public Delays {
 protected:
  /// A task runs on thread 0, and the signal ends the program. A fault is told by the thread that
  /// made it.
  void end_by(int number, bool fault) {
    resume(create("parse"));
    event(trace::EventKind::kKilled, number,
          fault ? std::string(sizeof(trace::SignalRecord), '\0') : "");
  }
  static ThreadStand in_call(uint32_t thread, uint16_t call) {
    ThreadStand stand;
    stand.thread = ThreadNumber(thread);
    stand.call = call;
    return stand;
  }
};

TEST_F(Crash, ASignalThatEndsPrograms) {
  end_by(SIGTERM, false);
  EXPECT_TRUE(find(find_crash).empty()) << "somebody wanted it to end";
}

TEST_F(Crash, AFault) {
  end_by(SIGSEGV, true);
  const auto found = find(find_crash);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].what, "SIGSEGV killed the program, in parse #1");
  EXPECT_EQ(found[0].weight, Weight::kWhole);
}

TEST_F(Crash, AThreadThatAborts) {
  on_thread(1);
  event(trace::EventKind::kThread, 101);
  on_thread(0);
  end_by(SIGABRT, false);
  const auto found = find(find_crash, {in_call(0, SYS_epoll_wait), in_call(1, SYS_tgkill)});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].what, "SIGABRT killed the program, in thread 1")
      << "not who had the last event";
}

/// A watchdog, or a user with kill: no thread is to blame.
TEST_F(Crash, ASignalFromOutside) {
  for (const int number : {SIGABRT, SIGSEGV}) {
    begin_anew();
    end_by(number, false);
    const auto found = find(find_crash, {in_call(0, SYS_epoll_wait)});
    ASSERT_EQ(found.size(), 1u);
    expect_has(found[0].what, "from outside killed the program");
    EXPECT_EQ(found[0].what.find("parse"), std::string::npos) << found[0].what;
    EXPECT_NE(found[0].weight, Weight::kWhole) << "what it was told for comes first";
  }
}

TEST_F(Crash, WhereNoReplayHasLooked) {
  end_by(SIGABRT, false);
  const auto found = find(find_crash);
  ASSERT_EQ(found.size(), 1u);
  expect_has(found[0].what, "or who sent it, is not known");
}

TEST_F(Crash, AWriterWithoutAReader) {
  end_by(SIGPIPE, false);
  const auto found = find(find_crash, {in_call(0, SYS_writev)});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].what, "SIGPIPE killed the program, in parse #1");
}

TEST_F(Delays, ThreadsThatQueueForALock) {
  for (const uint32_t thread : {1u, 2u}) {
    on_thread(thread);
    at(10);
    event(trace::EventKind::kThread, 100 + thread);
    at(50 + thread);
    call(SYS_futex, {0x4000, 128, 2}, 0, 20.0);
  }
  on_thread(0);
  event(trace::EventKind::kThread, 100);
  CrowdedMoment crowd{
      EventIndex(2),
      analyse().model().blocked_calls[analysis::RowIndex<analysis::BlockedCall>(0)].start +
          Ticks(1),
      {}};
  for (const uint32_t thread : {1u, 2u}) {
    ThreadStand stand;
    stand.thread = ThreadNumber(thread);
    stand.call = SYS_futex;
    stand.call_waits = true;
    stand.kind = ThreadWaitKind::kMutex;
    stand.object = Address(0x4000);
    stand.object_name = "album";
    stand.through = "pthread_mutex_lock";
    stand.owner = ThreadNumber(0);
    crowd.stands.push_back(stand);
  }
  const auto found = find(find_lock_queue, {}, &crowd);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].what,
            "2 threads at once waited for mutex \"album\" (pthread_mutex_lock), owned by thread 0");
  for (ThreadStand& stand : crowd.stands) stand.kind = ThreadWaitKind::kCondition;
  EXPECT_TRUE(find(find_lock_queue, {}, &crowd).empty()) << "they wait for work";
}

class Failures : public Delays {
 protected:
  void price(bool fails) {
    const uint64_t order = create("order");
    resume(order);
    const uint64_t task = begin("price", order);
    end(task, fails ? WEFT_FAILED : WEFT_DONE, fails ? "St12out_of_range" : "");
    resume(order, task);
    end(order, fails ? WEFT_FAILED : WEFT_DONE, fails ? "St12out_of_range" : "");
  }
};

/// Told once, of the task in which it began.
TEST_F(Failures, ThatFewHave) {
  for (int i = 0; i < 9; ++i) price(false);
  EXPECT_TRUE(find(find_thrown).empty());
  price(true);
  const auto found = find(find_thrown);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].what, "1 of 10 price failed: std::out_of_range");
  expect_has(found[0].evidence, "it went up to order #19");
}

TEST_F(Failures, ThatMostHave) {
  for (int i = 0; i < 3; ++i) price(true);
  EXPECT_TRUE(find(find_thrown).empty()) << "that is how they end";
}

class Cancelled : public Delays {
 protected:
  /// A fetch that waits once; what comes after that is its end.
  uint64_t fetch(bool cancelled) {
    const uint64_t task = create("fetch");
    resume(task);
    suspend(task, place("fetch", 12), WEFT_WAIT_IO, 5);
    if (!cancelled) resume(task);
    end(task, cancelled ? WEFT_CANCELLED : WEFT_DONE);
    return task;
  }
};

TEST_F(Cancelled, AtItsLastStep) {
  for (int i = 0; i < 9; ++i) fetch(false);
  fetch(true);
  EXPECT_TRUE(find(find_cancelled).empty()) << "it was the last one: the program ended";
  fetch(false);
  const auto found = find(find_cancelled);
  ASSERT_EQ(found.size(), 1u);
  expect_has(found[0].what,
             "1 fetch cancelled half-way, at app.cc:12: what came after that never ran");
}

}  // namespace
}  // namespace weft::report::test
