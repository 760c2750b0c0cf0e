/// The shared memory between the runtime in replay mode and the replayer that controls it.
///
/// Two files. The log: the trace's events decoded into one long array (event.h), which the runtime
/// maps read-only at kLogAddress. And the channel file, a row of slots, one ReplayChannel for each
/// process that is alive; a process maps its own slot at kChannelAddress, and no other:
///
///   | slot 0 | slot 1 | ... | slot kReplaySlots-1 | steps: kStepRecords StepRecords | probes |
///
/// The replayer decodes ahead and publishes `available` (release), then wakes
/// futex(available_futex); the runtime waits there when it is about to read an event that is not
/// there yet. `complete` says that no more comes.
///
/// The runtime goes on by itself until `stop_before` (an event index), the end of the log, or a
/// divergence; then it fills in `stop`, sets `state`, wakes futex(state_futex), and waits for
/// futex(command_futex). A process that stands still carries out commands:
///
///   kRun    goes on, to the stop that the replayer has set before
///   kFork   makes a copy of itself that stands at the same moment, with slot `fork_slot` as its
///           channel. The copy is a child of the replayer, not of the process: it can be waited
///           for, and dies with the replayer. It reports its state like any other process; until it
///           has, the original must not be let run (it copies shared memory meanwhile).
///   kQuit   _exit
///
/// A stop inside a segment: if `step_event` is an event index, the thread that goes on after that
/// event does so in single steps, and stands still after `step_count` of them, or, if it comes to
/// its next event before, as `stop_before` says. With `trace_steps` each is noted in `steps`.
/// Probes: probe_area.h.
#pragma once

#include <atomic>
#include <cstdint>

#include "weft/cpu/shown_processor.h"
#include "weft/trace/event.h"

