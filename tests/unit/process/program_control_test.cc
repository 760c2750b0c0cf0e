/// ProgramControl over a process that the test makes up: memory in which the runtime and the
/// program have their places, and a list of stops. What is checked: where the program stands after
/// each stop, and what was written into the process.
#include "debugger/process/program_control.h"

#include <gtest/gtest.h>

#include "debugger/process/thread_registers.h"
#include "tests/unit/process/fake_process.h"

namespace weft::process::test {
namespace {

using channel::ReplayChannel;
using channel::ReplayState;
using trace::EventHeader;
using trace::EventKind;

// Places in the runtime, and in the program.
constexpr Address kRuntime(0x2f00'0000'1000);
constexpr Address kReport = kRuntime, kLeave = kRuntime + 0x100, kHook = kRuntime + 0x200;
constexpr Address kSystemCall = kRuntime + 0x300, kThreads = kRuntime + 0x400;
constexpr Address kLog = kRuntime + 0x500, kBlocks = kRuntime + 0x600;
constexpr Address kStack = kRuntime + 0x2000;
constexpr Address kBlock[] = {kRuntime + 0x3000, kRuntime + 0x4000};
constexpr Address kText(layout::kProgramStart + 0x100'0000);
constexpr Address kInFutex = kRuntime + 0x700;
constexpr RuntimeSymbols kSymbols{kReport, kLeave, kHook, kSystemCall, kThreads, kLog};

Address channel_place(size_t offset) {
  return Address(layout::kChannelAddress + offset);
}

/// Parked before event 10, which is a call of thread 0; thread 1 stands in a call.
class ProgramControlTest : public testing::Test {
 protected:
  ProgramControlTest() {
    auto owned = std::make_unique<FakeProcess>();
    process = owned.get();
    process->map(kRuntime, 0x5000);
    process->map(channel_place(0), sizeof(ReplayChannel));
    process->map(kText, 0x1000, 0x90);
    process->put(kLog, channel::LogHead{0, 0, 10});
    process->put(channel_place(offsetof(ReplayChannel, log_bytes)), uint64_t{4096});
    process->map(Address(layout::kLogAddress), 4096);
    set_next_event(EventKind::kSyscall, 0);
    process->put(kThreads, kBlocks);
    process->put(kThreads + 8, uint32_t{2});
    for (int i = 0; i < 2; ++i) {
      process->put(kBlocks + 8 * static_cast<uint64_t>(i), kBlock[i]);
      trace::Registers registers{};
      registers.rip = (kText + 0x10 + 0x100 * static_cast<uint64_t>(i)).value();
      registers.rsp = 0x7000 + static_cast<uint64_t>(i);
      process->put(kBlock[i] + kRegistersInThread, registers);
    }
    process->now.rip = kInFutex.value();
    process->now.rsp = kStack.value();
    process->now.gs_base = kBlock[0].value();
    control = std::make_unique<ProgramControl>(std::move(owned), kSymbols, maps);
  }

  void set_next_event(EventKind kind, uint32_t thread) {
    EventHeader header{};
    header.kind = static_cast<uint8_t>(kind);
    header.thread = thread;
    process->put(Address(layout::kLogAddress), header);
  }
  void set_event(uint64_t index) { process->put(kLog + offsetof(channel::LogHead, index), index); }

  /// The runtime calls report_state(`state`) before event `index`.
  NextStop reports(ReplayState state, uint64_t index) {
    return [this, state, index](FakeProcess& fake) {
      set_event(index);
      fake.now.rdi = static_cast<uint64_t>(state);
      fake.put(Address(fake.now.rsp), kInFutex);
      return at_int3(kReport)(fake);
    };
  }
  /// Thread `number` goes back into the program.
  NextStop leaves(int number) {
    return [number](FakeProcess& fake) {
      fake.now.gs_base = kBlock[number].value();
      return at_int3(kLeave)(fake);
    };
  }
  NextStop reaches(Address address) {
    return [address](FakeProcess& fake) {
      fake.now.gs_base = kBlock[0].value();
      return at_int3(address)(fake);
    };
  }

  MapEvents maps{{}};
  FakeProcess* process;
  std::unique_ptr<ProgramControl> control;
};

TEST_F(ProgramControlTest, StandsParkedWhereTheLogDoes) {
  EXPECT_TRUE(control->parked());
  EXPECT_FALSE(control->at_end());
  EXPECT_EQ(control->event(), EventIndex(10));
  EXPECT_EQ(control->current_thread(), trace::ThreadNumber(0));
  uint32_t in_debugger = 0;
  process->read_value(channel_place(offsetof(ReplayChannel, in_debugger)), in_debugger);
  EXPECT_EQ(in_debugger, 1U);
}

TEST_F(ProgramControlTest, ShowsThreadsAsTheProgramLeftThem) {
  const auto threads = control->threads();
  ASSERT_EQ(threads.size(), 2U);
  EXPECT_EQ(Address(threads[0].registers.rip), kText + 0x10);
  EXPECT_EQ(Address(threads[1].registers.rip), kText + 0x110);
  EXPECT_EQ(control->registers(trace::ThreadNumber(1))->rsp, 0x7001U);
  EXPECT_FALSE(control->registers(trace::ThreadNumber(2)));
}

TEST_F(ProgramControlTest, TheThreadOfTheNextEventIsInFront) {
  set_next_event(EventKind::kSyscall, 1);
  EXPECT_EQ(control->current_thread(), trace::ThreadNumber(1));
}

TEST_F(ProgramControlTest, StopsBeforeTheEventThatWasAskedFor) {
  process->stops = {reports(ReplayState::kParked, 12)};
  const ProgramStop stop = control->run(EventIndex(12));
  EXPECT_EQ(stop.kind, StopKind::kParked);
  EXPECT_EQ(control->event(), EventIndex(12));
  uint64_t stop_before = 0;
  process->read_value(channel_place(offsetof(ReplayChannel, stop_before)), stop_before);
  EXPECT_EQ(stop_before, 12U);
}

TEST_F(ProgramControlTest, GoesOnFromAReportAsIfItHadReturned) {
  process->stops = {reports(ReplayState::kParked, 12), reports(ReplayState::kParked, 13)};
  control->run(EventIndex(12));
  control->run(EventIndex(13));
  ASSERT_EQ(process->resumes.size(), 2U);
  EXPECT_EQ(Address(process->now.rsp),
            kStack + 8);  // report_state()'s return address is off the stack
}

TEST_F(ProgramControlTest, SaysHowTheReplayEnded) {
  process->stops = {reports(ReplayState::kEnded, 20)};
  EXPECT_EQ(control->run(EventIndex(30)).kind, StopKind::kEnd);
  EXPECT_TRUE(control->at_end());
  EXPECT_EQ(control->run(EventIndex(30)).kind, StopKind::kEnd);  // and does not let it go again
  EXPECT_EQ(process->resumes.size(), 1U);
}

TEST_F(ProgramControlTest, SaysThatItDiverged) {
  process->stops = {reports(ReplayState::kDiverged, 20)};
  EXPECT_EQ(control->run(EventIndex(30)).kind, StopKind::kDiverged);
}

TEST_F(ProgramControlTest, SaysThatTheProcessIsGone) {
  EXPECT_EQ(control->run(EventIndex(30)).kind, StopKind::kDied);
  process->kill();
  EXPECT_EQ(control->run(EventIndex(30)).kind, StopKind::kDied);
}

TEST_F(ProgramControlTest, StopsAtABreakpointBeforeItsInstruction) {
  control->set_breakpoints({kText + 0x40});
  process->stops = {reaches(kText + 0x40)};
  const ProgramStop stop = control->run(EventIndex(30));
  EXPECT_EQ(stop.kind, StopKind::kBreakpoint);
  EXPECT_EQ(stop.address, kText + 0x40);
  EXPECT_FALSE(control->parked());
  EXPECT_EQ(Address(control->registers(trace::ThreadNumber(0))->rip), kText + 0x40);
}

TEST_F(ProgramControlTest, BreakpointsDoNotShowInMemory) {
  control->set_breakpoints({kText + 0x40});
  process->stops = {reaches(kText + 0x40)};
  control->run(EventIndex(30));
  EXPECT_EQ(process->byte_at(kText + 0x40), 0xcc);
  std::byte seen{};
  ASSERT_EQ(control->read(kText + 0x40, {&seen, 1}), 1U);
  EXPECT_EQ(seen, std::byte{0x90});
  const std::byte written{0x55};
  ASSERT_TRUE(control->write(kText + 0x40, {&written, 1}));
  EXPECT_EQ(process->byte_at(kText + 0x40), 0xcc);
  control->read(kText + 0x40, {&seen, 1});
  EXPECT_EQ(seen, written);
}

TEST_F(ProgramControlTest, LeavesABreakpointByItsOwnInstruction) {
  control->set_breakpoints({kText + 0x40});
  process->stops = {reaches(kText + 0x40),
                    [](FakeProcess& fake) {
                      EXPECT_EQ(fake.byte_at(kText + 0x40), 0x90) << "it would trap again";
                      return stepped_to(kText + 0x41)(fake);
                    },
                    reports(ReplayState::kParked, 12)};
  control->run(EventIndex(30));
  EXPECT_EQ(control->run(EventIndex(12)).kind, StopKind::kParked);
  ASSERT_EQ(process->resumes.size(), 3U);
  EXPECT_TRUE(process->resumes[1].step);
}

TEST_F(ProgramControlTest, TakesAwayWhatIsNotWantedAnyMore) {
  control->set_breakpoints({kText + 0x40});
  process->stops = {reports(ReplayState::kParked, 12), reports(ReplayState::kParked, 13)};
  control->run(EventIndex(12));
  EXPECT_EQ(process->byte_at(kText + 0x40), 0xcc);
  control->set_breakpoints({});
  control->run(EventIndex(13));
  EXPECT_EQ(process->byte_at(kText + 0x40), 0x90);
}

TEST_F(ProgramControlTest, StepsOfAThreadInACallEndBehindTheCall) {
  trace::Registers after{};
  after.rip = (kText + 0x12).value();
  process->put(kBlock[0] + kRegistersInThread, after);
  process->stops = {leaves(0)};
  const ProgramStop stop = control->step(trace::ThreadNumber(0), EventIndex(30));
  EXPECT_EQ(stop.kind, StopKind::kStep);
  EXPECT_EQ(Address(process->now.rip), kText + 0x12);
  EXPECT_FALSE(control->parked());
}

TEST_F(ProgramControlTest, AnotherThreadMayRunWhileOneIsStepped) {
  process->stops = {leaves(0), leaves(1)};
  EXPECT_EQ(control->step(trace::ThreadNumber(1), EventIndex(30)).kind, StopKind::kStep);
  EXPECT_EQ(process->resumes.size(), 2U);
}

TEST_F(ProgramControlTest, WatchesAreDebugRegisters) {
  control->set_watches({{kText + 0x80, 8, WatchFor::kWrites}, {kText + 0x90, 4, WatchFor::kUses}});
  process->stops = {reports(ReplayState::kParked, 12)};
  control->run(EventIndex(12));
  EXPECT_EQ(Address(process->debug[0]), kText + 0x80);
  EXPECT_EQ(Address(process->debug[1]), kText + 0x90);
  // On: bits 0 and 2. Watch 0: written (1), 8 bytes (2). Watch 1: used (3), 4 bytes (3).
  EXPECT_EQ(process->debug[7], 0b101U | (0b1001U << 16) | (0b1111U << 20));
}

TEST_F(ProgramControlTest, AWriteOfTheProgramStopsBehindIt) {
  control->set_watches({{kText + 0x80, 8, WatchFor::kWrites}});
  process->stops = {[](FakeProcess& fake) {
    fake.now.gs_base = kBlock[0].value();
    fake.now.rip = (kText + 0x48).value();
    fake.debug[6] = 1;
    return trap(TRAP_HWBKPT);
  }};
  const ProgramStop stop = control->run(EventIndex(30));
  EXPECT_EQ(stop.kind, StopKind::kWatchpoint);
  EXPECT_EQ(stop.address, kText + 0x80);
  EXPECT_FALSE(stop.in_call);
  EXPECT_EQ(process->debug[6], 0U);
}

TEST_F(ProgramControlTest, AWriteOfACallStopsWhereTheCallReturns) {
  control->set_watches({{kText + 0x80, 8, WatchFor::kWrites}});
  process->stops = {[](FakeProcess& fake) {
                      fake.now.rip = kInFutex.value();
                      fake.debug[6] = 1;
                      return trap(TRAP_HWBKPT);
                    },
                    leaves(0)};
  const ProgramStop stop = control->run(EventIndex(30));
  EXPECT_EQ(stop.kind, StopKind::kWatchpoint);
  EXPECT_TRUE(stop.in_call);
  EXPECT_EQ(Address(process->now.rip), kText + 0x10);
}

TEST_F(ProgramControlTest, PassesOnSignalsThatWeftUses) {
  process->stops = {[](FakeProcess&) { return RawStop{.signal = SIGSYS}; },
                    reports(ReplayState::kParked, 12)};
  EXPECT_EQ(control->run(EventIndex(12)).kind, StopKind::kParked);
  ASSERT_EQ(process->resumes.size(), 2U);
  EXPECT_EQ(process->resumes[1].signal, SIGSYS);
}

TEST_F(ProgramControlTest, AFaultOfTheTraceStopsBeforeItsHandler) {
  struct {
    EventHeader header;
    trace::SignalRecord record;
  } event{};
  event.header.kind = static_cast<uint8_t>(EventKind::kFault);
  event.header.size = sizeof event.record;
  event.record.ip = (kText + 0x60).value();
  process->put(Address(layout::kLogAddress), event);
  process->stops = {[](FakeProcess& fake) {
    fake.now.rip = (kText + 0x60).value();
    return RawStop{.signal = SIGSEGV};
  }};
  const ProgramStop stop = control->run(EventIndex(30));
  EXPECT_EQ(stop.kind, StopKind::kSignal);
  EXPECT_EQ(stop.signal, SIGSEGV);
}

TEST_F(ProgramControlTest, AnInterruptInTheRuntimeStopsInTheProgram) {
  process->stops = {[](FakeProcess& fake) {
                      fake.now.rip = kInFutex.value();
                      return RawStop{.interrupted = true};
                    },
                    leaves(1)};
  EXPECT_EQ(control->run(EventIndex(30)).kind, StopKind::kInterrupted);
  EXPECT_FALSE(control->parked());
}

TEST_F(ProgramControlTest, KnowsWhenItRunsForTheDebugger) {
  EXPECT_FALSE(control->executes_for_debugger());
  trace::Registers wanted = *control->registers(trace::ThreadNumber(0));
  const trace::Registers own = wanted;
  wanted.rip = (kText + 0x200).value();
  ASSERT_TRUE(control->set_registers(wanted));
  EXPECT_TRUE(control->executes_for_debugger());
  ASSERT_TRUE(control->set_registers(own));
  EXPECT_FALSE(control->executes_for_debugger());
}

TEST_F(ProgramControlTest, MapsMemoryByACallOfItsOwn) {
  const user_regs_struct before = process->now;
  process->stops = {[](FakeProcess& fake) {
    EXPECT_EQ(Address(fake.now.rip), kSystemCall);
    EXPECT_EQ(fake.now.rdi, 0x0c00'0000'0000U);
    fake.now.rax = fake.now.rdi;
    return trap(TRAP_TRACE);
  }};
  EXPECT_TRUE(control->map_memory(Address(0x0c00'0000'0000), 4096, 3));
  EXPECT_EQ(process->now.rip, before.rip);
}

}  // namespace
}  // namespace weft::process::test
