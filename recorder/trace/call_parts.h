/// A kSyscall event in its parts, as the encoder of a chunk needs them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "weft/trace/chunk_model.h"
#include "weft/trace/event.h"

namespace weft::trace {

template <class T>
T read_as(const std::byte* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

struct EffectParts {
  uint32_t size;
  EffectKind kind;
  bool has_own_address;
  uint64_t address;       ///< if it is absolute
  const std::byte* data;  ///< within the event
};

struct CallParts {
  uint64_t site = 0;
  uint64_t entry_time = 0;
  uint64_t arguments[6] = {};  ///< zeros after the last one
  uint64_t effect_codes = 0;   ///< ShapeKey::effects
  int effect_count = 0;
  uint64_t time = 0;  ///< of the event, in kTimeUnitTicks
  EffectParts effects[kMaxShapeEffects];

  /// The effect gives out a clock (ClockModel).
  bool is_clock(uint16_t number, int effect) const {
    return effect == 0 && clock_units_in_a_second(number) != 0 &&
           effects[0].kind != EffectKind::kSent && effects[0].size == kClockBytes;
  }
};

/// Fills `call`, which must be as new, from the payload of a kSyscall event. False if that is not
/// what event.h draws, or has more effects than a shape holds; then `call` may be half filled. Each
/// size is read once, so what lies at `payload` may change meanwhile.
bool take_apart(const EventHeader& header, const std::byte* payload, CallParts& call);

}  // namespace weft::trace
