/// Causes: which event made which call come back.
#include <gtest/gtest.h>
#include <linux/futex.h>
#include <sched.h>
#include <signal.h>
#include <sys/epoll.h>

#include <cerrno>

#include "tests/unit/connections/call_script.h"

namespace weft::connections::test {
namespace {

std::string pair(int32_t first, int32_t second) {
  return raw(first) + raw(second);
}

TEST(Causes, WriteToAPipe) {
  CallScript script;
  script.call(SYS_pipe2, {0x5000, 0}, 0, {{0, EffectKind::kWritten, pair(5, 6)}});
  script.on_thread(2);
  const trace::EventIndex first = script.write(6, "ab");
  script.write(6, "cd");
  script.on_thread(0);
  script.read(5, "a");
  EXPECT_EQ(script.only_wake().kind, CauseKind::kWrite);
  EXPECT_EQ(script.only_wake().cause.event, first);
  EXPECT_EQ(script.only_wake().cause.thread, trace::ThreadNumber(2));
  script.read(5, "b");
  EXPECT_EQ(script.only_wake().cause.event, first);
  script.read(5, "cd");
  EXPECT_EQ(script.only_wake().cause.event, first + 1);
  script.read(5, "from a child");
  EXPECT_EQ(script.only_wake().kind, CauseKind::kOutside);
}

TEST(Causes, EndOfAPipe) {
  CallScript script;
  script.call(SYS_pipe2, {0x5000, 0}, 0, {{0, EffectKind::kWritten, pair(5, 6)}});
  const trace::EventIndex closed = script.close(6);
  script.read(5, "");
  EXPECT_EQ(script.only_wake().kind, CauseKind::kClose);
  EXPECT_EQ(script.only_wake().cause.event, closed);
}

TEST(Causes, EventFdWakesAnEventLoop) {
  CallScript script;
  script.call(SYS_eventfd2, {0, 0}, 8);
  script.call(SYS_epoll_create1, {0}, 7);
  script.watch(7, 8, 0x7fff1234);
  const trace::EventIndex write = script.write(8, std::string(8, '\1'));
  script.write(8, std::string(8, '\1'));
  script.epoll_wait(7, {{EPOLLIN, 0x7fff1234}});
  const Wake ready = script.only_wake();
  EXPECT_EQ(ready.kind, CauseKind::kWrite);
  EXPECT_EQ(ready.cause.event, write);
  EXPECT_EQ(ready.fd, 8);
  EXPECT_TRUE(ready.readiness && ready.readable);
  script.read(8, std::string(8, '\2'));
  const trace::EventIndex later = script.write(8, std::string(8, '\1'));
  script.epoll_wait(7, {{EPOLLIN, 0x7fff1234}});
  EXPECT_EQ(script.only_wake().cause.event, later);
}

TEST(Causes, SocketPair) {
  CallScript script;
  script.call(SYS_socketpair, {AF_UNIX, SOCK_STREAM, 0, 0x5000}, 0,
              {{3, EffectKind::kWritten, pair(5, 6)}});
  const trace::EventIndex write = script.write(5, "x");
  script.read(6, "x");
  EXPECT_EQ(script.only_wake().cause.event, write);
  EXPECT_EQ(script.exchanges(), 0u);
}

TEST(Causes, LoopbackConnectionOfThisProgram) {
  CallScript script;
  script.listen(3);
  const trace::EventIndex connected = script.connect(5, 80, 40001, -EINPROGRESS);
  script.accept(3, 6, 40001);
  EXPECT_EQ(script.only_wake().kind, CauseKind::kConnect);
  EXPECT_EQ(script.only_wake().cause.event, connected);
  const trace::EventIndex asked = script.write(5, "GET / HTTP/1.1\r\n\r\n");
  script.read(6, "GET / HTTP/1.1\r\n\r\n");
  EXPECT_EQ(script.only_wake().cause.event, asked);
  const trace::EventIndex answered = script.write(6, "HTTP/1.1 204 None\r\n\r\n");
  script.call(SYS_poll, {0x5000, 1, 100}, 1,
              {{0, EffectKind::kWritten, raw(int32_t{5}) + raw(int16_t{1}) + raw(int16_t{1})}});
  EXPECT_EQ(script.only_wake().cause.event, answered);
  script.read(5, "HTTP/1.1 204 None\r\n\r\n");
  EXPECT_EQ(script.exchanges(), 2u);
  EXPECT_EQ(script.tracker.connections()[0].other_end, 1u);
  EXPECT_EQ(script.tracker.connections()[1].other_end, 0u);
}

TEST(Causes, StrangersAreOutside) {
  CallScript script;
  script.accept(3, 4);
  EXPECT_EQ(script.only_wake().kind, CauseKind::kOutside);
  script.read(4, "x");
  EXPECT_EQ(script.only_wake().kind, CauseKind::kOutside);
  EXPECT_FALSE(script.only_wake().cause);
}

TEST(Causes, TimerDescriptor) {
  CallScript script;
  script.call(SYS_timerfd_create, {1, 0}, 9);
  const trace::EventIndex set = script.call(SYS_timerfd_settime, {9, 0, 0x5000, 0}, 0);
  script.call(SYS_ppoll, {0x5000, 1, 0, 0, 8}, 1,
              {{0, EffectKind::kWritten, raw(int32_t{9}) + raw(int16_t{1}) + raw(int16_t{1})}});
  EXPECT_EQ(script.only_wake().kind, CauseKind::kTimer);
  EXPECT_EQ(script.only_wake().cause.event, set);
  script.read(9, std::string(8, '\1'));
  EXPECT_EQ(script.only_wake().cause.event, set);
}

TEST(Causes, TimeOutOfTheWaitItself) {
  CallScript script;
  script.call(SYS_epoll_create1, {0}, 7);
  script.epoll_wait(7, {});
  EXPECT_EQ(script.only_wake().kind, CauseKind::kTimeout);
  script.call(SYS_epoll_wait, {7, 0x7000, 64, 0}, 0);  // only asked
  EXPECT_TRUE(script.tracker.wakes().empty());
  script.call(SYS_clock_nanosleep, {1, 0, 0x5000, 0}, 0);
  EXPECT_EQ(script.only_wake().kind, CauseKind::kTimeout);
}

TEST(Causes, ChildInTheProgramsMemoryHasItsOwnDescriptors) {
  CallScript script;
  script.accept(3, 4);
  script.event(EventKind::kChild, 1);
  script.on_thread(1);
  script.event(EventKind::kThread, 4712);
  script.close(4);
  script.call(SYS_dup2, {3, 1}, 1);
  const trace::EventIndex wake =
      script.call(SYS_futex, {0xa0, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, 1}, 1);
  script.event(EventKind::kThreadExit, 0);
  script.on_thread(0);
  script.call(SYS_vfork, {}, 4712);
  EXPECT_EQ(script.tracker.connection_of(4), 0u);
  EXPECT_EQ(script.tracker.connection_of(1), std::nullopt);
  script.call(SYS_futex, {0xa0, FUTEX_WAIT | FUTEX_PRIVATE_FLAG, 0, 0}, 0);
  EXPECT_EQ(script.only_wake().cause.event, wake);
}

TEST(Causes, Select) {
  CallScript script;
  script.accept(3, 4);
  script.call(SYS_select, {10, 0x5000, 0, 0, 0}, 1,
              {{1, EffectKind::kWritten, std::string("\x10\0\0\0\0\0\0\0", 8)}});
  EXPECT_EQ(script.only_wake().fd, 4);
  EXPECT_EQ(script.only_wake().connection, 0u);
}

constexpr uint64_t kWait = FUTEX_WAIT | FUTEX_PRIVATE_FLAG;
constexpr uint64_t kWake = FUTEX_WAKE | FUTEX_PRIVATE_FLAG;

TEST(Causes, FutexWake) {
  CallScript script;
  script.on_thread(1);
  script.call(SYS_futex, {0xa0, kWake, 1}, 1);  // for a wait that began earlier
  const uint64_t entered = script.time() + 1;
  script.on_thread(2);
  const trace::EventIndex wake = script.call(SYS_futex, {0xa0, kWake, 2}, 2);
  for (const uint32_t waiter : {3u, 4u}) {
    script.on_thread(waiter);
    script.call(SYS_futex, {0xa0, kWait, 0, 0}, 0, {}, entered);
    EXPECT_EQ(script.only_wake().kind, CauseKind::kFutexWake);
    EXPECT_EQ(script.only_wake().cause.event, wake);
    EXPECT_EQ(script.only_wake().cause.thread, trace::ThreadNumber(2));
  }
  script.call(SYS_futex, {0xa0, kWait, 0, 0}, 0, {}, entered);
  EXPECT_EQ(script.only_wake().kind, CauseKind::kUnknown);
  script.call(SYS_futex, {0xa0, kWait, 0, 0}, -ETIMEDOUT, {}, entered);
  EXPECT_EQ(script.only_wake().kind, CauseKind::kTimeout);
  script.call(SYS_futex, {0xa0, kWait, 0, 0}, -EAGAIN);
  EXPECT_TRUE(script.tracker.wakes().empty());
}

TEST(Causes, RequeuedWaiter) {
  CallScript script;
  const uint64_t entered = script.time();
  script.call(SYS_futex, {0xa0, FUTEX_CMP_REQUEUE | FUTEX_PRIVATE_FLAG, 0, 1, 0xb0, 0}, 1);
  const trace::EventIndex wake = script.call(SYS_futex, {0xb0, kWake, 1}, 1);
  script.call(SYS_futex, {0xa0, kWait, 0, 0}, 0, {}, entered);
  EXPECT_EQ(script.only_wake().cause.event, wake);
}

TEST(Causes, ThreadThatIsJoined) {
  CallScript script;
  const uint64_t entered = script.time();
  script.call(SYS_clone, {CLONE_VM | CLONE_THREAD | CLONE_CHILD_CLEARTID, 0, 0, 0xc0, 0}, 77);
  script.on_thread(1);
  const trace::EventIndex exit = script.event(EventKind::kThreadExit, 0);
  script.on_thread(0);
  script.call(SYS_futex, {0xc0, FUTEX_WAIT_BITSET, 77, 0, 0, ~0u}, 0, {}, entered);
  EXPECT_EQ(script.only_wake().kind, CauseKind::kFutexWake);
  EXPECT_EQ(script.only_wake().cause.event, exit);
}

TEST(Causes, Signals) {
  CallScript script;
  const auto deliver = [&script](int number, int code, int pid) {
    trace::SignalRecord record{};
    const std::string info = raw(number) + raw(0) + raw(code) + raw(0) + raw(pid);
    std::memcpy(record.siginfo, info.data(), info.size());
    script.event(EventKind::kSignal, number, raw(record));
    return script.only_wake();
  };
  EXPECT_EQ(deliver(SIGTERM, SI_USER, 900).kind, CauseKind::kOutside);
  const trace::EventIndex sent = script.call(SYS_tgkill, {77, 78, SIGUSR1}, 0);
  EXPECT_EQ(deliver(SIGUSR1, SI_TKILL, 77).kind, CauseKind::kSignal);
  EXPECT_EQ(deliver(SIGUSR1, SI_TKILL, 77).cause.event, sent);
  EXPECT_EQ(deliver(SIGUSR1, SI_USER, 900).kind, CauseKind::kOutside);
  const trace::EventIndex set = script.call(SYS_setitimer, {0, 0x5000, 0}, 0);
  EXPECT_EQ(deliver(SIGALRM, SI_KERNEL, 0).cause.event, set);
  EXPECT_EQ(deliver(SIGCHLD, CLD_EXITED, 80).kind, CauseKind::kChild);
  // The same through a descriptor.
  script.call(SYS_signalfd4, {UINT64_MAX, 0x5000, 8, 0}, 12);
  script.read(12, raw(SIGUSR1) + raw(0) + raw(int{SI_TKILL}) + raw(77) + std::string(112, '\0'));
  EXPECT_EQ(script.only_wake().cause.event, sent);
}

}  // namespace
}  // namespace weft::connections::test
