/// The processor that a program is shown: what the trace's header says of it, and how it is made
/// out of a real one and a level.
#pragma once

#include <cstdint>

#include "weft/cpu/features.h"
#include "weft/cpu/level.h"

namespace weft::cpu {

/// What cpuid returns: eax, ebx, ecx, edx.
struct Answer {
  uint32_t reg[4];
};

/// Parts of the extended state, as bits of XCR0 and of an area's header (XSTATE_BV).
inline constexpr uint64_t kX87 = 1u << 0, kSse = 1u << 1, kAvx = 1u << 2, kAvx512 = 7u << 5;
inline constexpr int kStateParts = 8;             ///< bits 0..7: the others are never shown
inline constexpr uint32_t kLegacyBytes = 512;     ///< x87 and SSE, at the beginning of each area
inline constexpr uint32_t kAreaHeaderBytes = 64;  ///< XSTATE_BV..., after it

/// Where a part lies in an area of the standard format. Vendors differ from AVX-512 on.
struct StatePart {
  uint32_t offset, bytes;
};

/// A field of the trace's header, as it is here.
struct ShownProcessor {
  Level level;
  uint32_t words[kWords];  ///< by Word: what the program is told
  uint64_t states;         ///< XCR0 as it is told
  uint32_t area_bytes;     ///< of those states in the standard format
  uint32_t zero;
  StatePart parts[kStateParts];  ///< of bits 2..7 in `states`; zeros for the others
};
static_assert(sizeof(ShownProcessor) == 136);

/// The most that an area may take: what the runtime has room for.
inline constexpr uint32_t kMostAreaBytes = 8192;

/// Could `show` have made it? Asked of what comes from a trace.
constexpr bool is_sound(const ShownProcessor& shown) {
  if (shown.level < Level::kV2 || shown.level > Level::kNative) return false;
  if ((shown.states & 3) != 3 || (shown.states & ~(kX87 | kSse | kAvx | kAvx512)) != 0)
    return false;
  if (shown.area_bytes > kMostAreaBytes) return false;
  for (int part = 2; part < kStateParts; ++part) {
    const StatePart& place = shown.parts[part];
    if ((shown.states >> part & 1) == 0) continue;
    if (place.offset < kLegacyBytes + kAreaHeaderBytes || place.offset > shown.area_bytes ||
        place.bytes > shown.area_bytes - place.offset) {
      return false;
    }
  }
  return true;
}

/// States that a program may be told of at `level`.
constexpr uint64_t shown_states(Level level) {
  if (level == Level::kV2) return kX87 | kSse;
  if (level == Level::kV3) return kX87 | kSse | kAvx;
  return kX87 | kSse | kAvx | kAvx512;
}

/// Makes the processor that is shown at `level` on the machine whose cpuid is `ask(leaf, subleaf)`
/// and whose XCR0 is `xcr0`.
template <class Ask>
constexpr ShownProcessor show(Level level, uint64_t xcr0, Ask ask) {
  ShownProcessor shown{};
  shown.level = level;
  const uint32_t last = ask(0u, 0u).reg[0], last_extended = ask(0x80000000u, 0u).reg[0];
  for (int i = 0; i < kWords; ++i) {
    const WordPlace& place = kWordPlaces[i];
    if (place.leaf > (place.leaf >= 0x80000000u ? last_extended : last)) continue;
    if (place.leaf == 7 && place.subleaf > ask(7u, 0u).reg[0]) continue;
    shown.words[i] =
        ask(place.leaf, place.subleaf).reg[place.reg] & shown_bits(static_cast<Word>(i), level);
  }
  shown.states = xcr0 & shown_states(level);
  shown.area_bytes = kLegacyBytes + kAreaHeaderBytes;
  for (uint32_t part = 2; part < kStateParts; ++part) {
    if ((shown.states >> part & 1) == 0) continue;
    const Answer where = ask(0xdu, part);
    shown.parts[part] = {where.reg[1], where.reg[0]};
    const uint32_t end = where.reg[1] + where.reg[0];
    if (end > shown.area_bytes) shown.area_bytes = end;
  }
  return shown;
}

/// What the program is answered when it executes cpuid and the processor says `answer`.
constexpr Answer shown_answer(const ShownProcessor& shown, uint32_t leaf, uint32_t subleaf,
                              Answer answer) {
  for (int i = 0; i < kWords; ++i) {
    const WordPlace& place = kWordPlaces[i];
    if (place.leaf == leaf && (place.subleaf == subleaf || (leaf != 7 && leaf != 0xd)))
      answer.reg[place.reg] = shown.words[i];
  }
  const bool native = shown.level == Level::kNative;
  switch (leaf) {
    case 7:
      if (native) break;
      if (subleaf == 0) answer.reg[0] = 0;  // no more subleaves
      if (subleaf > 0) answer = {};
      break;
    case 0xd:
      if (subleaf == 0) {
        answer = {{static_cast<uint32_t>(shown.states), shown.area_bytes, shown.area_bytes, 0}};
      } else if (subleaf == 1) {
        answer = {{shown.words[static_cast<int>(Word::kD1Eax)], 0, 0, 0}};
      } else if (subleaf >= 64 || (shown.states >> subleaf & 1) == 0) {
        answer = {};
      }
      break;
    case 0x12:  // SGX
    case 0x14:  // processor trace
    case 0x19:  // key locker
    case 0x1d:  // AMX
    case 0x1e:
      answer = {};
      break;
    default:
      break;
  }
  return answer;
}

/// Calls `found(name)` for each feature that a program which was shown `recorded` may use, and that
/// a program shown `here` may not.
template <class Found>
constexpr void for_each_missing(const ShownProcessor& recorded, const ShownProcessor& here,
                                Found found) {
  for (const Feature& feature : kFeatures) {
    const auto word = static_cast<int>(feature.word);
    const bool missing = (recorded.words[word] & ~here.words[word]) >> feature.bit & 1;
    if (missing && feature.use == Use::kNeeded) found(feature.name);
  }
}

/// The stack that a signal handler needs at least, as the kernel says it in AT_MINSIGSTKSZ
/// (arch/x86/kernel/signal.c, init_sigframe_size): frame, both alignments, area and its end mark.
constexpr uint64_t least_signal_stack(const ShownProcessor& shown) {
  constexpr uint64_t kFrame = 440, kFrameAlignment = 16, kAreaAlignment = 64, kEndMark = 4;
  const uint64_t bytes =
      kFrame + (kFrameAlignment - 1) + shown.area_bytes + kEndMark + (kAreaAlignment - 1);
  return (bytes + kFrameAlignment - 1) & ~(kFrameAlignment - 1);
}

}  // namespace weft::cpu
