/// Takes the program in focus to any instant of its recording, forward and back.
///
/// Forward is easy: the process runs. Back is forward as well, from earlier: a process that stands
/// before an earlier event runs up to now, and what it comes by is noted; the last of it is where
/// to go. Should nothing have come by, the stretch that is looked through grows by a factor, so
/// that the whole costs little more than its last, longest stretch.
///
///   now ────────────────────────────────────────────┐
///   first stretch                            [──────┤
///   second                  [────────────────]
///   third  [────────────────]
///
/// A loop that comes by a breakpoint very often between two events would take seconds. Once that
/// shows, the segment is stepped, and its way (segment_way.h) says what the stops would have said.
///
/// Of one thread, the one that ptraces.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <vector>

#include "debugger/process/program_control.h"
#include "debugger/process/state_checksum.h"
#include "debugger/travel/instant.h"
#include "debugger/travel/process_source.h"

namespace weft::travel {

class CountedRun;
class RunningProcess;
class SegmentWay;
class SegmentWays;

/// Something that a search came by.
struct Hit {
  Instant instant;
  std::optional<process::Watch> watch;  ///< written just before the instant
  bool written_in_call = false;         ///< by the call that ended there
  trace::ThreadNumber thread{0};
  trace::Registers registers{};                      ///< only pc and sp where `program` is null
  const process::ProgramControl* program = nullptr;  ///< as it stands there, during the visit
  uint64_t state = 0;  ///< digest(), of a hit of a watch or from a way

  Address pc() const { return Address(registers.rip); }
  Address sp() const { return Address(registers.rsp); }
  /// See step_digest.h; 0 without `program`.
  uint64_t digest() const;
};

struct Search {
  std::set<Address> addresses{};  ///< instructions
  std::vector<process::Watch> watches{};
  /// Null: all. Goes by instant, pc and sp alone.
  std::function<bool(const Hit&)> wanted = nullptr;
};

class Traveller {
 public:
  Traveller(ProcessSource& source, const process::RuntimeSymbols& symbols);
  ~Traveller();

  /// Brings a fresh process to `instant`.
  Status go(const Instant& instant);
  bool has_focus() const { return focus_ != nullptr; }
  process::ProgramControl& program() { return *focus_; }

  /// Where the process in focus stands. May replay a little to find out.
  Instant here();

  /// Another process that stands where the one in focus does, to be thrown away.
  Result<std::unique_ptr<CountedRun>> copy();

  /// Goes on, see ProgramControl. A process that was changed by hand is exchanged for a fresh one
  /// first, unless it is executing what it was changed for.
  process::ProgramStop run(EventIndex stop_before);
  process::ProgramStop step(trace::ThreadNumber thread, EventIndex stop_before);

  /// The last hit before `now`. Not before event `first_event`. Empty if there is none, or if
  /// interrupt() was called.
  std::optional<Hit> last_before(const Instant& now, const Search& search,
                                 EventIndex first_event = EventIndex(0));
  /// All hits from just before `first_event` to `until`, in order; `visit` returns false to stop.
  /// Without watches, a Hit may know no more than instant, pc and sp.
  void visit_hits(EventIndex first_event, const Instant& until, const Search& search,
                  const std::function<bool(const Hit&)>& visit);

  /// `written`, a hit of a watch, is the last hit of `search` before `now`: the instant just before
  /// the instruction, or the call, that wrote. `writer` is the address of the instruction in front
  /// of it; 0: not known.
  Instant before_write(const Hit& written, const Instant& now, const Search& search,
                       Address writer);

  /// Every instruction of the segment that `event` ends, see segment_way.h; null: it is too long.
  std::shared_ptr<const SegmentWay> way_of(EventIndex event);

  /// Single-steps the thread that is current at `from` to `until`. `visit` sees every instruction
  /// before it is executed, and returns false to stop. Calls of functions whose address
  /// `steps_over` takes (null: none) are passed at full speed. A Hit may know no more than pc, sp
  /// and digest; its instant: see find().
  void visit_steps(const Instant& from, const Instant& until,
                   const std::function<bool(Address)>& steps_over,
                   const std::function<bool(const Hit&)>& visit);
  /// The instant, in hits, of the last hit of visit_steps() that its caller wanted. It is known by
  /// the steps that led there; after a call that was passed, by its `state`: the last such
  /// before `until`.
  std::optional<Instant> find(const Hit& hit, const Instant& until);

  /// Reads the memory of the process in focus; weft's changes to the program's code do not show.
  size_t read(Address address, std::span<std::byte> to);

  /// Of the moment as it was recorded, whatever the debugger has changed in the process in focus.
  Result<process::StateChecksum> checksum();

  /// Puts a fresh process in the place of one that was killed.
  void revive();

  /// What the debugger did to the process in focus: its state is not that of the recording.
  void note_change();
  bool changed() const { return changed_; }

  void set_breakpoints(std::set<Address> addresses);
  void set_watches(std::vector<process::Watch> watches);
  /// From any thread: what runs comes to a stop soon.
  void interrupt();
  /// From any thread: what runs stops for a moment; whoever let it run may let it go on.
  void halt();
  bool interrupted() const;
  /// What was interrupted has been told so.
  void clear_interrupt();

 private:
  std::optional<Instant> identify();
  std::vector<Instant> alike(const Instant& until, Address address, uint64_t digest);
  Instant same_memory(const std::vector<Instant>& instants);
  std::optional<Instant> in_hits(const Instant& instant, Address address);
  Status make_fresh();
  timeline::Moment nearest_before(const Instant& instant);
  Result<std::unique_ptr<CountedRun>> start(const timeline::Moment& from, const Search& search);
  std::optional<Hit> last_in(const timeline::Moment& from, const Instant& until,
                             const Search& search);
  std::optional<Hit> last_in_way(const SegmentWay& way, const Instant& until, const Search& search);
  void visit_way(const SegmentWay& way, uint64_t from, uint64_t until,
                 const std::function<bool(Address)>& steps_over,
                 const std::function<bool(const Hit&)>& visit);

  ProcessSource& source_;
  process::RuntimeSymbols symbols_;
  std::unique_ptr<StandingProcess> focus_process_;
  std::unique_ptr<process::ProgramControl> focus_;
  std::optional<Instant> known_;
  EventIndex last_event_{0};  ///< where it stood last
  bool changed_ = false;
  std::set<Address> breakpoints_;
  std::vector<process::Watch> watches_;
  std::unique_ptr<RunningProcess> running_;
  std::unique_ptr<SegmentWays> ways_;
};

}  // namespace weft::travel
