#include "recorder/runtime/ground/shown_processor.h"

namespace weft::runtime {

namespace {

struct Shown {
  bool recorded;
  cpu::ShownProcessor processor;
};
Shown g_shown;

/// What formats 1 and 2 made their frames by: room for all states that are enabled, but AMX tiles.
cpu::ShownProcessor itself() {
  constexpr uint64_t kTiles = 3u << 17;
  const uint64_t states = enabled_states() & ~kTiles;
  cpu::ShownProcessor shown = cpu::show(cpu::Level::kNative, states, ask_cpuid);
  for (uint32_t state = cpu::kStateParts; state < 63; ++state) {
    if ((states >> state & 1) == 0) continue;
    const cpu::Answer where = ask_cpuid(0xd, state);
    const uint32_t end = where.reg[1] + where.reg[0];
    if (end > shown.area_bytes) shown.area_bytes = end;
  }
  return shown;
}

}  // namespace

cpu::Answer ask_cpuid(uint32_t leaf, uint32_t subleaf) {
  cpu::Answer answer;
  asm volatile("cpuid"
               : "=a"(answer.reg[0]), "=b"(answer.reg[1]), "=c"(answer.reg[2]), "=d"(answer.reg[3])
               : "a"(leaf), "c"(subleaf));
  return answer;
}

uint64_t enabled_states() {
  uint32_t low, high;
  asm volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return uint64_t{high} << 32 | low;
}

void set_shown_processor(const cpu::ShownProcessor& shown) {
  g_shown.recorded = shown.level != cpu::Level::kUnknown;
  g_shown.processor = g_shown.recorded ? shown : itself();
}

const cpu::ShownProcessor& shown_processor() {
  return g_shown.processor;
}

bool processor_is_recorded() {
  return g_shown.recorded;
}

}  // namespace weft::runtime
