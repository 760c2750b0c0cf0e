#include "debugger/travel/counted_run.h"

#include "debugger/process/ptraced_process.h"
#include "weft/channel/step_digest.h"

namespace weft::travel {

using process::ProgramControl;
using process::ProgramStop;
using process::StopKind;

namespace {

/// So many stops in one segment cost as much as a thousand and more steps of it.
constexpr uint64_t kBusyStops = 128;

}  // namespace

void RunningProcess::set(process::TracedProcess* process) {
  const std::lock_guard lock(mutex_);
  process_ = process;
}

void RunningProcess::interrupt() {
  const std::lock_guard lock(mutex_);
  interrupted_ = true;
  if (process_ != nullptr) process_->interrupt();
}

void RunningProcess::clear() {
  const std::lock_guard lock(mutex_);
  interrupted_ = false;
  if (process_ != nullptr) process_->forget_interrupt();
}

void RunningProcess::halt() {
  const std::lock_guard lock(mutex_);
  if (process_ != nullptr) process_->interrupt();
}

uint64_t Hit::digest() const {
  if (program == nullptr) return 0;
  return channel::step_digest(registers, [this](uint64_t from, void* to, size_t bytes) {
    program->read(Address(from), {static_cast<std::byte*>(to), bytes});
  });
}

Result<std::unique_ptr<CountedRun>> CountedRun::start(const Options& options,
                                                      const timeline::Moment& from, Search search) {
  auto process = options.source.at(from);
  if (!process) return process.error();
  auto traced = process::PtracedProcess::seize((*process)->pid());
  if (!traced) return traced.error();
  auto program = std::make_unique<ProgramControl>(std::move(*traced), options.symbols,
                                                  options.source.map_events(),
                                                  options.source.recorded_answers());
  if (from.steps && !program->enter_program()) {
    return Error{ErrorClass::kDivergence, "that step was not reached again",
                 "go to an event: goto EVENT"};
  }
  program->set_watches(search.watches);
  std::unique_ptr<CountedRun> run(
      new CountedRun(options, std::move(*process), std::move(program), std::move(search)));
  if (from.steps) {
    run->at_start_ = true;
    run->start_way_ = options.ways.of(from.event + 1);
    run->start_step_ = *from.steps;
  }
  return run;
}

CountedRun::~CountedRun() {
  running_.set(nullptr);
}

/// One more hit in the segment that is looked at.
uint64_t CountedRun::count(Address address) {
  auto [counted, first] = counts_.try_emplace(address, 0);
  if (first && start_way_ && start_way_->event() == counted_event_)
    counted->second = start_way_->hits_before(address, start_step_);
  return ++counted->second;
}

Hit CountedRun::make_hit(const ProgramStop& stop) {
  Hit hit;
  hit.program = program_.get();
  hit.thread = program_->current_thread();
  hit.instant.event = program_->event();
  if (hit.instant.event != counted_event_) {
    counts_.clear();
    stops_ = 0;
  }
  counted_event_ = hit.instant.event;
  if (program_->parked()) return hit;
  hit.registers = program_->registers(hit.thread).value_or(trace::Registers{});
  hit.instant.address = hit.pc();
  if (stop.kind == StopKind::kBreakpoint) hit.instant.hit = count(hit.instant.address);
  if (stop.kind == StopKind::kWatchpoint) {
    hit.written_in_call = stop.in_call;
    for (const process::Watch& watch : search_.watches) {
      if (watch.address == stop.address) hit.watch = watch;
    }
    hit.state = hit.digest();
  }
  return hit;
}

ProgramStop CountedRun::next_stop(EventIndex stop_before) {
  if (std::exchange(at_start_, false)) {
    const auto registers = program_->registers(program_->current_thread());
    if (registers) return {StopKind::kBreakpoint, Address(registers->rip)};
  }
  return program_->run(stop_before);
}

bool CountedRun::to(const Instant& until, const std::function<bool(const Hit&)>& visit) {
  std::set<Address> addresses = search_.addresses;
  if (!until.before_event()) addresses.insert(until.address);
  program_->set_breakpoints(addresses);
  running_.set(&program_->process());
  while (!running_.interrupted()) {
    const ProgramStop stop = next_stop(until.event);
    switch (stop.kind) {
      case StopKind::kParked:
      case StopKind::kEnd:
        return until.before_event();
      case StopKind::kBreakpoint:
      case StopKind::kWatchpoint: {
        const Next next = look_at_both(stop, until, visit);
        if (next != Next::kGoOn) return next == Next::kArrived;
        program_->set_breakpoints(addresses);
        break;
      }
      case StopKind::kSignal:
      case StopKind::kStep:
        break;
      default:
        return false;
    }
  }
  return false;
}

/// The breakpoint at the instruction after the one that wrote is not told again.
CountedRun::Next CountedRun::look_at_both(const ProgramStop& stop, const Instant& until,
                                          const std::function<bool(const Hit&)>& visit) {
  const Next next = look_at(stop, until, visit);
  if (next != Next::kGoOn || stop.kind != StopKind::kWatchpoint || program_->parked()) return next;
  const auto registers = program_->registers(program_->current_thread());
  if (!registers) return next;
  const bool stops = search_.addresses.count(Address(registers->rip)) != 0 ||
                     (!until.before_event() && until.address == Address(registers->rip));
  if (!stops) return next;
  return look_at({StopKind::kBreakpoint, Address(registers->rip)}, until, visit);
}

CountedRun::Next CountedRun::look_at(const ProgramStop& stop, const Instant& until,
                                     const std::function<bool(const Hit&)>& visit) {
  const Hit hit = make_hit(stop);
  const bool arrived = !until.before_event() && hit.instant.event == until.event &&
                       hit.instant.address == until.address && hit.instant.hit == until.hit;
  if (arrived && until.steps == 0) return Next::kArrived;
  const bool wanted = hit.watch || search_.addresses.count(hit.instant.address) != 0;
  if (wanted && (search_.wanted == nullptr || search_.wanted(hit)) && !visit(hit))
    return Next::kStop;
  if (arrived) return make_steps(until, visit) ? Next::kArrived : Next::kStop;
  const bool known = start_way_ && start_way_->event() == hit.instant.event;
  if (++stops_ < kBusyStops || patience_ == Patience::kEndless || known) return Next::kGoOn;
  return lose_patience(hit, until, visit);
}

CountedRun::Next CountedRun::lose_patience(const Hit& here, const Instant& until,
                                           const std::function<bool(const Hit&)>& visit) {
  const auto way = ways_.of(here.instant.event);
  stops_ = 0;
  if (!way) {
    patience_ = Patience::kEndless;  // too long to be stepped: there is no other way
    return Next::kGoOn;
  }
  if (patience_ == Patience::kReadTheWay) return read_way(*way, here, until, visit);
  busy_event_ = here.instant.event;
  return Next::kStop;
}

/// The rest of the segment from its way; the process goes to its end meanwhile.
CountedRun::Next CountedRun::read_way(const SegmentWay& way, const Hit& here, const Instant& until,
                                      const std::function<bool(const Hit&)>& visit) {
  const auto from = way.step_of(here.instant);
  if (!from) return Next::kStop;
  const uint64_t end = way.step_of(until).value_or(way.size());
  for (uint64_t step = *from + 1; step < end; ++step) {
    const channel::StepRecord& record = way.at(step);
    const Address address(record.rip);
    if (search_.addresses.count(address) == 0) continue;
    Hit hit;
    hit.instant = {way.event(), address, count(address)};
    hit.thread = here.thread;
    hit.registers.rip = record.rip;
    hit.registers.rsp = record.rsp;
    if ((search_.wanted == nullptr || search_.wanted(hit)) && !visit(hit)) return Next::kStop;
  }
  if (until.event == way.event()) return Next::kArrived;
  program_->set_breakpoints({});
  const ProgramStop stop = program_->run(way.event());
  return stop.kind == StopKind::kParked || stop.kind == StopKind::kSignal ? Next::kGoOn
                                                                          : Next::kStop;
}

bool CountedRun::make_steps(const Instant& until, const std::function<bool(const Hit&)>& visit) {
  const trace::ThreadNumber thread = program_->current_thread();
  for (uint64_t i = 1; i <= until.steps; ++i) {
    const ProgramStop stop = program_->step(thread, until.event);
    if (stop.kind != StopKind::kStep && stop.kind != StopKind::kBreakpoint) return false;
    if (i == until.steps) break;
    const auto registers = program_->registers(thread);
    if (!registers || search_.addresses.count(Address(registers->rip)) == 0) continue;
    Hit hit = make_hit({StopKind::kBreakpoint, Address(registers->rip)});
    if ((search_.wanted == nullptr || search_.wanted(hit)) && !visit(hit)) return false;
  }
  return true;
}

}  // namespace weft::travel
