#include "debugger/process/program_control.h"

#include <sys/mman.h>
#include <sys/syscall.h>

#include <algorithm>
#include <cstddef>

#include "debugger/process/debug_registers.h"
#include "debugger/process/made_call.h"
#include "debugger/process/thread_registers.h"
#include "weft/channel/layout.h"

namespace weft::process {
namespace {

using channel::ReplayChannel;
using channel::ReplayCommand;
using channel::ReplayState;

constexpr uint8_t kInt3 = 0xcc;
/// A stub is a handful of instructions.
constexpr int kStubSteps = 16;

constexpr Address channel_address(size_t offset) {
  return Address(layout::kChannelAddress + offset);
}

constexpr unsigned kDebugStatus = 6, kDebugControl = 7;

bool is_trap_of_int3(const RawStop& raw) {
  return raw.signal == SIGTRAP && (raw.info.si_code == SI_KERNEL || raw.info.si_code == TRAP_BRKPT);
}

}  // namespace

ProgramControl::ProgramControl(std::unique_ptr<TracedProcess> process,
                               const RuntimeSymbols& symbols, const MapEvents& maps,
                               const RecordedAnswers* answers)
    : process_(std::move(process)),
      symbols_(symbols),
      maps_(maps),
      armed_at_(event()),
      answers_(answers) {
  arm(symbols_.report_state);
  // No timer that ends a replay which seems to hang: the user may think for a while.
  process_->write_value(channel_address(offsetof(ReplayChannel, in_debugger)), uint32_t{1});
}

EventIndex ProgramControl::event() const {
  uint64_t index = 0;
  process_->read_value(symbols_.log + offsetof(channel::LogHead, index), index);
  return EventIndex(index);
}

std::optional<trace::EventHeader> ProgramControl::next_event() const {
  uint64_t offset = 0;
  uint64_t log_bytes = 0;
  trace::EventHeader header{};
  process_->read_value(symbols_.log + offsetof(channel::LogHead, offset), offset);
  process_->read_value(channel_address(offsetof(ReplayChannel, log_bytes)), log_bytes);
  if (offset >= log_bytes || !process_->read_value(Address(layout::kLogAddress + offset), header))
    return std::nullopt;
  return header;
}

/// A hook goes back into the program by a plain return, not by the jump of a call.
bool ProgramControl::next_is_hook(ThreadNumber thread) const {
  const auto next = next_event();
  return next && next->thread == thread.value() &&
         next->kind == static_cast<uint8_t>(trace::EventKind::kHook) && registers(thread);
}

ThreadNumber ProgramControl::current_thread() const {
  if (parked() && !ended_) {
    const auto next = next_event();
    if (next && registers(ThreadNumber(next->thread))) return ThreadNumber(next->thread);
  }
  return thread_in_gs(Address(process_->registers().gs_base));
}

std::vector<Address> ProgramControl::thread_blocks() const {
  channel::ThreadTableHead table{};
  process_->read_value(symbols_.threads, table);
  constexpr uint32_t kMost = 1u << 20;
  std::vector<Address> blocks(std::min(table.next_id, kMost));
  const size_t bytes =
      process_->read(Address(table.by_id), std::as_writable_bytes(std::span(blocks)));
  blocks.resize(bytes / sizeof(Address));
  return blocks;
}

ThreadNumber ProgramControl::thread_in_gs(Address gs_base) const {
  const std::vector<Address> blocks = thread_blocks();
  const auto found = std::find(blocks.begin(), blocks.end(), gs_base);
  return ThreadNumber(found == blocks.end() ? 0 : found - blocks.begin());
}

std::vector<ProgramThread> ProgramControl::threads() const {
  std::vector<ProgramThread> threads;
  const std::vector<Address> blocks = thread_blocks();
  const user_regs_struct own = process_->registers();
  const Address own_block(own.gs_base);
  for (size_t i = 0; i < blocks.size(); ++i) {
    if (!blocks[i]) continue;
    ProgramThread thread{ThreadNumber(i), {}};
    if (blocks[i] == own_block && place_ == Place::kInProgram) {
      thread.registers = from_kernel(own);
    } else if (process_->read_value(blocks[i] + kRegistersInThread, thread.registers)) {
      if (blocks[i] == own_block) thread.registers.fs_base = own.fs_base;
      thread.registers.rip = program_ip(*process_, Address(thread.registers.rip)).value();
    }
    threads.push_back(thread);
  }
  return threads;
}

std::optional<trace::Registers> ProgramControl::registers(ThreadNumber thread) const {
  for (const ProgramThread& one : threads()) {
    if (one.number == thread) return one.registers;
  }
  return std::nullopt;
}

size_t ProgramControl::read(Address address, std::span<std::byte> to) const {
  const size_t bytes = process_->read(address, to);
  for (auto at = armed_.lower_bound(address); at != armed_.end(); ++at) {
    if (at->first - address >= bytes) break;
    to[at->first - address] = std::byte{at->second};
  }
  return bytes;
}

bool ProgramControl::write(Address address, std::span<const std::byte> from) {
  if (!process_->write(address, from)) return false;
  for (auto& [place, original] : armed_) {
    if (place - address >= from.size()) continue;
    original = static_cast<uint8_t>(from[place - address]);
    process_->write_value(place, kInt3);
  }
  return true;
}

void ProgramControl::set_watches(const std::vector<Watch>& watches) {
  watches_ = watches;
  if (watches_.size() > kDebugAddresses) watches_.resize(kDebugAddresses);
  watches_changed_ = true;
}

void ProgramControl::apply_watches() {
  if (!watches_changed_) return;
  watches_changed_ = false;
  process_->set_debug_register(kDebugControl, 0);
  for (unsigned i = 0; i < watches_.size(); ++i) {
    process_->set_debug_register(i, watches_[i].address.value());
  }
  process_->set_debug_register(kDebugControl, debug_control(watches_));
}

void ProgramControl::arm(Address address) {
  uint8_t original = 0;
  if (armed_.count(address) != 0 || !process_->read_value(address, original)) return;
  if (process_->write_value(address, kInt3)) armed_[address] = original;
}

void ProgramControl::disarm(Address address) {
  const auto found = armed_.find(address);
  if (found == armed_.end()) return;
  process_->write_value(address, found->second);
  armed_.erase(found);
}

void ProgramControl::set_breakpoints(const std::set<Address>& addresses) {
  if (addresses == wanted_) return;
  wanted_ = addresses;
  next_map_.reset();
}

/// Breakpoints in memory that is not what it was are gone. Those that are still there were put
/// between the mapping and the call that ends it.
void ProgramControl::forget_replaced() {
  const EventIndex now = event();
  if (now == armed_at_) return;
  std::erase_if(armed_, [&](const auto& one) {
    uint8_t byte = 0;
    return !is_weft(one.first) && maps_.replaced(one.first, armed_at_, now) &&
           !(process_->read_value(one.first, byte) && byte == kInt3);
  });
  armed_at_ = now;
}

void ProgramControl::insert_breakpoints() {
  forget_replaced();
  std::vector<Address> stale;
  for (const auto& [address, original] : armed_) {
    if (wanted_.count(address) == 0 && address != symbols_.report_state) stale.push_back(address);
  }
  for (const Address address : stale) disarm(address);
  for (const Address address : wanted_) arm(address);
  if (leaving_thread_ || written_in_call_) arm(symbols_.leave_jump);
  if (return_address_) arm(return_address_);
  if (diversion_) {
    for (const Address door : diversion_->doors()) arm(door);
  }
  apply_watches();
}

std::optional<ProgramStop> ProgramControl::release(EventIndex stop_before) {
  if (ended_ && !diversion_) return ProgramStop{StopKind::kEnd};
  if (process_->gone()) return ProgramStop{StopKind::kDied};
  process_->write_value(channel_address(offsetof(ReplayChannel, stop_before)), stop_before.value());
  if (place_ == Place::kInFutex) {
    uint32_t count = 0;
    const Address futex = channel_address(offsetof(ReplayChannel, command_futex));
    process_->write_value(channel_address(offsetof(ReplayChannel, command)),
                          static_cast<uint32_t>(ReplayCommand::kRun));
    process_->read_value(futex, count);
    process_->write_value(futex, count + 1);
  } else if (place_ == Place::kAtReport) {  // as if report_state() had returned
    user_regs_struct registers = process_->registers();
    process_->read_value(Address(registers.rsp), registers.rip);
    registers.rsp += sizeof(uint64_t);
    process_->set_registers(registers);
  }
  return std::nullopt;
}

bool ProgramControl::enter_program() {
  process_->write_value(channel_address(offsetof(ReplayChannel, step_event)), channel::kNever);
  if (release(kNone)) return false;
  leaving_thread_ = kAnyThread;
  return run_on().kind == StopKind::kStep;
}

ProgramStop ProgramControl::run(EventIndex stop_before) {
  while (true) {
    if (!next_map_ || *next_map_ <= event()) next_map_ = maps_.next(event(), wanted_);
    const ProgramStop stop = run_stretch(std::min(stop_before, *next_map_));
    const bool mapped = stop.kind == StopKind::kParked && event() == *next_map_;
    if (!mapped || event() >= stop_before) return stop;
  }
}

ProgramStop ProgramControl::run_stretch(EventIndex stop_before) {
  if (const auto stop = release(stop_before)) return *stop;
  if (place_ == Place::kInProgram) {
    if (const auto stop = step_off_breakpoint()) return *stop;
  }
  return run_on();
}

ProgramStop ProgramControl::run_on() {
  while (true) {
    insert_breakpoints();
    const RawStop raw = process_->run(std::exchange(signal_, 0));
    const auto stop = look_at(raw, Ran::kFreely);
    if (!stop) continue;
    leaving_thread_.reset();
    if (stop->kind != StopKind::kParked) written_in_call_.reset();
    return_address_ = {};
    return *stop;
  }
}

RawStop ProgramControl::step_once(int signal) {
  apply_watches();
  const Address ip(process_->registers().rip);
  const bool at_breakpoint = armed_.count(ip) != 0;
  disarm(ip);
  const RawStop raw = process_->single_step(signal);
  if (at_breakpoint) arm(ip);
  return raw;
}

std::optional<ProgramStop> ProgramControl::step_off_breakpoint() {
  const Address ip(process_->registers().rip);
  if (armed_.count(ip) == 0) return std::nullopt;
  const auto stop = look_at(step_once(std::exchange(signal_, 0)), Ran::kOneStep);
  return stop && stop->kind == StopKind::kStep ? std::nullopt : stop;
}

ProgramStop ProgramControl::step(ThreadNumber thread, EventIndex stop_before) {
  const bool whole_call = parked() || current_thread() != thread;
  const Address behind_hook(parked() && next_is_hook(thread) ? registers(thread)->rip : 0);
  if (const auto stop = release(stop_before)) return *stop;
  if (!whole_call) {
    if (const auto stop = look_at(step_once(std::exchange(signal_, 0)), Ran::kOneStep))
      return *stop;
    if (const auto stop = leave_stub()) return *stop;
  }
  leaving_thread_ = thread;
  if (behind_hook) return_address_ = behind_hook;
  return run_on();
}

std::optional<ProgramStop> ProgramControl::leave_stub() {
  for (int i = 0; i < kStubSteps && signal_ == 0; ++i) {
    const user_regs_struct registers = process_->registers();
    const Address ip(registers.rip);
    if (ip == symbols_.hook_entry) {
      process_->read_value(Address(registers.rsp), return_address_);
      return std::nullopt;
    }
    if (!is_stub(ip)) {
      return is_weft(ip) ? std::nullopt : std::optional(ProgramStop{StopKind::kStep, ip});
    }
    if (const auto stop = look_at(process_->single_step(0), Ran::kOneStep)) return stop;
  }
  return std::nullopt;
}

std::optional<ProgramStop> ProgramControl::look_at(const RawStop& raw, Ran ran) {
  if (raw.gone) return ProgramStop{StopKind::kDied};
  if (raw.interrupted) {
    if (is_weft(Address(process_->registers().rip))) {  // in a moment, in the program
      leaving_thread_ = kAnyThread;
      interrupted_ = true;
      return std::nullopt;
    }
    place_ = Place::kInProgram;
    return ProgramStop{StopKind::kInterrupted};
  }
  switch (raw.signal) {
    case 0:
      return std::nullopt;
    case SIGTRAP:
      return look_at_trap(raw, ran);
    case SIGSEGV:
    case SIGBUS:
    case SIGFPE:
    case SIGILL:
      return look_at_fault(raw);
    default:
      signal_ = raw.signal;  // SIGSYS: how weft sees system calls
      return std::nullopt;
  }
}

std::optional<ProgramStop> ProgramControl::look_at_trap(const RawStop& raw, Ran ran) {
  user_regs_struct registers = process_->registers();
  const Address site(registers.rip - 1);
  if (is_trap_of_int3(raw) && armed_.count(site) != 0) {
    registers.rip = site.value();
    process_->set_registers(registers);
    if (site == symbols_.report_state) return look_at_report();
    if (site == symbols_.leave_jump) return look_at_leave();
    if (diversion_ && is_weft(site)) return look_at_door();
    place_ = Place::kInProgram;
    if (wanted_.count(site) != 0) return ProgramStop{StopKind::kBreakpoint, site};
    return ProgramStop{StopKind::kStep, site};  // return_address_
  }
  if ((process_->debug_register(kDebugStatus) & 0xf) != 0) return look_at_watch();
  if (raw.info.si_code == TRAP_TRACE || raw.info.si_code == TRAP_HWBKPT) {
    if (ran == Ran::kFreely || is_weft(Address(registers.rip))) return std::nullopt;
    place_ = Place::kInProgram;
    return ProgramStop{StopKind::kStep, Address(registers.rip)};
  }
  return look_at_fault(raw);
}

std::optional<ProgramStop> ProgramControl::look_at_report() {
  const auto state = static_cast<ReplayState>(process_->registers().rdi & 0xffff'ffff);
  place_ = Place::kAtReport;
  if (written_in_call_) {
    return ProgramStop{StopKind::kWatchpoint, std::exchange(written_in_call_, {})->address, 0,
                       true};
  }
  if (state == ReplayState::kParked) return ProgramStop{StopKind::kParked};
  ended_ = true;
  return ProgramStop{state == ReplayState::kEnded ? StopKind::kEnd : StopKind::kDiverged};
}

/// At the jump back into the program: make the jump, and see which thread it is.
std::optional<ProgramStop> ProgramControl::look_at_leave() {
  user_regs_struct registers = process_->registers();
  const Address block(registers.gs_base);
  process_->read_value(block + kRegistersInThread + offsetof(trace::Registers, rip), registers.rip);
  process_->set_registers(registers);
  const bool awaited =
      written_in_call_ || (leaving_thread_ && (*leaving_thread_ == kAnyThread ||
                                               *leaving_thread_ == thread_in_gs(block)));
  if (!awaited) return std::nullopt;
  for (int i = 0; i < kStubSteps && is_stub(Address(process_->registers().rip)); ++i) {
    if (process_->single_step(0).signal != SIGTRAP) break;
  }
  place_ = Place::kInProgram;
  if (written_in_call_) {
    return ProgramStop{StopKind::kWatchpoint, std::exchange(written_in_call_, {})->address, 0,
                       true};
  }
  const bool interrupted = std::exchange(interrupted_, false);
  return ProgramStop{interrupted ? StopKind::kInterrupted : StopKind::kStep,
                     Address(process_->registers().rip)};
}

/// The instruction before this one wrote to watched memory. In the runtime that is an effect of a
/// call: the user sees it where the call returns.
std::optional<ProgramStop> ProgramControl::look_at_watch() {
  const uint64_t status = process_->debug_register(kDebugStatus);
  process_->set_debug_register(kDebugStatus, 0);
  for (size_t i = 0; i < watches_.size(); ++i) {
    if ((status & uint64_t{1} << i) == 0) continue;
    if (is_weft(Address(process_->registers().rip))) {
      written_in_call_ = watches_[i];
      return std::nullopt;
    }
    place_ = Place::kInProgram;
    return ProgramStop{StopKind::kWatchpoint, watches_[i].address};
  }
  return std::nullopt;
}

std::optional<ProgramStop> ProgramControl::look_at_fault(const RawStop& raw) {
  signal_ = raw.signal;
  fault_ = raw.signal;
  const Address ip(process_->registers().rip);
  // In a diversion the runtime finds out whether it is the program's: look_at_door().
  if (is_weft(ip) || diversion_ || !is_fault_of_trace(ip)) return std::nullopt;
  place_ = Place::kInProgram;
  return ProgramStop{StopKind::kSignal, ip, raw.signal};
}

/// The runtime is about to look into the log for what an expression asks.
std::optional<ProgramStop> ProgramControl::look_at_door() {
  switch (diversion_->at_door(current_thread(), event())) {
    case Diversion::Outcome::kAnswered:
      return std::nullopt;
    case Diversion::Outcome::kRefused:
      place_ = Place::kInProgram;
      return ProgramStop{StopKind::kRefused};
    case Diversion::Outcome::kFault:
      place_ = Place::kInProgram;
      return ProgramStop{StopKind::kSignal, Address(process_->registers().rip), fault_};
  }
  return std::nullopt;
}

/// weft makes faults of its own in program code (replayer/runtime/breakpoint.h); the program's are
/// the next event.
bool ProgramControl::is_fault_of_trace(Address ip) const {
  uint64_t offset = 0;
  struct {
    trace::EventHeader header;
    trace::SignalRecord record;
  } event{};
  process_->read_value(symbols_.log + offsetof(channel::LogHead, offset), offset);
  if (!process_->read_value(Address(layout::kLogAddress + offset), event)) return false;
  const auto kind = static_cast<trace::EventKind>(event.header.kind);
  return (kind == trace::EventKind::kFault || kind == trace::EventKind::kKilled) &&
         event.header.size >= sizeof event.record && Address(event.record.ip) == ip;
}

bool ProgramControl::set_registers(const trace::Registers& wanted) {
  if (!own_registers_) own_registers_ = this->registers(current_thread());
  if (!diversion_) diversion_.emplace(*process_, symbols_, answers_);
  user_regs_struct registers = process_->registers();
  if (parked()) {
    const std::vector<Address> blocks = thread_blocks();
    const ThreadNumber thread = current_thread();
    if (thread.value() >= blocks.size()) return false;
    registers.gs_base = blocks[thread.value()].value();
    registers.orig_rax = ~uint64_t{0};  // no system call is made again
    place_ = Place::kInProgram;
  }
  signal_ = 0;
  to_kernel(wanted, registers);
  return process_->set_registers(registers);
}

bool ProgramControl::executes_for_debugger() const {
  if (!own_registers_) return false;
  const user_regs_struct now = process_->registers();
  return own_registers_->rip != now.rip || own_registers_->rsp != now.rsp;
}

bool ProgramControl::map_memory(Address address, uint64_t bytes, uint32_t protection) {
  const uint64_t flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED;
  return make_call(*process_, symbols_, SYS_mmap,
                   {address.value(), bytes, protection, flags, ~uint64_t{0}, 0}) ==
         static_cast<int64_t>(address.value());
}

}  // namespace weft::process
