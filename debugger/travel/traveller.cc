#include "debugger/travel/traveller.h"

#include <algorithm>
#include <cstring>

#include "debugger/travel/counted_run.h"

namespace weft::travel {
namespace {

using process::ProgramControl;
using process::ProgramStop;
using timeline::Moment;

/// The first stretch that is searched, in events, and how much longer each next one is.
constexpr uint64_t kFirstStretch = 16, kStretchFactor = 8;

/// The same inside a busy segment, in steps.
constexpr uint64_t kFirstSteps = 1024;
/// An instant that comes after so many hits is reached by steps.
constexpr uint64_t kManyHits = 128;
/// After so many single steps of a traced process the segment's way is cheaper.
constexpr uint64_t kManySteps = 512;

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
    : source_(source),
      symbols_(symbols),
      running_(std::make_unique<RunningProcess>()),
      ways_(std::make_unique<SegmentWays>(source)) {}

Traveller::~Traveller() {
  running_->set(nullptr);
}

Result<std::unique_ptr<CountedRun>> Traveller::start(const Moment& from, const Search& search) {
  return CountedRun::start({source_, symbols_, *ways_, *running_}, from, search);
}

/// From where `instant` is reached soonest.
Moment Traveller::nearest_before(const Instant& instant) {
  if (instant.hit > kManyHits) {
    const auto way = ways_->of(instant.event);
    const auto step = way ? way->step_of(instant) : std::nullopt;
    if (step && *step + 1 < way->size()) return way->moment(*step - instant.steps);
  }
  return {start_of(instant)};
}

Status Traveller::go(const Instant& instant) {
  auto run = start(nearest_before(instant), {});
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

std::optional<uint64_t> Traveller::current_digest() const {
  Hit here;
  const auto registers = focus_->registers(focus_->current_thread());
  if (!registers) return std::nullopt;
  here.registers = *registers;
  here.program = focus_.get();
  return here.digest();
}

/// Replays the segment in another process, and takes the first time that this instruction is
/// executed in this state. Two equal states run the same way from there on.
std::optional<Instant> Traveller::identify() {
  const uint64_t event = focus_->event();
  if (focus_->parked()) return Instant{event};
  const auto registers = focus_->registers(focus_->current_thread());
  const auto digest = current_digest();
  if (!registers || !digest) return std::nullopt;
  Hit hit;
  hit.instant = {event, registers->rip};
  return find(hit, *digest);
}

Result<std::unique_ptr<CountedRun>> Traveller::copy() {
  const Instant instant = here();
  auto run = start(nearest_before(instant), {});
  if (run && !instant.before_event() && !(*run)->to(instant, take_all))
    return Error{ErrorClass::kDivergence, "that moment does not come again", "goto EVENT"};
  return run;
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
  auto run = start({first_event}, search);
  if (!run) return;
  if (search.watches.empty()) (*run)->set_patience(Patience::kReadTheWay);
  (*run)->to(until, visit);
}

std::optional<Hit> Traveller::last_before(const Instant& now, const Search& search,
                                          uint64_t first_event) {
  std::optional<Hit> last;
  Instant until = now;
  uint64_t stretch = kFirstStretch;
  uint64_t from = start_of(now);
  while (!running_->interrupted()) {
    last = last_in({from}, until, search);
    if (last || from <= first_event) break;
    until = Instant{from};
    from = from - first_event > stretch ? from - stretch : first_event;
    stretch *= kStretchFactor;
  }
  return running_->interrupted() ? std::nullopt : last;
}

/// The last hit between the two. Busy segments are searched from their end, by steps.
std::optional<Hit> Traveller::last_in(const Moment& from, const Instant& until,
                                      const Search& search) {
  std::optional<Hit> last;
  auto run = start(from, search);
  if (!run) return std::nullopt;
  (*run)->set_patience(search.watches.empty() ? Patience::kReadTheWay : Patience::kGiveUp);
  (*run)->to(until, [&](const Hit& hit) {
    last = hit;
    last->program = nullptr;
    return true;
  });
  const auto busy = (*run)->busy_event();
  run->reset();
  if (!busy || running_->interrupted()) return last;
  if (until.event > *busy) {
    if (const auto behind = last_in({*busy}, until, search)) return behind;
  }
  const auto inside = last_in_way(*ways_->of(*busy), until, search);
  if (inside || from.event + 1 >= *busy) return inside;
  return last_in(from, {*busy - 1}, search);
}

std::optional<Hit> Traveller::last_in_way(const SegmentWay& way, const Instant& until,
                                          const Search& search) {
  Instant to = until.event > way.event() ? Instant{way.event()} : until;
  uint64_t end = way.step_of(to).value_or(way.size());
  for (uint64_t stretch = kFirstSteps; !running_->interrupted(); stretch *= kStretchFactor) {
    const bool all = end <= stretch;
    auto run = start(all ? Moment{way.event() - 1} : way.moment(end - stretch), search);
    if (!run) return std::nullopt;
    std::optional<Hit> last;
    (*run)->to(to, [&](const Hit& hit) {
      last = hit;
      last->program = nullptr;
      return true;
    });
    if (last || all) return last;
    end -= stretch;
    to = way.instant_of(end);
  }
  return std::nullopt;
}

Instant Traveller::before_write(const Hit& written, const Search& search, uint64_t writer) {
  const uint64_t event = written.instant.event;
  if (written.written_in_call && event > 0) return {event - 1};
  auto way = ways_->known(event);
  Instant before = {start_of(written.instant)};
  if (!way) {
    Search both = search;
    both.addresses = {writer, written.instant.address};
    auto run = start({before.event}, both);
    if (!run) return before;
    (*run)->set_patience(Patience::kGiveUp);
    (*run)->to({event}, [&](const Hit& hit) {
      if (hit.watch && hit.digest() == written.state) return false;
      if (hit.instant.address == writer || writer == 0) before = hit.instant;
      return true;
    });
    if (!(*run)->busy_event()) return before;
    way = ways_->of(event);
  }
  const auto step = way->find(written.instant.address, written.state);
  return step && *step > 0 ? way->instant_of(*step - 1) : before;
}

void Traveller::visit_steps(const Instant& from, const Instant& until,
                            std::optional<uint64_t> digest,
                            const std::function<bool(uint64_t)>& steps_over,
                            const std::function<bool(const Hit&)>& visit) {
  auto run = start(nearest_before(from), {});
  if (!run || !(*run)->to(from, take_all)) return;
  ProgramControl& program = *(*run)->program();
  program.set_breakpoints({});
  Hit hit;
  hit.program = &program;
  hit.thread = program.current_thread();
  uint64_t sp_before = 0;
  for (uint64_t steps = 0; !running_->interrupted(); ++steps) {
    const auto now = program.registers(hit.thread);
    if (!now) return;
    hit.registers = *now;
    hit.instant = program.parked() ? Instant{program.event()} : Instant{program.event(), now->rip};
    const bool in_last = hit.instant.event == until.event && !program.parked();
    if (in_last && digest && hit.digest() == *digest) return;
    if (in_last && steps > kManySteps) {
      const auto way = ways_->of(until.event);
      const auto here = way ? way->find(now->rip, hit.digest()) : std::nullopt;
      const auto end = way ? way->step_of(until) : std::nullopt;
      if (here && end) return visit_way(*way, *here, *end, steps_over, visit);
      steps = 0;
    }
    const bool called = now->rsp + sizeof(uint64_t) == sp_before;
    sp_before = now->rsp;
    if (called && steps_over != nullptr && steps_over(now->rip)) {
      if (!pass_call(program, *now, until.event)) return;
      continue;
    }
    if (!visit(hit)) return;
    if (program.step(hit.thread, until.event).kind != process::StopKind::kStep) return;
  }
}

/// The same as visit_steps() without a process.
void Traveller::visit_way(const SegmentWay& way, uint64_t from, uint64_t until,
                          const std::function<bool(uint64_t)>& steps_over,
                          const std::function<bool(const Hit&)>& visit) {
  uint64_t sp_before = 0;
  for (uint64_t step = from; step < until && !running_->interrupted(); ++step) {
    const channel::StepRecord& record = way.at(step);
    const bool called = record.rsp + sizeof(uint64_t) == sp_before;
    sp_before = record.rsp;
    if (called && steps_over != nullptr && steps_over(record.rip)) {
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

std::optional<Instant> Traveller::find(const Hit& hit, uint64_t digest) {
  if (hit.instant.before_event() || hit.instant.hit != 0) return hit.instant;
  const uint64_t event = hit.instant.event;
  auto way = ways_->known(event);
  if (!way) {
    auto run = start({start_of(hit.instant)}, {.addresses = {hit.instant.address}});
    if (!run) return std::nullopt;
    std::optional<Instant> found;
    (*run)->set_patience(Patience::kGiveUp);
    (*run)->to({event}, [&](const Hit& seen) {
      if (seen.instant.event == event && seen.digest() == digest) found = seen.instant;
      return !found;
    });
    if (!(*run)->busy_event()) return found;
    way = ways_->of(event);
  }
  const auto step = way->find(hit.instant.address, digest);
  return step ? std::optional(way->instant_of(*step)) : std::nullopt;
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
