#include "debugger/travel/counted_run.h"

#include <algorithm>

namespace weft::travel {

using process::ProgramControl;
using process::ProgramStop;
using process::StopKind;

void RunningProcess::set(process::TracedProcess* process) {
  const std::lock_guard lock(mutex_);
  process_ = process;
}

void RunningProcess::interrupt() {
  const std::lock_guard lock(mutex_);
  interrupted_ = true;
  if (process_ != nullptr) process_->interrupt();
}

Result<std::unique_ptr<CountedRun>> CountedRun::start(ProcessSource& source,
                                                      const process::RuntimeSymbols& symbols,
                                                      uint64_t from, Search search,
                                                      RunningProcess& running) {
  auto process = source.before(from);
  if (!process) return process.error();
  auto traced = process::TracedProcess::seize((*process)->pid());
  if (!traced) return traced.error();
  auto program = std::make_unique<ProgramControl>(std::move(*traced), symbols);
  program->set_watches(search.watches);
  return std::unique_ptr<CountedRun>(
      new CountedRun(std::move(*process), std::move(program), std::move(search), running));
}

CountedRun::~CountedRun() {
  running_.set(nullptr);
}

Hit CountedRun::make_hit(const ProgramStop& stop) {
  const uint64_t event = program_->event();
  if (event != counted_event_) counts_.clear();
  counted_event_ = event;
  Hit hit;
  hit.program = program_.get();
  hit.thread = program_->current_thread();
  hit.instant.event = event;
  if (program_->parked()) return hit;
  hit.registers = program_->registers(hit.thread).value_or(trace::Registers{});
  hit.instant.address = hit.registers.rip;
  if (stop.kind == StopKind::kBreakpoint) hit.instant.hit = ++counts_[hit.registers.rip];
  if (stop.kind == StopKind::kWatchpoint) {
    hit.written_in_call = stop.in_call;
    for (const process::Watch& watch : search_.watches) {
      if (watch.address == stop.address) hit.watch = watch;
    }
  }
  return hit;
}

bool CountedRun::to(const Instant& until, const std::function<bool(const Hit&)>& visit) {
  std::set<uint64_t> addresses = search_.addresses;
  if (!until.before_event()) addresses.insert(until.address);
  program_->set_breakpoints(addresses);
  running_.set(&program_->process());
  while (!running_.interrupted()) {
    const ProgramStop stop = program_->run(until.event);
    switch (stop.kind) {
      case StopKind::kParked:
      case StopKind::kEnd:
        return until.before_event();
      case StopKind::kBreakpoint:
      case StopKind::kWatchpoint: {
        const Hit hit = make_hit(stop);
        const bool arrived = !until.before_event() && hit.instant.event == until.event &&
                             hit.instant.address == until.address && hit.instant.hit == until.hit;
        if (arrived && until.steps == 0) return true;
        const bool wanted = hit.watch || search_.addresses.count(hit.instant.address) != 0;
        if (wanted && (search_.wanted == nullptr || search_.wanted(hit)) && !visit(hit))
          return false;
        if (arrived) return make_steps(until, visit);
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

bool CountedRun::make_steps(const Instant& until, const std::function<bool(const Hit&)>& visit) {
  const uint32_t thread = program_->current_thread();
  for (uint64_t i = 1; i <= until.steps; ++i) {
    const ProgramStop stop = program_->step(thread, until.event);
    if (stop.kind != StopKind::kStep && stop.kind != StopKind::kBreakpoint) return false;
    if (i == until.steps) break;
    const auto registers = program_->registers(thread);
    if (!registers || search_.addresses.count(registers->rip) == 0) continue;
    Hit hit = make_hit({StopKind::kBreakpoint, registers->rip});
    if ((search_.wanted == nullptr || search_.wanted(hit)) && !visit(hit)) return false;
  }
  return true;
}

}  // namespace weft::travel
