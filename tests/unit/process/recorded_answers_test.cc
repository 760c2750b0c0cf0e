#include "debugger/process/recorded_answers.h"

#include <gtest/gtest.h>
#include <sys/syscall.h>

#include "tests/unit/trace/trace_fixture.h"

namespace weft::process {
namespace {

using trace::EventHeader;
using trace::EventIndex;
using trace::EventKind;

class RecordedAnswersTest : public testing::Test {
 protected:
  void add(EventKind kind, uint32_t thread, int64_t result) {
    EventHeader header{};
    header.kind = static_cast<uint8_t>(kind);
    header.thread = thread;
    header.result = result;
    log.add(header, "");
  }
  void add_call(long call, int64_t result, uint32_t thread = 0) {
    trace::test::add_call(
        log, {.call = static_cast<uint16_t>(call), .result = result, .thread = thread});
  }
  std::optional<int64_t> of(long call, uint64_t moment, uint32_t thread = 0) const {
    const RecordedAnswers answers([this] { return std::as_bytes(std::span(log.bytes())); });
    return answers.of(static_cast<uint64_t>(call), trace::ThreadNumber(thread), EventIndex(moment));
  }

  trace::test::EventLog log;
};

TEST_F(RecordedAnswersTest, IdsAreTheSameAtAllTimes) {
  add_call(SYS_set_tid_address, 4711);  // 0
  add(EventKind::kThread, 1, 4712);     // 1
  add_call(SYS_gettid, 4712, 1);        // 2
  EXPECT_EQ(of(SYS_getpid, 0), 4711);
  EXPECT_EQ(of(SYS_getpid, 3), 4711);
  EXPECT_EQ(of(SYS_getpid, 3, 1), 4711) << "of the process, whichever thread asks";
  EXPECT_EQ(of(SYS_gettid, 0), 4711);
  EXPECT_EQ(of(SYS_gettid, 3, 1), 4712);
  EXPECT_EQ(of(SYS_gettid, 3, 2), std::nullopt);
  EXPECT_EQ(of(SYS_getuid, 3), std::nullopt);
}

TEST_F(RecordedAnswersTest, AUserIsThatOfTheMoment) {
  add_call(SYS_getuid, 0);     // 0
  add_call(SYS_setuid, -1);    // 1: refused, changes nothing
  add_call(SYS_setuid, 0);     // 2
  add_call(SYS_getuid, 33);    // 3
  add_call(SYS_setresuid, 0);  // 4
  EXPECT_EQ(of(SYS_getuid, 0), 0);
  EXPECT_EQ(of(SYS_getuid, 2), 0);
  EXPECT_EQ(of(SYS_getuid, 3), 33) << "what comes next tells";
  EXPECT_EQ(of(SYS_getuid, 4), 33);
  EXPECT_EQ(of(SYS_getuid, 5), std::nullopt);
  EXPECT_EQ(of(SYS_geteuid, 1), std::nullopt);
}

TEST_F(RecordedAnswersTest, WhereThreadsMayDifferEachTellsItsOwn) {
  add_call(SYS_geteuid, 0, 1);  // 0
  EXPECT_EQ(of(SYS_geteuid, 0), 0);
  add_call(SYS_setreuid, 0, 1);  // 1
  add_call(SYS_geteuid, 33, 1);  // 2
  EXPECT_EQ(of(SYS_geteuid, 3, 1), 33);
  EXPECT_EQ(of(SYS_geteuid, 3, 0), std::nullopt);
}

TEST_F(RecordedAnswersTest, NothingTellsWhenTheParentEnds) {
  add_call(SYS_getppid, 50);  // 0
  add_call(SYS_getppid, 50);  // 1
  add_call(SYS_getppid, 1);   // 2
  EXPECT_EQ(of(SYS_getppid, 1), 50);
  EXPECT_EQ(of(SYS_getppid, 2), std::nullopt);
  EXPECT_EQ(of(SYS_getppid, 3), std::nullopt);
}

TEST_F(RecordedAnswersTest, AForkedProcessHasANumberOfItsOwnAndItsParentsUser) {
  add_call(SYS_getpid, 10);         // 0
  add_call(SYS_getppid, 5);         // 1
  add_call(SYS_getuid, 77);         // 2
  add(EventKind::kProcess, 0, 11);  // 3
  add_call(SYS_getpgrp, 10);        // 4
  EXPECT_EQ(of(SYS_getpid, 3), 10);
  EXPECT_EQ(of(SYS_getpid, 4), 11);
  EXPECT_EQ(of(SYS_gettid, 5), 11);
  EXPECT_EQ(of(SYS_getppid, 5), std::nullopt);
  EXPECT_EQ(of(SYS_getuid, 5), 77);
}

TEST_F(RecordedAnswersTest, AChildThatBeginsInTheProgramsMemoryIsAnotherProcess) {
  add_call(SYS_getpid, 10);      // 0
  add_call(SYS_getpgrp, 10);     // 1
  add(EventKind::kChild, 0, 1);  // 2: thread 1
  add_call(SYS_setpgid, 0, 1);   // 3: of the child alone
  add_call(SYS_getpid, 11, 1);   // 4
  EXPECT_EQ(of(SYS_getpgrp, 5), 10);
  EXPECT_EQ(of(SYS_getpid, 5), 10);
  EXPECT_EQ(of(SYS_getpid, 5, 1), 11);
  EXPECT_EQ(of(SYS_getpgrp, 5, 1), std::nullopt);
}

}  // namespace
}  // namespace weft::process
