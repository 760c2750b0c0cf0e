/// What an expression's system calls get: the process stands at a door of the runtime's, and the
/// kernel is a list of stops. A call for which no stop is listed must not reach it.
#include "debugger/process/diversion.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/futex.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <cerrno>
#include <filesystem>

#include "debugger/process/made_call.h"
#include "debugger/process/thread_registers.h"
#include "tests/unit/process/fake_process.h"

namespace weft::process::test {
namespace {

using trace::EventIndex;

constexpr Address kRuntime(0x2f00'0000'1000);
constexpr Address kSystemCall = kRuntime + 0x300, kOnCall = kRuntime + 0x310;
constexpr Address kBlock = kRuntime + 0x1000, kStack = kRuntime + 0x2000;
constexpr uint64_t kData = layout::kProgramStart + 0x200'0000;
constexpr RuntimeSymbols kSymbols{.report_state = {},
                                  .leave_jump = {},
                                  .hook_entry = {},
                                  .system_call = kSystemCall,
                                  .threads = {},
                                  .log = {},
                                  .on_call = kOnCall};

class DiversionTest : public testing::Test {
 protected:
  DiversionTest() : diversion(process, kSymbols, nullptr) {
    process.map(kRuntime, 0x3000);
    process.map(Address(kData), 0x1000);
  }

  /// The expression makes this call: what it gets; empty: it is refused.
  std::optional<int64_t> call(long number, std::array<uint64_t, 6> args) {
    trace::Registers registers{};
    registers.rax = static_cast<uint64_t>(number);
    registers.rdi = args[0], registers.rsi = args[1], registers.rdx = args[2];
    registers.r10 = args[3], registers.r8 = args[4], registers.r9 = args[5];
    process.put(kBlock + kRegistersInThread, registers);
    process.put(kStack, kRuntime);
    process.now.gs_base = kBlock.value();
    process.now.rip = kOnCall.value();
    process.now.rsp = kStack.value();
    if (diversion.at_door(trace::ThreadNumber(0), EventIndex(0)) == Diversion::Outcome::kRefused)
      return std::nullopt;
    process.read_value(kBlock + kRegistersInThread, registers);
    return static_cast<int64_t>(registers.rax);
  }
  void kernel_answers(int64_t result) {
    process.stops.push_back([result](FakeProcess& fake) {
      EXPECT_EQ(Address(fake.now.rip), kSystemCall);
      fake.now.rax = static_cast<uint64_t>(result);
      return trap(TRAP_TRACE);
    });
  }
  void put_text(uint64_t address, const std::string& text) {
    process.write(Address(address), std::as_bytes(std::span(text.c_str(), text.size() + 1)));
  }
  /// A descriptor of the expression's own.
  uint64_t open_file() {
    put_text(kData, "/etc");
    kernel_answers(3);
    kernel_answers(600);
    kernel_answers(0);
    return static_cast<uint64_t>(call(SYS_open, {kData, O_RDONLY, 0, 0, 0, 0}).value_or(0));
  }

