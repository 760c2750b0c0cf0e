#include "recorder/runtime/code/flag_effect.h"

namespace weft::runtime {

namespace {

/// A row for each opcode that changes flags; `digits`: values of the modrm's register field that
/// do, bit n for /n.
struct FlagRow {
  uint8_t first, last;  // opcodes
  uint8_t digits;
  FlagEffect effect;
};
constexpr uint8_t kAllDigits = 0xff;

constexpr FlagRow kOneByte[] = {
    {0x69, 0x69, kAllDigits, FlagEffect::kBlurs},    // imul
    {0x6b, 0x6b, kAllDigits, FlagEffect::kBlurs},    // imul
    {0x80, 0x83, kAllDigits, FlagEffect::kDefines},  // add, or, adc, sbb, and, sub, xor, cmp
    {0x84, 0x85, kAllDigits, FlagEffect::kDefines},  // test
    {0x9d, 0x9e, kAllDigits, FlagEffect::kDefines},  // popf, sahf
    {0xa6, 0xa9, kAllDigits, FlagEffect::kDefines},  // cmps, test
    {0xae, 0xaf, kAllDigits, FlagEffect::kDefines},  // scas
    {0xc0, 0xc1, kAllDigits, FlagEffect::kBlurs},    // rotates and shifts
    {0xd0, 0xd3, kAllDigits, FlagEffect::kBlurs},
    {0xf6, 0xf7, 0x0b, FlagEffect::kDefines},  // test, neg
    {0xf6, 0xf7, 0xf0, FlagEffect::kBlurs},    // mul, imul, div, idiv
    {0xfe, 0xff, 0x03, FlagEffect::kDefines},  // inc, dec
};
constexpr FlagRow kTwoByte[] = {
    {0x2e, 0x2f, kAllDigits, FlagEffect::kDefines},  // ucomiss, comiss...
    {0xa3, 0xa5, kAllDigits, FlagEffect::kBlurs},    // bt, shld
    {0xab, 0xad, kAllDigits, FlagEffect::kBlurs},    // bts, shrd
    {0xaf, 0xaf, kAllDigits, FlagEffect::kBlurs},    // imul
    {0xb0, 0xb1, kAllDigits, FlagEffect::kDefines},  // cmpxchg
    {0xb3, 0xb3, kAllDigits, FlagEffect::kBlurs},    // btr
    {0xb8, 0xb8, kAllDigits, FlagEffect::kDefines},  // popcnt
    {0xba, 0xbd, kAllDigits, FlagEffect::kBlurs},    // bt..., btc, bsf, bsr, tzcnt, lzcnt
    {0xc0, 0xc1, kAllDigits, FlagEffect::kDefines},  // xadd
};
constexpr FlagRow k38[] = {
    {0x17, 0x17, kAllDigits, FlagEffect::kDefines},  // ptest
};
constexpr FlagRow kVex38[] = {
    {0x0e, 0x17, kAllDigits, FlagEffect::kDefines},  // vtestps, vptest
    {0xf2, 0xf3, kAllDigits, FlagEffect::kBlurs},    // andn, blsr, blsmsk, blsi
    {0xf5, 0xf5, kAllDigits, FlagEffect::kBlurs},    // bzhi
    {0xf7, 0xf7, kAllDigits, FlagEffect::kBlurs},    // bextr
};

template <int count>
FlagEffect find(const FlagRow (&rows)[count], uint8_t opcode, int digit) {
  for (const FlagRow& row : rows) {
    if (row.first <= opcode && opcode <= row.last && (row.digits >> digit & 1) != 0)
      return row.effect;
  }
  return FlagEffect::kKeeps;
}

}  // namespace

FlagEffect flag_effect(const Instruction& in, const uint8_t* bytes) {
  const int digit = in.modrm_at != 0 ? bytes[in.modrm_at] >> 3 & 7 : 0;
  if (in.map == 2) return in.vector ? find(kVex38, in.opcode, digit) : find(k38, in.opcode, digit);
  if (in.map == 1) {
    const bool other = in.vector && in.opcode != 0x2e && in.opcode != 0x2f;
    return other ? FlagEffect::kKeeps : find(kTwoByte, in.opcode, digit);
  }
  if (in.map != 0 || in.vector) return FlagEffect::kKeeps;
  if (in.opcode < 0x40 && (in.opcode & 7) < 6) return FlagEffect::kDefines;  // add ... cmp
  return find(kOneByte, in.opcode, digit);
}

}  // namespace weft::runtime
