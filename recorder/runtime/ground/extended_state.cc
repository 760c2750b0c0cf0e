#include "recorder/runtime/ground/extended_state.h"

#include "recorder/runtime/ground/report.h"
#include "recorder/runtime/ground/shown_processor.h"
#include "recorder/runtime/ground/thread.h"
#include "weft/trace/page_digest.h"

namespace weft::runtime {

namespace {

constexpr uint32_t kMxcsrAt = 24, kMxcsrMaskAt = 28, kVersionAt = 464,
                   kHeaderAt = cpu::kLegacyBytes;
constexpr uint32_t kRegistersEnd = 416;       // of st0..7 and xmm0..15
constexpr uint32_t kUsualMxcsrMask = 0xffff;  // without AMD's misaligned SSE
constexpr uint8_t kExceptionWaits = 0x80;     // of the x87 status word

struct Machine {
  uint64_t states;  // saved and loaded for the runtime itself
  cpu::StatePart parts[cpu::kStateParts];
  bool same_layout;  // as the processor that the program is shown
};
Machine g_machine;
alignas(64) uint8_t g_initial[kExtendedBytes];

void load(const void* area, uint64_t states) {
  asm volatile("xrstor64 (%0)" ::"r"(area), "a"(static_cast<uint32_t>(states)),
               "d"(static_cast<uint32_t>(states >> 32))
               : "memory");
}

void save(void* area, uint64_t states) {
  asm volatile("xsave64 (%0)" ::"r"(area), "a"(static_cast<uint32_t>(states)),
               "d"(static_cast<uint32_t>(states >> 32))
               : "memory");
}

/// Calls visit(part of this CPU's areas, part of the frames') for the parts that both have.
template <class F>
void for_each_part(F visit) {
  const cpu::ShownProcessor& shown = shown_processor();
  for (int part = 2; part < cpu::kStateParts; ++part) {
    if ((shown.states >> part & 1) != 0 && g_machine.parts[part].bytes != 0)
      visit(g_machine.parts[part], shown.parts[part]);
  }
}

template <class T>
void put(uint8_t* area, uint32_t at, T value) {
  __builtin_memcpy(area + at, &value, sizeof value);
}

/// What follows the processor, and not the program, in an area that save() has filled.
void make_canonical(uint8_t* area, uint64_t states) {
  if ((area[2] & kExceptionWaits) == 0) __builtin_memset(area + 6, 0, kMxcsrAt - 6);
  put(area, kMxcsrMaskAt, kUsualMxcsrMask);
  put(area, kHeaderAt, states);
}

}  // namespace

void extended_state_init() {
  const uint64_t enabled = enabled_states();
  // AMX tiles (bits 17, 18) need a permission that only the program can ask for: left alone.
  // So is PKRU, though an area has room for it: the kernel writes it when it switches between
  // processes, and from then on XSAVE says "in use" of it.
  g_machine.states = enabled & ~(uint64_t{3} << 17) & ~(uint64_t{1} << 9);
  g_machine.same_layout = true;
  uint32_t bytes = cpu::kLegacyBytes + cpu::kAreaHeaderBytes;
  for (uint32_t state = 2; state < 63; ++state) {
    if ((g_machine.states >> state & 1) == 0) continue;
    const cpu::Answer where = ask_cpuid(0xd, state);
    if (where.reg[1] + where.reg[0] > bytes) bytes = where.reg[1] + where.reg[0];
    if (state < cpu::kStateParts) g_machine.parts[state] = {where.reg[1], where.reg[0]};
  }
  for_each_part([](const cpu::StatePart& here, const cpu::StatePart& shown) {
    if (here.offset != shown.offset) g_machine.same_layout = false;
  });
  check(bytes <= kExtendedBytes, "extended state too large", bytes);
  // The architectural initial state: x87 control word 0x37f, mxcsr 0x1f80, all else zero and
  // absent.
  g_initial[0] = 0x7f;
  g_initial[1] = 0x03;
  put(g_initial, kMxcsrAt, uint32_t{0x1f80});
}

void save_extended_state(void* area) {
  // XSAVE leaves the header's reserved bytes alone, XRSTOR wants them to be zero.
  __builtin_memset(static_cast<uint8_t*>(area) + kHeaderAt, 0, cpu::kAreaHeaderBytes);
  save(area, g_machine.states);
}

void load_extended_state(const void* area) {
  load(area, g_machine.states);
}

uint32_t vector_high_offset() {
  return (shown_processor().states & cpu::kAvx) != 0 ? g_machine.parts[2].offset : 0;
}

uint64_t extended_state_digest(const void* area) {
  const auto* bytes = static_cast<const uint8_t*>(area);
  uint64_t digest = trace::kDigestStart;
  const auto add = [&digest, bytes](uint32_t from, uint32_t count) {
    for (uint32_t at = 0; at < count; at += 8) {
      uint64_t word = 0;
      __builtin_memcpy(&word, bytes + from + at, count - at < 8 ? count - at : 8);
      digest = trace::digest_word(digest, word);
    }
  };
  add(0, 5);  // control, status, tags
  add(kMxcsrAt, 4);
  add(32, 384);  // st0..7, xmm0..15
  for_each_part(
      [&add](const cpu::StatePart& here, const cpu::StatePart&) { add(here.offset, here.bytes); });
  return digest;
}

uint32_t extended_state_crc(const void* area) {
  const auto* bytes = static_cast<const uint8_t*>(area);
  long crc = weft_crc_guarded(0, bytes, 5);  // control, status, tags
  crc = weft_crc_guarded(static_cast<uint32_t>(crc), bytes + kMxcsrAt, 4);
  crc = weft_crc_guarded(static_cast<uint32_t>(crc), bytes + 32, 384);  // st0..7, xmm0..15
  for_each_part([&crc, bytes](const cpu::StatePart& here, const cpu::StatePart&) {
    crc = weft_crc_guarded(static_cast<uint32_t>(crc), bytes + here.offset, here.bytes);
  });
  return static_cast<uint32_t>(crc);
}

void reset_extended_state() {
  load_extended_state(g_initial);
}

uint32_t frame_state_bytes() {
  return shown_processor().area_bytes;
}

bool store_frame_state(uint64_t address) {
  const cpu::ShownProcessor& shown = shown_processor();
  auto* area = pointer_to<uint8_t>(address);
  if (weft_zero_guarded(area, shown.area_bytes) != 0) return false;
  if (g_machine.same_layout) {
    save(area, shown.states);
  } else {
    uint8_t* here = current()->extended;
    save_extended_state(here);
    __builtin_memcpy(area, here, kVersionAt);
    for_each_part([area, here](const cpu::StatePart& from, const cpu::StatePart& to) {
      __builtin_memcpy(area + to.offset, here + from.offset, to.bytes);
    });
  }
  if (processor_is_recorded()) make_canonical(area, shown.states);
  return true;
}

bool store_legacy_state(uint64_t address) {
  uint8_t* here = current()->extended;
  save_extended_state(here);
  make_canonical(here, 0);
  return weft_copy_guarded(pointer_to<void>(address), here, kRegistersEnd) == 0;
}

bool store_wanted_state(uint64_t address, uint64_t wanted) {
  const cpu::ShownProcessor& shown = shown_processor();
  const uint64_t states = wanted & shown.states;
  uint8_t* here = current()->extended;
  save_extended_state(here);
  make_canonical(here, states);
  const auto copy = [address, here](uint32_t to, uint32_t from, uint32_t bytes) {
    return weft_copy_guarded(pointer_to<void>(address + to), here + from, bytes) == 0;
  };
  uint64_t header = 0;
  bool well = weft_copy_guarded(&header, pointer_to<void>(address + kHeaderAt), 8) == 0;
  header |= states;
  put(here, kHeaderAt, header);
  well = well && copy(kHeaderAt, kHeaderAt, 8);
  if ((states & cpu::kX87) != 0) well = well && copy(0, 0, kMxcsrAt) && copy(32, 32, 128);
  if ((states & (cpu::kSse | cpu::kAvx)) != 0) well = well && copy(kMxcsrAt, kMxcsrAt, 8);
  if ((states & cpu::kSse) != 0) well = well && copy(160, 160, 256);
  for (int part = 2; part < cpu::kStateParts; ++part) {
    if ((states >> part & 1) == 0) continue;
    const cpu::StatePart& to = shown.parts[part];
    well = well && copy(to.offset, g_machine.parts[part].offset, to.bytes);
  }
  return well;
}

void reset_frame_state() {
  load(g_initial, shown_processor().states);
}

void load_frame_state(uint64_t address) {
  const cpu::ShownProcessor& shown = shown_processor();
  if (g_machine.same_layout) {
    weft_xrstor_guarded(pointer_to<void>(address), shown.states);
    return;
  }
  uint8_t* here = current()->extended;
  const auto* area = pointer_to<const uint8_t>(address);
  __builtin_memset(here, 0, kExtendedBytes);
  if (weft_copy_guarded(here, area, kHeaderAt + cpu::kAreaHeaderBytes) != 0) return;
  for_each_part([area, here](const cpu::StatePart& to, const cpu::StatePart& from) {
    weft_copy_guarded(here + to.offset, area + from.offset, to.bytes);
  });
  weft_xrstor_guarded(here, shown.states);
}

}  // namespace weft::runtime
