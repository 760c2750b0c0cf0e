#include "recorder/runtime/calls/kernel_clock.h"

#include <elf.h>

#include "recorder/runtime/calls/after_call.h"
#include "recorder/runtime/code/patch.h"
#include "recorder/runtime/ground/program_memory.h"
#include "recorder/runtime/ground/state.h"
#include "recorder/runtime/log/event_writer.h"

namespace weft::runtime {

namespace {

using ClockFunction = long (*)(uint64_t clock, int64_t (*time)[2]);
using DayFunction = long (*)(int64_t (*time)[2], void* zone);

struct KernelClock {
  uint64_t begin, end;  // of the vDSO
  ClockFunction clock;
  DayFunction day;
};
KernelClock g_clock;

/// CLOCK_REALTIME, MONOTONIC, MONOTONIC_RAW, the two coarse ones, BOOTTIME, TAI.
constexpr uint64_t kFastClocks =
    1u << 0 | 1u << 1 | 1u << 4 | 1u << 5 | 1u << 6 | 1u << 7 | 1u << 11;

uint64_t find_function(uint64_t base, const char* name) {
  const auto* header = pointer_to<const Elf64_Ehdr>(base);
  if (base + header->e_shoff + header->e_shnum * sizeof(Elf64_Shdr) > g_clock.end) return 0;
  const auto* sections = pointer_to<const Elf64_Shdr>(base + header->e_shoff);
  for (int i = 0; i < header->e_shnum; ++i) {
    if (sections[i].sh_type != SHT_DYNSYM) continue;
    const auto* symbols = pointer_to<const Elf64_Sym>(base + sections[i].sh_offset);
    const char* text = pointer_to<const char>(base + sections[sections[i].sh_link].sh_offset);
    for (uint64_t s = 0; s < sections[i].sh_size / sizeof(Elf64_Sym); ++s) {
      if (__builtin_strcmp(text + symbols[s].st_name, name) == 0) return base + symbols[s].st_value;
    }
  }
  return 0;
}

/// A clock read that the thread is about to make, as both calls have it: two arguments, of which
/// one is where the time goes.
struct ClockRead {
  uint16_t number;
  uint8_t arg;
  uint64_t address;
  int64_t time[2];
};

/// False if it is no such call, or not one that the vDSO answers.
bool read_clock(const trace::Registers& registers, ClockRead* read) {
  if (registers.rax == __NR_clock_gettime) {
    *read = {__NR_clock_gettime, 1, registers.rsi, {}};
    return registers.rdi < 64 && (kFastClocks >> registers.rdi & 1) != 0 &&
           g_clock.clock != nullptr && g_clock.clock(registers.rdi, &read->time) == 0;
  }
  if (registers.rax == __NR_gettimeofday) {
    *read = {__NR_gettimeofday, 0, registers.rdi, {}};
    return registers.rsi == 0 && g_clock.day != nullptr && g_clock.day(&read->time, nullptr) == 0;
  }
  return false;
}

/// What log_call would write of it, as a row of stores.
void log_clock_read(const Thread* thread, const ClockRead& read) {
  const trace::Registers& registers = thread->registers;
  uint8_t* start = room_for_event();
  *reinterpret_cast<ClockReadPayload*>(start + sizeof(trace::EventHeader)) = {
      .site = original_ip(registers.rip),
      .arguments = {registers.rdi, registers.rsi},
      .effect = {sizeof read.time, read.arg, static_cast<uint8_t>(trace::EffectKind::kWritten), 0},
      .time = {read.time[0], read.time[1]}};
  g_ring.last_time = ticks();
  *reinterpret_cast<trace::EventHeader*>(start) = {
      .time = g_ring.last_time,
      .result = 0,
      .size = sizeof(ClockReadPayload),
      .thread = thread->id,
      .check = 0,
      .call = read.number,
      .kind = static_cast<uint8_t>(trace::EventKind::kSyscall),
      .flags = 2 << trace::kArgCountShift};
  publish_event(trace::event_bytes(sizeof(ClockReadPayload)));
}

}  // namespace

void kernel_clock_init(const uint64_t* auxiliary) {
  uint64_t base = 0;
  for (; auxiliary[0] != AT_NULL; auxiliary += 2) {
    if (auxiliary[0] == AT_SYSINFO_EHDR) base = auxiliary[1];
  }
  if (base == 0) return;
  const auto* header = pointer_to<const Elf64_Ehdr>(base);
  const auto* segments = pointer_to<const Elf64_Phdr>(base + header->e_phoff);
  for (int i = 0; i < header->e_phnum; ++i) {
    if (segments[i].p_type == PT_LOAD) g_clock.end = layout::page_up(base + segments[i].p_memsz);
  }
  g_clock.begin = base;
  g_clock.clock = reinterpret_cast<ClockFunction>(find_function(base, "__vdso_clock_gettime"));
  g_clock.day = reinterpret_cast<DayFunction>(find_function(base, "__vdso_gettimeofday"));
}

bool is_kernels(uint64_t ip) {
  return g_clock.begin <= ip && ip < g_clock.end;
}

void call_for_kernel_clock(SignalContext* context) {
  g_clock.clock = nullptr;
  g_clock.day = nullptr;
  context->rax =
      static_cast<uint64_t>(raw(static_cast<long>(context->rax), context->rdi, context->rsi));
}

bool answer_clock_read(Thread* thread) {
  ClockRead read;
  if (!read_clock(thread->registers, &read) || read.address == 0 || shared_is_watched() ||
      !store_program(read.address, read.time)) {
    return false;
  }
  log_clock_read(thread, read);
  thread->registers.rax = 0;
  thread->registers.rcx = original_ip(thread->registers.rip);
  return true;
}

}  // namespace weft::runtime
