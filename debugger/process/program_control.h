/// The program at a moment, under control: where its threads stand, what its memory holds, and how
/// it goes on, by instruction, to a breakpoint, or to an event.
///
/// The process is weft-runtime with the program inside. A user of this class sees only
/// the program: a thread in a system call stands after the call's instruction, although its
/// kernel thread waits deep in the runtime; signals that weft uses itself pass unseen; breakpoints
/// do not show in memory.
///
///   parked        before event N, in the runtime; all registers lie in the Thread blocks
///     │ run, step                     ▲ the runtime calls report_state()
///     ▼                               │
///   in program    between two instructions of one thread, stopped by ptrace
///
/// Two breakpoints of our own make this work: at report_state(), which the runtime calls when it
/// parks, and at the jump with which it goes back into the program.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <vector>

#include "debugger/process/diversion.h"
#include "debugger/process/map_events.h"
#include "debugger/process/recorded_answers.h"
#include "debugger/process/runtime_symbols.h"
#include "debugger/process/traced_process.h"
#include "debugger/process/watch.h"
#include "weft/channel/replay_channel.h"
#include "weft/trace/event.h"

namespace weft::process {

enum class StopKind {
  kParked,       ///< before the event that was asked for
  kBreakpoint,   ///< at a breakpoint, before its instruction
  kWatchpoint,   ///< after the instruction, or the call, that wrote the watched memory
  kStep,         ///< one instruction further
  kSignal,       ///< a fault of the program, before its handler
  kEnd,          ///< the recording is used up
  kDiverged,     ///< the program did something else than the trace says
  kInterrupted,  ///< interrupt() was called
  kDied,         ///< the process is gone
  kRefused,      ///< an expression needs what cannot be had: refusal()
};

struct ProgramStop {
  StopKind kind = StopKind::kParked;
  Address address{};     ///< of the breakpoint, or of the watched memory
  int signal = 0;        ///< kSignal
  bool in_call = false;  ///< kWatchpoint: a call has written
};

struct ProgramThread {
  trace::ThreadNumber number;
  trace::Registers registers;
};

class ProgramControl {
 public:
  /// `process` has been seized while it stood parked; `maps` and `answers` outlive this.
  ProgramControl(std::unique_ptr<TracedProcess> process, const RuntimeSymbols& symbols,
                 const MapEvents& maps, const RecordedAnswers* answers = nullptr);

  bool parked() const { return place_ != Place::kInProgram; }
  bool at_end() const { return ended_; }
  /// Index of the next event.
  EventIndex event() const;
  /// The thread that stands in program code, or (parked) made the next event.
  ThreadNumber current_thread() const;
  /// All threads alive, by number.
  std::vector<ProgramThread> threads() const;
  std::optional<trace::Registers> registers(ThreadNumber thread) const;
  /// Of the thread whose vector registers the kernel holds.
  user_fpregs_struct vector_registers() const { return process_->vector_registers(); }

  size_t read(Address address, std::span<std::byte> to) const;
  bool write(Address address, std::span<const std::byte> from);

  /// Those in memory that is not there yet take effect as soon as it is.
  void set_breakpoints(const std::set<Address>& addresses);
  /// At most kDebugAddresses; the rest is not watched.
  void set_watches(const std::vector<Watch>& watches);

  /// The process was brought to a place between two instructions, and stands in the runtime: lets
  /// it go to that instruction. False if it does not come there.
  bool enter_program();
  /// Goes on until something stops it, at the latest before event `stop_before`.
  ProgramStop run(EventIndex stop_before);
  /// One instruction of `thread`; where it stands in a call, to its end. Others may run meanwhile.
  ProgramStop step(ThreadNumber thread, EventIndex stop_before);

  /// For calls into the program: from here on the process runs with these registers, and what it
  /// does is no replay any more.
  bool set_registers(const trace::Registers& registers);
  /// True while the registers are those that set_registers() gave, or what came of them; false once
  /// the program's own have been put back.
  bool executes_for_debugger() const;
  /// Of what the debugger had executed: why it could not go on; what it wrote to stdout.
  std::string refusal() const { return diversion_ ? diversion_->why() : ""; }
  std::string take_written() { return diversion_ ? diversion_->take_written() : ""; }
  /// Maps fresh memory for the debugger's own use; see layout.h for where the program is not.
  bool map_memory(Address address, uint64_t bytes, uint32_t protection);

  TracedProcess& process() { return *process_; }
  const TracedProcess& process() const { return *process_; }

 private:
  static constexpr ThreadNumber kAnyThread{UINT32_MAX};
  enum class Place { kInFutex, kAtReport, kInProgram };
  /// How the process got to a stop.
  enum class Ran : uint8_t { kFreely, kOneStep };

  std::optional<trace::EventHeader> next_event() const;
  bool next_is_hook(ThreadNumber thread) const;
  std::optional<ProgramStop> release(EventIndex stop_before);
  std::optional<ProgramStop> step_off_breakpoint();
  RawStop step_once(int signal);
  std::optional<ProgramStop> look_at(const RawStop& raw, Ran ran);
  std::optional<ProgramStop> look_at_trap(const RawStop& raw, Ran ran);
  std::optional<ProgramStop> look_at_report();
  std::optional<ProgramStop> look_at_leave();
  std::optional<ProgramStop> look_at_watch();
  std::optional<ProgramStop> look_at_fault(const RawStop& raw);
  std::optional<ProgramStop> look_at_door();
  ProgramStop run_on();
  ProgramStop run_stretch(EventIndex stop_before);
  void forget_replaced();
  std::optional<ProgramStop> leave_stub();
  void insert_breakpoints();
  void arm(Address address);
  void disarm(Address address);
  void apply_watches();
  bool is_fault_of_trace(Address ip) const;
  ThreadNumber thread_in_gs(Address gs_base) const;
  std::vector<Address> thread_blocks() const;

  std::unique_ptr<TracedProcess> process_;
  RuntimeSymbols symbols_;
  const MapEvents& maps_;
  Place place_ = Place::kInFutex;
  bool ended_ = false;
  std::set<Address> wanted_;
  std::map<Address, uint8_t> armed_;    ///< address, and the byte under the int3
  EventIndex armed_at_{0};              ///< event(), when they were looked at last
  std::optional<EventIndex> next_map_;  ///< see MapEvents::next(); empty: to be looked up
  std::vector<Watch> watches_;
  bool watches_changed_ = false;
  int signal_ = 0;  ///< to be delivered when it goes on

  const RecordedAnswers* answers_;
  std::optional<trace::Registers> own_registers_;  ///< before set_registers()
  std::optional<Diversion> diversion_;             ///< since then
  int fault_ = 0;                                  ///< that the runtime looks at, in a diversion

  // what run_on() waits for besides breakpoints
  std::optional<ThreadNumber> leaving_thread_;  ///< stop when this thread is back in the program
  std::optional<Watch> written_in_call_;
  bool interrupted_ = false;
  Address return_address_;  ///< of a hook that was stepped into; 0: none
};

}  // namespace weft::process
