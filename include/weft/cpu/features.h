/// What processors say about themselves in bits of cpuid, and from which level on a program is told
/// of it. Intel SDM volume 2A (CPUID), AMD APM volume 3 appendix E; names as in /proc/cpuinfo.
#pragma once

#include <cstdint>
#include <iterator>

#include "weft/cpu/level.h"

namespace weft::cpu {

/// The registers of cpuid that hold such bits.
enum class Word : uint8_t {
  k1Ecx,
  k1Edx,
  k7Ebx,
  k7Ecx,
  k7Edx,
  k71Eax,  ///< leaf 7, subleaf 1
  k71Ecx,
  k71Edx,
  kD1Eax,    ///< leaf 0xd, subleaf 1: kinds of XSAVE
  kExt1Ecx,  ///< leaf 0x80000001
  kExt1Edx,
  kExt8Ebx,  ///< leaf 0x80000008
};
inline constexpr int kWords = 12;

/// Register of an answer: eax, ebx, ecx, edx.
struct WordPlace {
  uint32_t leaf, subleaf;
  int reg;
};
inline constexpr WordPlace kWordPlaces[kWords] = {
    {1, 0, 2}, {1, 0, 3}, {7, 0, 1},   {7, 0, 2},          {7, 0, 3},          {7, 1, 0},
    {7, 1, 2}, {7, 1, 3}, {0xd, 1, 0}, {0x80000001, 0, 2}, {0x80000001, 0, 3}, {0x80000008, 0, 1}};

enum class Use : uint8_t {
  kNeeded,  ///< a program that is told of it executes instructions that others lack
  kHint,    ///< or it only does things in another way
  kNever,   ///< no program is told: what it does cannot be recorded, or weft has no room for it
};

struct Feature {
  Word word;
  uint8_t bit;
  Level since;  ///< the lowest level that has it
  Use use;
  const char* name;
};

inline constexpr Feature kFeatures[] = {
    {Word::k1Ecx, 0, Level::kV2, Use::kNeeded, "sse3"},
    {Word::k1Ecx, 1, Level::kV3, Use::kNeeded, "pclmulqdq"},
    {Word::k1Ecx, 9, Level::kV2, Use::kNeeded, "ssse3"},
    {Word::k1Ecx, 12, Level::kV3, Use::kNeeded, "fma"},
    {Word::k1Ecx, 13, Level::kV2, Use::kNeeded, "cx16"},
    {Word::k1Ecx, 19, Level::kV2, Use::kNeeded, "sse4_1"},
    {Word::k1Ecx, 20, Level::kV2, Use::kNeeded, "sse4_2"},
    {Word::k1Ecx, 21, Level::kV2, Use::kHint, "x2apic"},
    {Word::k1Ecx, 22, Level::kV3, Use::kNeeded, "movbe"},
    {Word::k1Ecx, 23, Level::kV2, Use::kNeeded, "popcnt"},
    {Word::k1Ecx, 25, Level::kV3, Use::kNeeded, "aes"},
    // weft itself needs XSAVE, at every level.
    {Word::k1Ecx, 26, Level::kV2, Use::kNeeded, "xsave"},
    {Word::k1Ecx, 27, Level::kV2, Use::kHint, "osxsave"},
    {Word::k1Ecx, 28, Level::kV3, Use::kNeeded, "avx"},
    {Word::k1Ecx, 29, Level::kV3, Use::kNeeded, "f16c"},
    {Word::k1Ecx, 30, Level::kV3, Use::kNeeded, "rdrand"},
    {Word::k1Ecx, 31, Level::kV2, Use::kHint, "hypervisor"},

    {Word::k7Ebx, 0, Level::kV2, Use::kNeeded, "fsgsbase"},  // weft itself needs it
    {Word::k7Ebx, 2, Level::kNative, Use::kNever, "sgx"},
    {Word::k7Ebx, 3, Level::kV3, Use::kNeeded, "bmi1"},
    {Word::k7Ebx, 4, Level::kNative, Use::kNever, "hle"},  // a transaction aborts at its own times
    {Word::k7Ebx, 5, Level::kV3, Use::kNeeded, "avx2"},
    {Word::k7Ebx, 8, Level::kV3, Use::kNeeded, "bmi2"},
    {Word::k7Ebx, 9, Level::kV3, Use::kHint, "erms"},
    {Word::k7Ebx, 11, Level::kNative, Use::kNever, "rtm"},
    {Word::k7Ebx, 14, Level::kNative, Use::kNever, "mpx"},
    {Word::k7Ebx, 16, Level::kV4, Use::kNeeded, "avx512f"},
    {Word::k7Ebx, 17, Level::kV4, Use::kNeeded, "avx512dq"},
    {Word::k7Ebx, 18, Level::kV4, Use::kNeeded, "rdseed"},
    {Word::k7Ebx, 19, Level::kV4, Use::kNeeded, "adx"},
    {Word::k7Ebx, 21, Level::kNative, Use::kNeeded, "avx512ifma"},
    {Word::k7Ebx, 23, Level::kV4, Use::kNeeded, "clflushopt"},
    {Word::k7Ebx, 24, Level::kV4, Use::kNeeded, "clwb"},
    {Word::k7Ebx, 25, Level::kNative, Use::kNever, "intel_pt"},
    {Word::k7Ebx, 26, Level::kNative, Use::kNeeded, "avx512pf"},
    {Word::k7Ebx, 27, Level::kNative, Use::kNeeded, "avx512er"},
    {Word::k7Ebx, 28, Level::kV4, Use::kNeeded, "avx512cd"},
    {Word::k7Ebx, 29, Level::kNative, Use::kNeeded, "sha_ni"},
    {Word::k7Ebx, 30, Level::kV4, Use::kNeeded, "avx512bw"},
    {Word::k7Ebx, 31, Level::kV4, Use::kNeeded, "avx512vl"},

    {Word::k7Ecx, 0, Level::kNative, Use::kNeeded, "prefetchwt1"},
    {Word::k7Ecx, 1, Level::kNative, Use::kNeeded, "avx512vbmi"},
    {Word::k7Ecx, 3, Level::kNative, Use::kNever, "pku"},  // the kernel's calls are answered ENOSYS
    {Word::k7Ecx, 4, Level::kNative, Use::kNever, "ospke"},
    {Word::k7Ecx, 5, Level::kNative, Use::kNever, "waitpkg"},  // says how long it waited
    {Word::k7Ecx, 6, Level::kNative, Use::kNeeded, "avx512_vbmi2"},
    {Word::k7Ecx, 7, Level::kNative, Use::kNever, "shstk"},
    {Word::k7Ecx, 8, Level::kNative, Use::kNeeded, "gfni"},
    {Word::k7Ecx, 9, Level::kNative, Use::kNeeded, "vaes"},
    {Word::k7Ecx, 10, Level::kNative, Use::kNeeded, "vpclmulqdq"},
    {Word::k7Ecx, 11, Level::kNative, Use::kNeeded, "avx512_vnni"},
    {Word::k7Ecx, 12, Level::kNative, Use::kNeeded, "avx512_bitalg"},
    {Word::k7Ecx, 14, Level::kNative, Use::kNeeded, "avx512_vpopcntdq"},
    {Word::k7Ecx, 22, Level::kNative, Use::kNeeded, "rdpid"},
    {Word::k7Ecx, 23, Level::kNative, Use::kNever, "key_locker"},
    {Word::k7Ecx, 25, Level::kNative, Use::kHint, "cldemote"},
    {Word::k7Ecx, 27, Level::kNative, Use::kNeeded, "movdiri"},
    {Word::k7Ecx, 28, Level::kNative, Use::kNeeded, "movdir64b"},
    {Word::k7Ecx, 29, Level::kNative, Use::kNever, "enqcmd"},
    {Word::k7Ecx, 30, Level::kNative, Use::kNever, "sgx_lc"},
    {Word::k7Ecx, 31, Level::kNative, Use::kNever, "pks"},

    {Word::k7Edx, 2, Level::kNative, Use::kNeeded, "avx512_4vnniw"},
    {Word::k7Edx, 3, Level::kNative, Use::kNeeded, "avx512_4fmaps"},
    {Word::k7Edx, 4, Level::kV4, Use::kHint, "fsrm"},
    {Word::k7Edx, 5, Level::kNative, Use::kNever, "uintr"},
    {Word::k7Edx, 8, Level::kNative, Use::kNeeded, "avx512_vp2intersect"},
    {Word::k7Edx, 11, Level::kNative, Use::kNever, "rtm_always_abort"},
    {Word::k7Edx, 13, Level::kNative, Use::kNever, "tsx_force_abort"},
    {Word::k7Edx, 14, Level::kNative, Use::kNeeded, "serialize"},
    {Word::k7Edx, 16, Level::kNative, Use::kNever, "tsxldtrk"},
    {Word::k7Edx, 20, Level::kNative, Use::kNever, "ibt"},
    {Word::k7Edx, 22, Level::kNative, Use::kNever, "amx_bf16"},
    {Word::k7Edx, 23, Level::kNative, Use::kNeeded, "avx512_fp16"},
    {Word::k7Edx, 24, Level::kNative, Use::kNever, "amx_tile"},
    {Word::k7Edx, 25, Level::kNative, Use::kNever, "amx_int8"},

    {Word::k71Eax, 0, Level::kNative, Use::kNeeded, "sha512"},
    {Word::k71Eax, 1, Level::kNative, Use::kNeeded, "sm3"},
    {Word::k71Eax, 2, Level::kNative, Use::kNeeded, "sm4"},
    {Word::k71Eax, 3, Level::kNative, Use::kNeeded, "raoint"},
    {Word::k71Eax, 4, Level::kNative, Use::kNeeded, "avx_vnni"},
    {Word::k71Eax, 5, Level::kNative, Use::kNeeded, "avx512_bf16"},
    {Word::k71Eax, 7, Level::kNative, Use::kNeeded, "cmpccxadd"},
    {Word::k71Eax, 21, Level::kNative, Use::kNever, "amx_fp16"},
    {Word::k71Eax, 23, Level::kNative, Use::kNeeded, "avx_ifma"},
    {Word::k71Eax, 26, Level::kNative, Use::kNever, "lam"},
    {Word::k71Edx, 4, Level::kNative, Use::kNeeded, "avx_vnni_int8"},
    {Word::k71Edx, 5, Level::kNative, Use::kNeeded, "avx_ne_convert"},
    {Word::k71Edx, 8, Level::kNative, Use::kNever, "amx_complex"},
    {Word::k71Edx, 10, Level::kNative, Use::kNeeded, "avx_vnni_int16"},
    {Word::k71Edx, 13, Level::kNative, Use::kNever, "utmr"},
    {Word::k71Edx, 19, Level::kNative, Use::kNeeded, "avx10"},
    {Word::k71Edx, 21, Level::kNative, Use::kNever, "apx_f"},

    // What these leave out of an area depends on what the processor takes to be in use.
    {Word::kD1Eax, 0, Level::kNative, Use::kNever, "xsaveopt"},
    {Word::kD1Eax, 1, Level::kNative, Use::kNever, "xsavec"},
    {Word::kD1Eax, 2, Level::kNative, Use::kNever, "xgetbv1"},
    {Word::kD1Eax, 3, Level::kNative, Use::kNever, "xsaves"},
    {Word::kD1Eax, 4, Level::kNative, Use::kNever, "xfd"},

    {Word::kExt1Ecx, 0, Level::kV2, Use::kNeeded, "lahf_lm"},
    {Word::kExt1Ecx, 1, Level::kV2, Use::kHint, "cmp_legacy"},
    {Word::kExt1Ecx, 5, Level::kV3, Use::kNeeded, "abm"},
    {Word::kExt1Ecx, 6, Level::kNative, Use::kNeeded, "sse4a"},
    {Word::kExt1Ecx, 7, Level::kNative, Use::kNeeded, "misalignsse"},
    {Word::kExt1Ecx, 8, Level::kV2, Use::kHint, "3dnowprefetch"},
    {Word::kExt1Ecx, 11, Level::kNative, Use::kNeeded, "xop"},
    {Word::kExt1Ecx, 15, Level::kNative, Use::kNever, "lwp"},
    {Word::kExt1Ecx, 16, Level::kNative, Use::kNeeded, "fma4"},
    {Word::kExt1Ecx, 21, Level::kNative, Use::kNeeded, "tbm"},
    {Word::kExt1Ecx, 22, Level::kV2, Use::kHint, "topoext"},
    {Word::kExt1Ecx, 29, Level::kNative, Use::kNever, "mwaitx"},

    {Word::kExt1Edx, 22, Level::kNative, Use::kHint, "mmxext"},
    {Word::kExt1Edx, 25, Level::kNative, Use::kHint, "fxsr_opt"},
    {Word::kExt1Edx, 27, Level::kV2, Use::kNeeded, "rdtscp"},
    {Word::kExt1Edx, 30, Level::kNative, Use::kNeeded, "3dnowext"},
    {Word::kExt1Edx, 31, Level::kNative, Use::kNeeded, "3dnow"},

    {Word::kExt8Ebx, 0, Level::kNative, Use::kNeeded, "clzero"},
    {Word::kExt8Ebx, 4, Level::kNative, Use::kNever, "rdpru"},  // a counter that nobody records
};

/// Bits of a word that no row names: shown where every processor of a level may have them, or at
/// kNative only.
constexpr bool shows_unnamed_bits(Word word) {
  return word == Word::k1Edx || word == Word::kExt1Edx;
}

/// The bits of `word` that a program may be told at `level`.
constexpr uint32_t shown_bits(Word word, Level level) {
  uint32_t named = 0, shown = 0;
  for (const Feature& feature : kFeatures) {
    if (feature.word != word) continue;
    named |= 1u << feature.bit;
    if (feature.use != Use::kNever && feature.since <= level) shown |= 1u << feature.bit;
  }
  return level == Level::kNative || shows_unnamed_bits(word) ? shown | ~named : shown;
}

}  // namespace weft::cpu
