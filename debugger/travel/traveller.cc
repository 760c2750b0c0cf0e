#include "debugger/travel/traveller.h"

#include <algorithm>

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
/// Of so many instants that look the same, memory is compared.
constexpr size_t kMostAlike = 1000;

/// The event from which a process must start to come by `instant`.
EventIndex start_of(const Instant& instant) {
  return instant.before_event() ? instant.event : trace::event_before(instant.event);
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
    return Error{ErrorClass::kDivergence, "that moment was not reached again",
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

void Traveller::set_breakpoints(std::set<Address> addresses) {
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

/// Replays the segment in another process, and takes the pass of this instruction that has this
/// state. Where several look the same, all memory decides: equal states run the same way from
/// there on.
std::optional<Instant> Traveller::identify() {
  const EventIndex event = focus_->event();
  if (focus_->parked()) return Instant{event};
  Hit now;
  const auto registers = focus_->registers(focus_->current_thread());
  if (!registers) return std::nullopt;
  now.registers = *registers;
  now.program = focus_.get();
  const auto instants = alike({event}, now.pc(), now.digest());
  if (instants.empty()) return std::nullopt;
  return instants.size() == 1 ? instants.front() : same_memory(instants);
}

/// All instants of a segment, before `until`, that look the same. See step_digest.h.
std::vector<Instant> Traveller::alike(const Instant& until, Address address, uint64_t digest) {
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
std::optional<Instant> Traveller::in_hits(const Instant& instant, Address address) {
  if (const auto way = ways_->known(instant.event)) {
    const auto step = way->step_of(instant);
    if (step && *step < way->size() && Address(way->at(*step).rip) == address)
      return way->instant_of(*step);
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

std::shared_ptr<const SegmentWay> Traveller::way_of(EventIndex event) {
  return ways_->of(event);
}

Result<std::unique_ptr<CountedRun>> Traveller::copy() {
  const Instant instant = here();
  auto run = start(nearest_before(instant), {});
  if (run && !instant.before_event() && !(*run)->to(instant, take_all))
    return Error{ErrorClass::kDivergence, "that moment was not reached again", "goto EVENT"};
  return run;
}

size_t Traveller::read(Address address, std::span<std::byte> to) {
  const size_t count = focus_->read(address, to);
  const process::ProgramText* text = source_.program_text();
  if (text == nullptr || count == 0) return count;
  // A jump of weft's may begin before these bytes, or end after them.
  constexpr size_t kMargin = process::ProgramText::kJumpBytes - 1;
  std::vector<std::byte> around(count + 2 * kMargin);
  const size_t before = focus_->read(address - kMargin, {around.data(), kMargin});
  if (before != kMargin) std::fill_n(around.begin(), kMargin, std::byte{0});
  std::copy_n(to.begin(), count, around.begin() + kMargin);
  around.resize(kMargin + count +
                focus_->read(address + count, {around.data() + kMargin + count, kMargin}));
  text->restore(focus_->event(), address - kMargin, around);
  std::copy_n(around.begin() + kMargin, count, to.begin());
  return count;
}

Result<process::StateChecksum> Traveller::checksum() {
  if (!changed_) return process::checksum_of(*focus_);
  auto fresh = copy();
  if (!fresh) return fresh.error();
  return process::checksum_of(*(*fresh)->program());
}

void Traveller::revive() {
  if (focus_ != nullptr && focus_->process().gone()) static_cast<void>(go(here()));
}

Status Traveller::make_fresh() {
  if (!changed_ && !focus_->process().gone()) return {};
  return go(here());
}

ProgramStop Traveller::run(EventIndex stop_before) {
  if (!focus_->executes_for_debugger() && !make_fresh()) return {process::StopKind::kDied};
  known_.reset();
  running_->set(&focus_->process());
  const ProgramStop stop = focus_->run(stop_before);
  running_->set(nullptr);
  if (stop.kind != process::StopKind::kDied) last_event_ = focus_->event();
  return stop;
}

ProgramStop Traveller::step(trace::ThreadNumber thread, EventIndex stop_before) {
  if (!focus_->executes_for_debugger() && !make_fresh()) return {process::StopKind::kDied};
  known_.reset();
  running_->set(&focus_->process());
  const ProgramStop stop = focus_->step(thread, stop_before);
  running_->set(nullptr);
  if (stop.kind != process::StopKind::kDied) last_event_ = focus_->event();
  return stop;
}

void Traveller::visit_hits(EventIndex first_event, const Instant& until, const Search& search,
                           const std::function<bool(const Hit&)>& visit) {
  auto run = start({first_event}, search);
  if (!run) return;
  if (search.watches.empty()) (*run)->set_patience(Patience::kReadTheWay);
  (*run)->to(until, visit);
}

std::optional<Hit> Traveller::last_before(const Instant& now, const Search& search,
                                          EventIndex first_event) {
  std::optional<Hit> last;
  Instant until = now;
  uint64_t stretch = kFirstStretch;
  EventIndex from = start_of(now);
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
                                Address writer) {
  const EventIndex event = written.instant.event;
  if (written.written_in_call && event > EventIndex(0)) return {event - 1};
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
      } else if (hit.instant.address == writer || !writer) {
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
void Traveller::halt() {
  running_->halt();
}
void Traveller::clear_interrupt() {
  running_->clear();
}

}  // namespace weft::travel
