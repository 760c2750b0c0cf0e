#include "replayer/runtime/probes/probes.h"

#include "recorder/runtime/code/instruction.h"
#include "recorder/runtime/code/interpreter.h"
#include "recorder/runtime/code/text.h"
#include "recorder/runtime/ground/program_memory.h"
#include "recorder/runtime/log/log_reader.h"
#include "recorder/runtime/signals/signals.h"
#include "replayer/runtime/probes/hits.h"
#include "replayer/runtime/probes/probe_table.h"

namespace weft::runtime {

namespace {

using channel::Probe;
using channel::ProbeArea;
using channel::ProbeState;

constexpr uint64_t kTrapFlag = 0x100, kSingleStep = 1;  // of flags; trap number
constexpr uint8_t kInt3 = 0xcc;

/// Which area is mapped, what is armed, and over which probe a single step is under way.
struct Probes {
  ProbeArea* area = nullptr;
  ArmedProbe* stepped = nullptr;
  ProbeTable table;
};
Probes g_probes;

void put(const ArmedProbe& probe, uint8_t byte) {
  write_program(probe.address, &byte, 1);
}

ProbeState arm(const Probe& wanted, uint32_t number) {
  if (!is_patchable_text(wanted.address)) return ProbeState::kNotText;
  if (g_probes.table.find(wanted.address) != nullptr) return ProbeState::kTaken;
  ArmedProbe probe{wanted.address, number, 0, true};
  if (!read_program(probe.address, &probe.original)) return ProbeState::kNotText;
  put(probe, kInt3);
  g_probes.table.add(probe);
  return ProbeState::kArmed;
}

/// The instruction at `address` as the program has it, without probes. How many bytes.
int code_without_probes(uint64_t address, uint8_t (&code)[kMaxInstruction]) {
  const uint64_t to_page_end = layout::kPage - address % layout::kPage;
  const uint64_t bytes = to_page_end < kMaxInstruction ? to_page_end : kMaxInstruction;
  if (weft_copy_guarded(code, pointer_to<void>(address), bytes) != 0) return 0;
  for (uint64_t i = 0; i < bytes; ++i) {
    if (code[i] != kInt3) continue;
    if (const ArmedProbe* probe = g_probes.table.find(address + i)) code[i] = probe->original;
  }
  return static_cast<int>(bytes);
}

void note(const ArmedProbe& probe, const trace::Registers& registers) {
  note_hit(g_probes.area, probe.number, current(), registers);
}

/// Lets the CPU carry the instruction out: end_probe_step() follows.
void step_over(ArmedProbe* probe, SignalContext* context) {
  put(*probe, probe->original);
  g_probes.stepped = probe;
  context->flags |= kTrapFlag;
}

}  // namespace

void arm_wanted_probes() {
  const uint32_t number = replay_channel()->probe_area.load(std::memory_order_acquire);
  if (number == 0) return;
  if (g_probes.area == nullptr) g_probes.area = map_probe_area(number - 1);
  ProbeArea* area = g_probes.area;
  if (area == nullptr) return;
  const uint32_t wanted = area->wanted.load(std::memory_order_acquire);
  for (uint32_t i = area->looked_at.load(std::memory_order_relaxed); i < wanted; ++i) {
    Probe& probe = channel::probes_of(area)[i];
    probe.state = arm(probe, i);
  }
  area->looked_at.store(wanted, std::memory_order_release);
}

bool pass_probe(uint64_t address, SignalContext* context) {
  ArmedProbe* probe = g_probes.table.find(address);
  if (probe == nullptr) return false;
  trace::Registers registers;
  registers_from(*context, &registers);
  registers.rip = address;
  registers.fs_base = fs_base();
  note(*probe, registers);
  context->rip = address;
  uint8_t code[kMaxInstruction] = {};
  const int available = code_without_probes(address, code);
  if (interpret(&registers, code, available)) {
    registers_to(registers, context);
  } else {
    step_over(probe, context);
  }
  return true;
}

bool on_probe_trap(SignalContext* context) {
  if (g_probes.stepped != nullptr && context->trap_number == kSingleStep) {
    end_probe_step(context);
    return true;
  }
  return pass_probe(context->rip - 1, context);
}

void end_probe_step(SignalContext* context) {
  if (g_probes.stepped == nullptr) return;
  context->flags &= ~kTrapFlag;
  if (g_probes.stepped->armed) put(*g_probes.stepped, kInt3);
  g_probes.stepped = nullptr;
}

bool is_probed(uint64_t begin, uint64_t end) {
  for (uint64_t address = begin; address < end; ++address) {
    if (g_probes.table.find(address) != nullptr) return true;
  }
  return false;
}

void forget_probes(uint64_t begin, uint64_t end, ProbedMemory memory) {
  for (ArmedProbe& probe : g_probes.table) {
    if (!probe.armed || probe.address < begin || probe.address >= end) continue;
    if (memory == ProbedMemory::kStays) put(probe, probe.original);
    probe.armed = false;
    channel::probes_of(g_probes.area)[probe.number].state = ProbeState::kGone;
  }
}

}  // namespace weft::runtime
