#include "recorder/runtime/kernel_clock.h"

#include <elf.h>

#include "recorder/runtime/program_memory.h"
#include "recorder/runtime/state.h"

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

/// Writes the event of a call that was answered with `time`.
long answer(const Call& call, uint8_t arg, const int64_t (&time)[2]) {
  long result = 0;
  static OutputList outputs;  // used under the baton
  outputs.clear();
  if (call.args[arg] != 0) {
    result = store_program(call.args[arg], time) ? 0 : -kEFAULT;
    if (result == 0) outputs.add(arg, call.args[arg], sizeof time);
  }
  log_call(call, result, &outputs);
  return result;
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

long on_clock_gettime(Call& call) {
  const uint64_t clock = call.args[0];
  const bool fast = clock < 64 && (kFastClocks >> clock & 1) != 0;
  int64_t time[2];
  if (!recording() || !fast || g_clock.clock == nullptr || g_clock.clock(clock, &time) != 0) {
    return perform(call);
  }
  return answer(call, 1, time);
}

long on_gettimeofday(Call& call) {
  int64_t time[2];
  if (!recording() || call.args[1] != 0 || g_clock.day == nullptr ||
      g_clock.day(&time, nullptr) != 0) {
    return perform(call);
  }
  return answer(call, 0, time);
}

}  // namespace weft::runtime
