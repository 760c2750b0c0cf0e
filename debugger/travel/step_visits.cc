/// Travelling by single steps: what a thread does between two instants, instruction by instruction,
/// and which instant each of these is.
///
/// A hit is known by the instant that the steps began at and their number; in a segment's way, by
/// its step. After a call that was passed at full speed, hits were not counted: there the state
/// says which instant it was.
#include "debugger/travel/counted_run.h"
#include "debugger/travel/traveller.h"

namespace weft::travel {
namespace {

using process::ProgramControl;
using process::ProgramStop;
using timeline::Moment;

/// After so many single steps of a traced process the segment's way is cheaper.
constexpr uint64_t kManySteps = 512;

/// Notices when single steps have come to an instant.
class Arrival {
 public:
  /// `passes`: how often the process came by its address in its segment already.
  Arrival(const Instant& until, uint64_t passes) : until_(until), passes_(passes) {}

  /// The instruction is about to be executed: true if that is the instant.
  bool comes_by(EventIndex event, Address address) {
    if (until_.before_event() || event != until_.event || address != until_.address) return false;
    return ++passes_ == until_.hit;
  }

 private:
  Instant until_;
  uint64_t passes_;
};

/// The first instruction of a function is next: runs to where it returns. False if that does not
/// come, or `until` comes before.
bool pass_call(ProgramControl& program, const trace::Registers& at_entry, const Instant& until,
               Arrival& arrival) {
  Address back;
  if (!program.process().read_value(Address(at_entry.rsp), back)) return false;
  std::set<Address> addresses = {back};
  if (!until.before_event()) addresses.insert(until.address);
  program.set_breakpoints(addresses);
  const trace::ThreadNumber thread = program.current_thread();
  bool returned = false;
  while (!returned) {
    const ProgramStop stop = program.run(until.event);
    if (stop.kind != process::StopKind::kBreakpoint) break;
    returned = stop.address == back && program.current_thread() == thread &&
               program.registers(thread).value_or(at_entry).rsp > at_entry.rsp;
    if (!returned && arrival.comes_by(program.event(), stop.address)) break;
  }
  program.set_breakpoints({});
  return returned;
}

/// The instant of the next hit of single steps; `hit` is the one before. After a call that was
/// passed (count 0), the steps are not known.
void count_step(Hit& hit, const ProgramControl& program, bool passed_call) {
  const EventIndex event = program.event();
  const Address address = hit.pc();
  Instant& instant = hit.instant;
  if (program.parked()) {
    instant = {event};
  } else if (passed_call) {
    instant = {event, address};
  } else if (event != instant.event || instant.before_event()) {
    instant = {event, address, 1};  // the first instruction after an event
  } else if (instant.hit != 0) {
    ++instant.steps;
  } else {
    instant.address = address;
  }
}

/// The step of a way at which a process stands; where several look the same, the first may be told.
std::optional<uint64_t> step_at(const SegmentWay& way, const Hit& hit) {
  const uint64_t digest = hit.digest();
  const auto step = way.step_of(hit.instant);
  if (step && *step < way.size() && way.at(*step).digest == digest) return step;
  const auto steps = way.alike(hit.pc(), digest, way.size());
  return steps.empty() ? std::nullopt : std::optional<uint64_t>(steps.front());
}

}  // namespace

void Traveller::visit_steps(const Instant& from, const Instant& until,
                            const std::function<bool(Address)>& steps_over,
                            const std::function<bool(const Hit&)>& visit) {
  Search search;
  if (!until.before_event()) search.addresses.insert(until.address);
  const Moment begin = nearest_before(from);
  const auto known = begin.steps ? ways_->of(from.event) : nullptr;
  Arrival arrival(until, known && from.event == until.event
                             ? known->hits_before(until.address, *begin.steps)
                             : 0);
  const auto count = [&](const Hit& hit) {
    return !arrival.comes_by(hit.instant.event, hit.instant.address);
  };
  auto run = start(begin, search);
  if (!run || !(*run)->to(from, count)) return;
  ProgramControl& program = *(*run)->program();
  program.set_breakpoints({});
  Hit hit;
  hit.program = &program;
  hit.thread = program.current_thread();
  hit.instant = from;
  uint64_t sp_before = 0;
  bool passed_call = false;
  for (uint64_t steps = 0; !running_->interrupted(); ++steps) {
    const auto now = program.registers(hit.thread);
    if (!now || (!program.parked() && arrival.comes_by(program.event(), Address(now->rip)))) return;
    hit.registers = *now;
    if (steps > 0) count_step(hit, program, passed_call);
    if (steps % kManySteps == kManySteps - 1 && hit.instant.event == until.event &&
        !program.parked()) {
      const auto way = ways_->of(until.event);
      const auto here = way ? step_at(*way, hit) : std::nullopt;
      const auto end = way ? way->step_of(until) : std::nullopt;
      if (here && end) return visit_way(*way, *here, *end, steps_over, visit);
    }
    const bool called = now->rsp + sizeof(uint64_t) == sp_before;
    sp_before = now->rsp;
    passed_call = called && steps_over != nullptr && steps_over(Address(now->rip));
    if (passed_call) {
      if (!pass_call(program, *now, until, arrival)) return;
      continue;
    }
    if (!visit(hit)) return;
    if (program.step(hit.thread, until.event).kind != process::StopKind::kStep) return;
  }
}

/// The same as visit_steps() without a process.
void Traveller::visit_way(const SegmentWay& way, uint64_t from, uint64_t until,
                          const std::function<bool(Address)>& steps_over,
                          const std::function<bool(const Hit&)>& visit) {
  uint64_t sp_before = 0;
  for (uint64_t step = from; step < until && !running_->interrupted(); ++step) {
    const channel::StepRecord& record = way.at(step);
    const bool called = record.rsp + sizeof(uint64_t) == sp_before;
    sp_before = record.rsp;
    if (called && steps_over != nullptr && steps_over(Address(record.rip))) {
      while (step + 1 < until && way.at(step + 1).rsp <= record.rsp) ++step;
      continue;
    }
    Hit hit;
    hit.registers.rip = record.rip;
    hit.registers.rsp = record.rsp;
    hit.state = record.digest;
    hit.instant = way.instant_of(step);
    if (!visit(hit)) return;
  }
}

std::optional<Instant> Traveller::find(const Hit& hit, const Instant& until) {
  const Instant& instant = hit.instant;
  if (instant.before_event()) return instant;
  if (instant.hit != 0) {
    return instant.steps == 0 ? std::optional(instant) : in_hits(instant, hit.pc());
  }
  const Instant end = until.event > instant.event ? Instant{instant.event} : until;
  const auto instants = alike(end, instant.address, hit.state);
  return instants.empty() ? std::nullopt : std::optional(instants.back());
}

}  // namespace weft::travel
