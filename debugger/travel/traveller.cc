#include "debugger/travel/traveller.h"

#include <algorithm>
#include <cstring>

#include "debugger/travel/counted_run.h"

namespace weft::travel {
namespace {

using process::ProgramControl;
using process::ProgramStop;

/// The first stretch that is searched, in events, and how much longer each next one is.
constexpr uint64_t kFirstStretch = 16, kStretchFactor = 8;

/// The trap and resume flags are the debugger's doing.
constexpr uint64_t kDebuggerFlags = 0x10100;

bool same_place(const trace::Registers& a, const trace::Registers& b) {
  trace::Registers left = a, right = b;
  left.rflags &= ~kDebuggerFlags;
  right.rflags &= ~kDebuggerFlags;
  left.gs_base = right.gs_base = 0;
  return std::memcmp(&left, &right, sizeof left) == 0;
}

/// The event from which a process must start to come by `instant`.
uint64_t start_of(const Instant& instant) {
  return instant.before_event() || instant.event == 0 ? instant.event : instant.event - 1;
}

/// The first instruction of a function is next: runs to where it returns.
bool pass_call(ProgramControl& program, const trace::Registers& at_entry, uint64_t stop_before) {
  uint64_t back = 0;
  if (!program.process().read_value(at_entry.rsp, back)) return false;
  program.set_breakpoints({back});
  const uint32_t thread = program.current_thread();
  ProgramStop stop;
  do {
    stop = program.run(stop_before);
  } while (stop.kind == process::StopKind::kBreakpoint &&
           (program.current_thread() != thread ||
            program.registers(thread).value_or(at_entry).rsp <= at_entry.rsp));
  program.set_breakpoints({});
  return stop.kind == process::StopKind::kBreakpoint;
}

bool take_all(const Hit& /*hit*/) {
  return true;
}

}  // namespace

Traveller::Traveller(ProcessSource& source, const process::RuntimeSymbols& symbols)
    : source_(source), symbols_(symbols), running_(std::make_unique<RunningProcess>()) {}

Traveller::~Traveller() {
  running_->set(nullptr);
}

Status Traveller::go(const Instant& instant) {
  auto run = CountedRun::start(source_, symbols_, start_of(instant), {}, *running_);
  if (!run) return run.error();
  if (!instant.before_event() && !(*run)->to(instant, take_all)) {
    return Error{ErrorClass::kDivergence, "that moment does not come again",
                 "was it reached by changing the program? Go to an event: goto EVENT"};
  }
  running_->set(nullptr);
  focus_ = std::move((*run)->program());
  focus_process_ = std::move((*run)->process());
  known_ = instant;
  last_event_ = instant.event;
  changed_ = false;
  set_breakpoints(breakpoints_);
  set_watches(watches_);
  return {};
}

void Traveller::set_breakpoints(std::set<uint64_t> addresses) {
  breakpoints_ = std::move(addresses);
  if (focus_ != nullptr) focus_->set_breakpoints(breakpoints_);
}

void Traveller::set_watches(std::vector<process::Watch> watches) {
  watches_ = std::move(watches);
  if (focus_ != nullptr) focus_->set_watches(watches_);
}

Instant Traveller::here() {
  if (!known_ && !focus_->process().gone()) known_ = identify();
  return known_.value_or(Instant{last_event_});
}

/// Replays the segment in another process, and takes the first time that this instruction is
/// executed with these registers. Two equal states run the same way from there on.
std::optional<Instant> Traveller::identify() {
  const uint64_t event = focus_->event();
  if (focus_->parked()) return Instant{event};
  const auto now = current_registers();
  if (!now) return std::nullopt;
  Hit hit;
  hit.instant = {event, now->rip};
  hit.registers = *now;
  return find(hit);
}

void Traveller::revive() {
  if (focus_ != nullptr && focus_->process().gone()) static_cast<void>(go(here()));
}

Status Traveller::make_fresh() {
  if (!changed_ && !focus_->process().gone()) return {};
  return go(here());
}

ProgramStop Traveller::run(uint64_t stop_before) {
  if (!focus_->executes_for_debugger() && !make_fresh()) return {process::StopKind::kDied};
  known_.reset();
  running_->set(&focus_->process());
  const ProgramStop stop = focus_->run(stop_before);
  running_->set(nullptr);
  if (stop.kind != process::StopKind::kDied) last_event_ = focus_->event();
  return stop;
}

ProgramStop Traveller::step(uint32_t thread, uint64_t stop_before) {
  if (!focus_->executes_for_debugger() && !make_fresh()) return {process::StopKind::kDied};
  known_.reset();
  running_->set(&focus_->process());
  const ProgramStop stop = focus_->step(thread, stop_before);
  running_->set(nullptr);
  if (stop.kind != process::StopKind::kDied) last_event_ = focus_->event();
  return stop;
}

void Traveller::visit_hits(uint64_t first_event, const Instant& until, const Search& search,
                           const std::function<bool(const Hit&)>& visit) {
  auto run = CountedRun::start(source_, symbols_, first_event, search, *running_);
  if (run) (*run)->to(until, visit);
}

std::optional<Hit> Traveller::last_before(const Instant& now, const Search& search,
                                          uint64_t first_event) {
  std::optional<Hit> last;
  Instant until = now;
  uint64_t stretch = kFirstStretch;
  uint64_t from = start_of(now);
  while (!running_->interrupted()) {
    visit_hits(from, until, search, [&](const Hit& hit) {
      last = hit;
      last->program = nullptr;
      return true;
    });
    if (last || from <= first_event) break;
    until = Instant{from};
    from = from - first_event > stretch ? from - stretch : first_event;
    stretch *= kStretchFactor;
  }
  return running_->interrupted() ? std::nullopt : last;
}

Instant Traveller::before_write(const Hit& written, const Search& search, uint64_t writer) {
  const uint64_t event = written.instant.event;
  if (written.written_in_call && event > 0) return {event - 1};
  Instant before = {start_of(written.instant)};
  Search both = search;
  both.addresses = {writer, written.instant.address};
  visit_hits(start_of(written.instant), {event}, both, [&](const Hit& hit) {
    if (hit.watch && same_place(hit.registers, written.registers)) return false;
    if (hit.instant.address == writer || writer == 0) before = hit.instant;
    return true;
  });
  return before;
}

void Traveller::visit_steps(const Instant& from, const Instant& until,
                            const std::optional<trace::Registers>& registers,
                            const std::function<bool(uint64_t)>& steps_over,
                            const std::function<bool(const Hit&)>& visit) {
  auto run = CountedRun::start(source_, symbols_, start_of(from), {}, *running_);
  if (!run || !(*run)->to(from, take_all)) return;
  ProgramControl& program = *(*run)->program();
  program.set_breakpoints({});
  Hit hit;
  hit.program = &program;
  hit.thread = program.current_thread();
  uint64_t sp_before = 0;
  while (!running_->interrupted()) {
    const auto now = program.registers(hit.thread);
    if (!now || (registers && program.event() == until.event && same_place(*now, *registers)))
      return;
    const bool called = now->rsp + sizeof(uint64_t) == sp_before;
    sp_before = now->rsp;
    if (called && steps_over != nullptr && steps_over(now->rip)) {
      if (!pass_call(program, *now, until.event)) return;
      continue;
    }
    hit.registers = *now;
    hit.instant = program.parked() ? Instant{program.event()} : Instant{program.event(), now->rip};
    if (!visit(hit)) return;
    if (program.step(hit.thread, until.event).kind != process::StopKind::kStep) return;
  }
}

std::optional<Instant> Traveller::find(const Hit& hit) {
  if (hit.instant.before_event()) return hit.instant;
  const uint64_t event = hit.instant.event;
  std::optional<Instant> found;
  visit_hits(start_of(hit.instant), {event}, {.addresses = {hit.registers.rip}},
             [&](const Hit& seen) {
               if (seen.instant.event == event && same_place(seen.registers, hit.registers))
                 found = seen.instant;
               return !found;
             });
  return found;
}

void Traveller::note_change() {
  if (changed_) return;
  here();  // it cannot be found out afterwards
  changed_ = true;
}

bool Traveller::interrupted() const {
  return running_->interrupted();
}
void Traveller::interrupt() {
  running_->interrupt();
}
void Traveller::clear_interrupt() {
  running_->clear();
}

}  // namespace weft::travel
