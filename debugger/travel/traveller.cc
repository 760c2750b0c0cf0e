#include "debugger/travel/traveller.h"

#include <algorithm>
#include <cstring>

#include "debugger/process/state_checksum.h"
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
/// Of so many instants that look the same, memory is compared.
constexpr size_t kMostAlike = 1000;

/// The event from which a process must start to come by `instant`.
uint64_t start_of(const Instant& instant) {
  return instant.before_event() || instant.event == 0 ? instant.event : instant.event - 1;
}

/// Notices when single steps have come to an instant.
class Arrival {
 public:
  /// `passes`: how often the process came by its address in its segment already.
  Arrival(const Instant& until, uint64_t passes) : until_(until), passes_(passes) {}

  /// The instruction is about to be executed: true if that is the instant.
  bool comes_by(uint64_t event, uint64_t address) {
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
  uint64_t back = 0;
  if (!program.process().read_value(at_entry.rsp, back)) return false;
  std::set<uint64_t> addresses = {back};
  if (!until.before_event()) addresses.insert(until.address);
  program.set_breakpoints(addresses);
  const uint32_t thread = program.current_thread();
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

/// The instant of the next hit of single steps: `hit` is the one before. Behind a call that was
/// passed (count 0) the steps are not known.
void count_step(Hit& hit, const ProgramControl& program, bool passed_call) {
  const uint64_t event = program.event(), address = hit.registers.rip;
  Instant& instant = hit.instant;
  if (program.parked()) {
    instant = {event};
  } else if (passed_call) {
    instant = {event, address};
  } else if (event != instant.event || instant.before_event()) {
    instant = {event, address, 1};  // the first instruction behind an event
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
  const auto steps = way.alike(hit.registers.rip, digest, way.size());
  return steps.empty() ? std::nullopt : std::optional<uint64_t>(steps.front());
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
  known_ = instant.steps == 0 ? std::optional(instant) : std::nullopt;
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

/// Replays the segment in another process, and takes the time that this instruction is executed in
/// this state. Where several look the same, all memory decides: equal states run the same way from
/// there on.
std::optional<Instant> Traveller::identify() {
  const uint64_t event = focus_->event();
  if (focus_->parked()) return Instant{event};
  Hit now;
  const auto registers = focus_->registers(focus_->current_thread());
  if (!registers) return std::nullopt;
  now.registers = *registers;
  now.program = focus_.get();
  const auto instants = alike({event}, registers->rip, now.digest());
  if (instants.empty()) return std::nullopt;
  return instants.size() == 1 ? instants.front() : same_memory(instants);
}

/// All instants of a segment, before `until`, that look the same. See step_digest.h.
std::vector<Instant> Traveller::alike(const Instant& until, uint64_t address, uint64_t digest) {
  std::vector<Instant> instants;
  auto way = ways_->known(until.event);
  if (!way) {
    auto run = start({start_of({until.event, address})}, {.addresses = {address}});
    if (!run) return instants;
    (*run)->set_patience(Patience::kGiveUp);
    (*run)->to(until, [&](const Hit& hit) {
      if (hit.instant.event == until.event && hit.digest() == digest)
        instants.push_back(hit.instant);
      return true;
    });
    if (!(*run)->busy_event()) return instants;
    way = ways_->of(until.event);
    instants.clear();
  }
  const uint64_t end = way->step_of(until).value_or(way->size());
  for (const uint64_t step : way->alike(address, digest, end))
    instants.push_back(way->instant_of(step));
  return instants;
}

/// The first of them at which all memory is as it is in the process in focus.
Instant Traveller::same_memory(const std::vector<Instant>& instants) {
  const uint32_t wanted = process::checksum_of(*focus_).memory;
  auto run = start(nearest_before(instants[0]), {.addresses = {instants[0].address}});
  if (!run) return instants[0];
  size_t looked = 0;
  bool found = false;
  (*run)->to({instants[0].event}, [&](const Hit& hit) {
    if (hit.instant != instants[looked]) return true;
    found = process::checksum_of(*hit.program).memory == wanted;
    if (!found) ++looked;
    return !found && looked < std::min(instants.size(), kMostAlike);
  });
  return instants[found ? looked : 0];
}

/// The same instant, counted in times that `address`, where it is, is come by.
std::optional<Instant> Traveller::in_hits(const Instant& instant, uint64_t address) {
  if (const auto way = ways_->known(instant.event)) {
    const auto step = way->step_of(instant);
    if (step && *step < way->size() && way->at(*step).rip == address) return way->instant_of(*step);
  }
  auto run = start({start_of(instant)}, {.addresses = {address}});
  if (!run) return std::nullopt;
  Instant same{instant.event, address, 1};
  const bool arrived = (*run)->to(instant, [&](const Hit& hit) {
    if (hit.instant.event == same.event) same.hit = hit.instant.hit + 1;
    return true;
  });
  return arrived ? std::optional(same) : std::nullopt;
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

Instant Traveller::before_write(const Hit& written, const Instant& now, const Search& search,
                                uint64_t writer) {
  const uint64_t event = written.instant.event;
  if (written.written_in_call && event > 0) return {event - 1};
  const Instant until = now.event > event ? Instant{event} : now;
  auto way = ways_->known(event);
  Instant before = {start_of(written.instant)};
  if (!way) {
    Search both = search;
    both.addresses = {writer, written.instant.address};
    auto run = start({before.event}, both);
    if (!run) return before;
    (*run)->set_patience(Patience::kGiveUp);
    Instant last = before;
    (*run)->to(until, [&](const Hit& hit) {
      if (hit.watch) {
        before = last;
      } else if (hit.instant.address == writer || writer == 0) {
        last = hit.instant;
      }
      return true;
    });
    if (!(*run)->busy_event()) return before;
    way = ways_->of(event);
  }
  const uint64_t end = way->step_of(until).value_or(way->size()) + 1;
  const auto steps = way->alike(written.instant.address, written.state, end);
  return steps.empty() || steps.back() == 0 ? before : way->instant_of(steps.back() - 1);
}

void Traveller::visit_steps(const Instant& from, const Instant& until,
                            const std::function<bool(uint64_t)>& steps_over,
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
    if (!now || (!program.parked() && arrival.comes_by(program.event(), now->rip))) return;
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
    passed_call = called && steps_over != nullptr && steps_over(now->rip);
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

std::optional<Instant> Traveller::find(const Hit& hit, const Instant& until) {
  const Instant& instant = hit.instant;
  if (instant.before_event()) return instant;
  if (instant.hit != 0) {
    return instant.steps == 0 ? std::optional(instant) : in_hits(instant, hit.registers.rip);
  }
  const Instant end = until.event > instant.event ? Instant{instant.event} : until;
  const auto instants = alike(end, instant.address, hit.state);
  return instants.empty() ? std::nullopt : std::optional(instants.back());
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