namespace weft::channel {

inline constexpr uint64_t kReplayMagic = 0x33307970'6c726677;  // "wfrlpy03"
inline constexpr uint64_t kReplayHeaderBytes = 8192;           ///< of one slot
inline constexpr uint32_t kReplaySlots = 256;
inline constexpr uint64_t kNever = UINT64_MAX;

/// Where a thread stood: before the instruction at `rip`.
struct StepRecord {
  uint64_t rip;
  uint64_t rsp;
  uint64_t digest;  ///< of registers and stack: see step_digest.h
};
inline constexpr uint64_t kStepRecords = 1u << 22;  ///< step n is in record n % kStepRecords
inline constexpr uint64_t kStepsOffset = kReplaySlots * kReplayHeaderBytes;
inline constexpr uint64_t kStepsBytes = kStepRecords * sizeof(StepRecord);

enum class ReplayState : uint32_t {
  kRunning = 0,
  kParked = 1,    ///< stands before event `position`, or inside a segment (stop.in_program)
  kEnded = 2,     ///< the log is used up; the program stands where the recording ended
  kDiverged = 3,  ///< `divergence` is filled in; the process waits, so that its memory can be read
  kFailed = 4,    ///< the runtime could not go on (message in `divergence.what`)
};

enum class ReplayCommand : uint32_t {
  kNone = 0,
  kRun = 1,
  kQuit = 2,
  kFork = 3,
};

/// Memory that is not what an event says.
struct MemoryDifference {
  uint64_t address;  ///< of the first pages that differ; 0: none is known
  uint64_t pages;    ///< how many are under that digest
  uint64_t others;   ///< digests that differ besides
  uint64_t since;    ///< kMemory: event at which it was last seen to be as recorded, 0: none
  uint64_t passes;   ///< kPreempt: passes with the recorded registers that had other memory
};

/// What the program did where the log says something else.
struct Divergence {
  uint64_t event;        ///< index of the first wrong event
  uint64_t log_offset;   ///< its place in the log, bytes
  uint32_t thread;       ///< thread that ran
  uint32_t actual_call;  ///< what it did: system call number
  uint64_t actual_args[6];
  uint32_t actual_check;
  trace::Registers registers;  ///< of the program, at its call
  MemoryDifference memory;
  char what[256];  ///< one line: which part differs
};

/// A fiber that does not run, in an array of the process's; context 0: none.
struct ParkedFiber {
  uint64_t
      context;    ///< its stack pointer: there lie what jump_fcontext saved, and where it goes on
  uint64_t task;  ///< 0: a thread's own stack
  uint64_t current;  ///< the task that was current on it
  uint64_t top;      ///< of its stack
};

/// Where a process stands, for a debugger. The thread that `thread` names is the one whose turn it
/// is: the next event is its own, if it is any thread's. Its fs base is the kernel thread's.
///
/// All threads' registers lie in memory of the process: slot n's at `registers + n * slot_bytes`
/// (trace::Registers); the words beside them, `program_ip` and so on, at the given distances from
/// there. For a thread in a call they are those after the call, except rax.
struct Stop {
  uint32_t thread;        ///< number in the trace
  uint32_t in_program;    ///< 1: between two instructions of the program; 0: in a call, a fault...
  uint64_t steps;         ///< made since the event `position - 1`, if it was stepped
  uint32_t stepped;       ///< 1: it was; step `steps` (its last instruction) is noted too
  int32_t preempted_at;   ///< u8: 1 if the slot's thread was preempted, and is in no call
  uint64_t resume_ip;     ///< where it goes on: may be a stub of weft's
  uint64_t program_ip;    ///< the same in the program's own text
  uint64_t registers;     ///< address of slot 0's
  uint64_t slot_bytes;    ///< distance from one slot to the next
  uint32_t slots;         ///< how many there are, unused ones included
  uint32_t thread_count;  ///< threads alive
  int32_t id_at;          ///< u32: number in the trace
  int32_t tid_at;         ///< i32: the kernel's, as recorded
  int32_t exited_at;      ///< u8: 1 if the slot's thread has ended
  int32_t program_ip_at;  ///< u64: rip in the program's own text
  int32_t self_at;        ///< u64: 0 if the slot was never used
  uint64_t shared_bytes;  ///< copies of shared mappings that this process alone holds
  uint64_t fibers;        ///< address of ParkedFiber[fiber_slots]
  uint64_t fiber_slots;
};

struct ReplayChannel {
  uint64_t magic;
  uint64_t log_bytes;             ///< size of the log when all is decoded
  uint64_t event_count;           ///< events in it
  uint64_t program_start;         ///< layout::program_start of the trace's format
  uint64_t tsc_hz;                ///< ticks of the trace's times in a second; 0: not known
  uint32_t format_version;        ///< of the trace
  uint32_t verify;                ///< 1: what kMemory events say is compared
  uint32_t show_output;           ///< 1: the program's writes to fds 1 and 2 are really made
  int32_t controller;             ///< pid of the replayer; the process dies with it
  cpu::ShownProcessor processor;  ///< that the program was shown; kUnknown before format 3
  alignas(64) std::atomic<uint64_t> available;  ///< bytes of the log that may be read
  std::atomic<uint32_t> available_futex;
  std::atomic<uint32_t> complete;
  alignas(64) std::atomic<uint64_t> stop_before;  ///< event index; kNever; may change any time
  std::atomic<uint64_t> step_event;               ///< event index; kNever
  std::atomic<uint64_t> step_count;
  std::atomic<uint32_t> trace_steps;
  std::atomic<uint32_t> in_debugger;  ///< 1: somebody stops the program at will: no end timer
  std::atomic<uint32_t> command;      ///< ReplayCommand
  std::atomic<uint32_t> command_futex;
  std::atomic<uint32_t> fork_slot;
  std::atomic<uint32_t> probe_area;            ///< 0: no probes; n: area n - 1 of the file
  alignas(64) std::atomic<uint64_t> position;  ///< index of the next event; kept while it runs
  std::atomic<uint64_t> log_position;          ///< its place in the log, bytes; at stops
  std::atomic<uint64_t> verified_events;       ///< kMemory events that were compared
  std::atomic<uint64_t> verified_pages;        ///< pages in them
  std::atomic<uint32_t> state;                 ///< ReplayState
  std::atomic<uint32_t> state_futex;
  std::atomic<int64_t> fork_result;  ///< 0: not yet; pid of the copy, or -errno
  Stop stop;
  Divergence divergence;
};
static_assert(sizeof(ReplayChannel) <= kReplayHeaderBytes);

}  // namespace weft::channel
