#include "recorder/trace/call_parts.h"

namespace weft::trace {

namespace {

/// The argument whose value is `address`; kOwnAddress if none is.
uint8_t argument_with(uint64_t address, const CallParts& call, unsigned argument_count) {
  for (unsigned i = 0; i < argument_count; ++i) {
    if (call.arguments[i] == address) return static_cast<uint8_t>(i);
  }
  return EffectCode::kOwnAddress;
}

}  // namespace

bool take_apart(const EventHeader& header, const std::byte* payload, CallParts& call) {
  const unsigned argument_count = (header.flags >> kArgCountShift) & 7;
  const bool has_entry_time = (header.flags & kHasEntryTime) != 0;
  const uint32_t head = 8 * (1 + (has_entry_time ? 1u : 0u) + argument_count);
  if (argument_count > 6 || header.size < head) return false;
  call.site = read_as<uint64_t>(payload);
  if (has_entry_time) call.entry_time = read_as<uint64_t>(payload + 8);
  const std::byte* arguments = payload + (head - 8 * argument_count);
  for (unsigned i = 0; i < argument_count; ++i)
    call.arguments[i] = read_as<uint64_t>(arguments + 8 * i);
  uint32_t at = head;
  while (at < header.size) {
    if (call.effect_count == kMaxShapeEffects || header.size - at < sizeof(EffectHeader))
      return false;
    const auto effect = read_as<EffectHeader>(payload + at);
    const bool absolute = effect.arg == kAbsolute;
    const uint32_t effect_head = sizeof(EffectHeader) + (absolute ? 8u : 0u);
    const uint32_t left = header.size - at;
    if (left < effect_head || effect.size > left - effect_head) return false;
    if (effect.zero != 0 || (!absolute && effect.arg >= argument_count)) return false;
    if (effect.kind < 1 || effect.kind > 2 || effect.size > kMaxDataBytes) return false;
    EffectParts& out = call.effects[call.effect_count];
    out.size = effect.size;
    out.kind = static_cast<EffectKind>(effect.kind);
    out.address = absolute ? read_as<uint64_t>(payload + at + sizeof(EffectHeader)) : 0;
    out.data = payload + at + effect_head;
    const uint8_t argument =
        absolute ? argument_with(out.address, call, argument_count) : effect.arg;
    const auto code = EffectCode::make(argument, effect.kind, absolute);
    out.has_own_address = code.has_own_address();
    call.effect_codes |= uint64_t{code.bits} << (8 * call.effect_count);
    ++call.effect_count;
    at += effect_head + ((effect.size + 7) & ~7u);
  }
  return at == header.size;
}

}  // namespace weft::trace
