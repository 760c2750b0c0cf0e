#include "recorder/runtime/ground/extended_state.h"

#include "recorder/runtime/ground/report.h"
#include "recorder/runtime/ground/thread.h"

namespace weft::runtime {

namespace {

struct Component {
  uint32_t offset, bytes;
};

uint32_t g_bytes;
Component g_vectors[4];  // ymm, k, zmm, zmm16..31; no bytes: the CPU has none
uint64_t g_mask;
alignas(64) uint8_t g_initial[kExtendedBytes];

void cpuid(uint32_t leaf, uint32_t subleaf, uint32_t (&out)[4]) {
  asm volatile("cpuid"
               : "=a"(out[0]), "=b"(out[1]), "=c"(out[2]), "=d"(out[3])
               : "a"(leaf), "c"(subleaf));
}

}  // namespace

void extended_state_init() {
  uint32_t low, high;
  asm volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  // AMX tiles (bits 17, 18) need a permission that only the program can ask for: left alone.
  const uint64_t enabled = (uint64_t{high} << 32 | low) & ~(uint64_t{3} << 17);
  // So is PKRU, though an area has room for it: the kernel writes it when it switches between
  // processes, and from then on XSAVE says "in use" of it, in memory that the program can see.
  g_mask = enabled & ~(uint64_t{1} << 9);
  uint32_t bytes = 576;  // legacy area and header
  for (uint32_t state = 2; state < 63; ++state) {
    if ((enabled >> state & 1) == 0) continue;
    uint32_t leaf[4];
    cpuid(13, state, leaf);
    if (leaf[1] + leaf[0] > bytes) bytes = leaf[1] + leaf[0];
    if (state == 2) g_vectors[0] = {leaf[1], leaf[0]};
    if (state >= 5 && state <= 7) g_vectors[state - 4] = {leaf[1], leaf[0]};
  }
  g_bytes = bytes;
  check(bytes <= kExtendedBytes, "extended state too large", bytes);
  // The architectural initial state: x87 control word 0x37f, mxcsr 0x1f80, all else zero and
  // absent.
  g_initial[0] = 0x7f;
  g_initial[1] = 0x03;
  g_initial[24] = 0x80;
  g_initial[25] = 0x1f;
}

uint32_t extended_state_bytes() {
  return g_bytes;
}
uint64_t extended_state_mask() {
  return g_mask;
}

void save_extended_state(void* area) {
  auto* bytes = static_cast<uint8_t*>(area);
  // XSAVE leaves the header's reserved bytes alone, XRSTOR wants them to be zero.
  __builtin_memset(bytes + 512, 0, 64);
  asm volatile("xsave64 (%0)" ::"r"(bytes), "a"(static_cast<uint32_t>(g_mask)),
               "d"(static_cast<uint32_t>(g_mask >> 32))
               : "memory");
}

void load_extended_state(const void* area) {
  asm volatile("xrstor64 (%0)" ::"r"(area), "a"(static_cast<uint32_t>(g_mask)),
               "d"(static_cast<uint32_t>(g_mask >> 32))
               : "memory");
}

uint32_t vector_high_offset() {
  return g_vectors[0].offset;
}

uint32_t extended_state_hash(const void* area) {
  const auto* bytes = static_cast<const uint8_t*>(area);
  long crc = weft_crc_guarded(0, bytes, 5);                             // control, status, tags
  crc = weft_crc_guarded(static_cast<uint32_t>(crc), bytes + 24, 4);    // mxcsr
  crc = weft_crc_guarded(static_cast<uint32_t>(crc), bytes + 32, 384);  // st0..7, xmm0..15
  for (const Component& part : g_vectors) {
    crc = weft_crc_guarded(static_cast<uint32_t>(crc), bytes + part.offset, part.bytes);
  }
  return static_cast<uint32_t>(crc);
}

void reset_extended_state() {
  load_extended_state(g_initial);
}

}  // namespace weft::runtime
