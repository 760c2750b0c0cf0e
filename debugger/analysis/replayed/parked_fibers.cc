#include "debugger/analysis/replayed/parked_fibers.h"

#include <sys/uio.h>

#include <array>

#include "debugger/analysis/replayed/fiber_mutex.h"

namespace weft::analysis {

namespace {

constexpr uint64_t kMostFibers = 1 << 20;
enum Saved : size_t { kR12 = 2, kR13, kR14, kR15, kRbx, kRbp, kRip, kWords };

bool read_memory(pid_t process, uint64_t address, void* to, size_t bytes) {
  iovec here{to, bytes};
  iovec there{reinterpret_cast<void*>(address), bytes};
  return ::process_vm_readv(process, &here, 1, &there, 1, 0) == static_cast<ssize_t>(bytes);
}

}  // namespace

std::vector<channel::ParkedFiber> parked_fibers(const timeline::Focus& focus) {
  const channel::Stop& stop = focus.channel().stop;
  if (stop.fiber_slots == 0 || stop.fiber_slots > kMostFibers) return {};
  std::vector<channel::ParkedFiber> fibers(stop.fiber_slots);
  if (!read_memory(focus.pid(), stop.fibers, fibers.data(),
                   fibers.size() * sizeof(channel::ParkedFiber)))
    return {};
  return fibers;
}

std::optional<trace::Registers> parked_registers(pid_t process, uint64_t context) {
  std::array<uint64_t, kWords> words{};
  if (!read_memory(process, context, words.data(), sizeof words)) return std::nullopt;
  trace::Registers registers{};
  registers.r12 = words[kR12];
  registers.r13 = words[kR13];
  registers.r14 = words[kR14];
  registers.r15 = words[kR15];
  registers.rbx = words[kRbx];
  registers.rbp = words[kRbp];
  registers.rip = words[kRip];
  registers.rsp = context + sizeof words;
  return registers;
}

std::string waits_in(const std::vector<StandFrame>& stack) {
  // std::unique_lock and its like only hand on.
  const StandFrame* called = nullptr;
  for (const StandFrame& frame : stack) {
    if (locks_fiber_mutex(frame.function)) return frame.function;
    if (!frame.library) return called == nullptr ? "" : called->function;
    const bool hands_on = frame.function.empty() || frame.function.starts_with("std::");
    if (!hands_on || called == nullptr) called = &frame;
  }
  return "";
}

}  // namespace weft::analysis