  FakeProcess process;
  Diversion diversion;
};

TEST_F(DiversionTest, ACallIsMadeWithAllRegistersPutBack) {
  process.now.rbx = 7;
  process.now.rip = 0x1234;
  kernel_answers(42);
  EXPECT_EQ(make_call(process, kSymbols, SYS_getpid, {}), 42);
  EXPECT_EQ(process.now.rip, 0x1234u);
  EXPECT_EQ(process.now.rbx, 7u);
  process.stops.push_back([](FakeProcess&) { return RawStop{.signal = SIGSEGV}; });
  EXPECT_EQ(make_call(process, kSymbols, SYS_getpid, {}), -EINTR);
}

/// It stops the process before the call is made, and is meant for what runs afterwards.
TEST_F(DiversionTest, AnInterruptLetsTheCallBeMade) {
  process.stops.push_back([](FakeProcess&) { return RawStop{.interrupted = true}; });
  process.stops.push_back([](FakeProcess&) { return RawStop{}; });  // its signal, once more
  kernel_answers(42);
  EXPECT_EQ(make_call(process, kSymbols, SYS_getpid, {}), 42);
  EXPECT_EQ(process.interrupts, 1);
}

TEST_F(DiversionTest, ATerminalIsOnlyAsked) {
  kernel_answers(0);
  EXPECT_EQ(call(SYS_ioctl, {1, TCGETS, kData, 0, 0, 0}), 0);
  kernel_answers(0);
  EXPECT_EQ(call(SYS_ioctl, {0, TIOCGWINSZ, kData, 0, 0, 0}), 0);
  EXPECT_EQ(call(SYS_ioctl, {0, TIOCSTI, kData, 0, 0, 0}), std::nullopt);
  EXPECT_EQ(diversion.why(),
            "the expression calls ioctl, which may change something outside of the recording");
  EXPECT_EQ(call(SYS_ioctl, {1, TCSETS, kData, 0, 0, 0}), std::nullopt);
  EXPECT_EQ(call(SYS_ioctl, {7, TCGETS, kData, 0, 0, 0}), std::nullopt);
}

TEST_F(DiversionTest, OfAFileOfItsOwnTooNothingIsChanged) {
  const uint64_t fd = open_file();
  ASSERT_EQ(fd, 600u);
  kernel_answers(0);
  EXPECT_EQ(call(SYS_ioctl, {fd, FIONREAD, kData, 0, 0, 0}), 0);
  kernel_answers(1);
  EXPECT_EQ(call(SYS_fcntl, {fd, F_GETFD, 0, 0, 0, 0}), 1);
  EXPECT_EQ(call(SYS_fcntl, {fd, F_SETLKW, kData, 0, 0, 0}), std::nullopt);
  EXPECT_EQ(call(SYS_ioctl, {fd, 0x40086602 /* FS_IOC_SETFLAGS */, kData, 0, 0, 0}), std::nullopt);
}

TEST_F(DiversionTest, WhatStandsInTheUpperHalfOfAnIntDoesNotMatter) {
  const uint64_t fd = open_file();
  constexpr uint64_t kUpper = uint64_t{0xdead} << 32;
  kernel_answers(1);
  EXPECT_EQ(call(SYS_fcntl, {fd | kUpper, F_GETFD | kUpper, 0, 0, 0, 0}), 1);
  process.put(Address(kData), uint32_t{5});
  EXPECT_EQ(call(SYS_futex, {kData, FUTEX_WAIT | kUpper, 5 | kUpper, 0, 0, 0}), std::nullopt);
  EXPECT_EQ(call(SYS_futex, {kData, FUTEX_WAIT, 6 | kUpper, 0, 0, 0}), -EAGAIN);
}

TEST_F(DiversionTest, NobodyEndsAWait) {
  process.put(Address(kData), uint32_t{5});
  EXPECT_EQ(call(SYS_futex, {kData, FUTEX_WAIT_PRIVATE, 5, 0, 0, 0}), std::nullopt);
  EXPECT_EQ(diversion.why(),
            "the expression calls futex, which waits for another thread, and none "
            "runs during an expression");
  EXPECT_EQ(call(SYS_futex, {kData, FUTEX_LOCK_PI, 0, 0, 0, 0}), std::nullopt);
  EXPECT_EQ(call(SYS_futex, {kData, FUTEX_WAIT_PRIVATE, 5, kData, 0, 0}), -ETIMEDOUT);
  EXPECT_EQ(call(SYS_futex, {kData, FUTEX_WAIT_PRIVATE, 4, 0, 0, 0}), -EAGAIN);
  EXPECT_EQ(call(SYS_futex, {8, FUTEX_WAIT_PRIVATE, 4, 0, 0, 0}), -EFAULT);
}

TEST_F(DiversionTest, NobodyIsWoken) {
  process.put(Address(kData), uint32_t{5});
  EXPECT_EQ(call(SYS_futex, {kData, FUTEX_WAKE_PRIVATE, 1, 0, 0, 0}), 0);
  EXPECT_EQ(call(SYS_futex, {kData, FUTEX_CMP_REQUEUE_PRIVATE, 1, 1, kData + 8, 5}), 0);
  EXPECT_EQ(call(SYS_futex, {kData, FUTEX_CMP_REQUEUE_PRIVATE, 1, 1, kData + 8, 4}), -EAGAIN);
  EXPECT_EQ(call(SYS_futex, {kData, FUTEX_WAKE_OP_PRIVATE, 1, 1, kData + 8, 0}), std::nullopt);
  EXPECT_EQ(diversion.why(),
            "the expression calls futex, with an operation that cannot be answered in a replay");
}

TEST_F(DiversionTest, DevicesAndPipesAreNotOpened) {
  const std::string pipe = testing::TempDir() + "weft_diversion_pipe";
  ::mkfifo(pipe.c_str(), 0600);
  for (const std::string& path : {pipe, std::string("/dev/ptmx")}) {
    put_text(kData, path);
    EXPECT_EQ(call(SYS_open, {kData, O_RDONLY, 0, 0, 0, 0}), std::nullopt) << path;
    EXPECT_EQ(diversion.why(),
              "the expression calls open, and that is a device or a pipe, which others use");
  }
  std::filesystem::remove(pipe);
}

TEST_F(DiversionTest, ProcIsThatOfTheReplayByAnyName) {
  for (const char* path :
       {"/proc/self/maps", "//proc/self/maps", "/etc/../proc/self/maps", "/dev/fd/0"}) {
    put_text(kData, path);
    EXPECT_EQ(call(SYS_open, {kData, O_RDONLY, 0, 0, 0, 0}), std::nullopt) << path;
    EXPECT_EQ(diversion.why(),
              "the expression calls open, and /proc would show the process of the replay")
        << path;
  }
}

TEST_F(DiversionTest, WhatItWritesIsKept) {
  put_text(kData, "hello");
  EXPECT_EQ(call(SYS_write, {1, kData, 5, 0, 0, 0}), 5);
  EXPECT_EQ(diversion.take_written(), "hello");
  EXPECT_EQ(call(SYS_writev, {1, 8, 1, 0, 0, 0}), -EFAULT);
}

}  // namespace
}  // namespace weft::process::test
