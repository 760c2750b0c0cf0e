/// Is this a well-formed event? Structure only: kinds, sizes, counts; never what the values mean.
///
/// The recorder asks before it stores an event (the ring is memory that the program could scribble
/// on), the reader asks before it hands one out. Whatever passes can be taken apart without a
/// bounds check of one's own, as event.h draws it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "weft/trace/event.h"
#include "weft/trace/hook.h"
#include "weft/trace/preempt_state.h"

namespace weft::trace {

namespace event_check_detail {

template <class T>
T read(const std::byte* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

constexpr uint32_t round_up_8(uint32_t bytes) {
  return (bytes + 7) & ~7u;
}

/// Effects must fill `bytes` exactly, save for up to 7 bytes of padding after the last one.
inline const char* effects_fault(const std::byte* at, uint32_t bytes, unsigned argument_count) {
  while (bytes > 0) {
    if (bytes < sizeof(EffectHeader)) return "a cut effect";
    const auto effect = read<EffectHeader>(at);
    const uint32_t head = sizeof(EffectHeader) + (effect.arg == kAbsolute ? 8u : 0u);
    if (effect.kind < 1 || effect.kind > static_cast<uint8_t>(EffectKind::kSent) ||
        effect.zero != 0)
      return "an effect of an unknown kind";
    if (effect.arg != kAbsolute && effect.arg >= argument_count)
      return "an effect of an argument that the call does not have";
    if (effect.size > kMaxDataBytes || bytes < head || effect.size > bytes - head)
      return "an effect that is longer than its event";
    const uint32_t taken = head + round_up_8(effect.size);
    if (taken >= bytes) return nullptr;
    at += taken;
    bytes -= taken;
  }
  return nullptr;
}

inline const char* call_fault(const EventHeader& header, const std::byte* payload) {
  const unsigned argument_count = (header.flags >> kArgCountShift) & 7;
  if (argument_count > 6) return "a call with more than six arguments";
  const uint32_t head = 8 * (1 + ((header.flags & kHasEntryTime) ? 1u : 0u) + argument_count);
  if (header.size < head) return "a call without its arguments";
  return effects_fault(payload + head, header.size - head, argument_count);
}

/// All arguments and texts of its kind must be there: readers take them without a look.
inline const char* hook_fault(const EventHeader& header, const std::byte* payload) {
  const HookRow& row = kHookRows[header.call];
  if (((header.flags >> kArgCountShift) & 7) != row.argument_count || (header.flags & 0xf) != 0)
    return "a hook with another number of arguments";
  const uint32_t head = 8 * (1 + uint32_t{row.argument_count});
  if (header.size < head) return "a hook without its arguments";
  if (const char* fault = effects_fault(payload + head, header.size - head, row.argument_count))
    return fault;
  unsigned texts = 0;
  for (uint32_t at = head; at < header.size; ++texts) {
    const auto effect = read<EffectHeader>(payload + at);
    if (effect.arg != 0 || effect.kind != static_cast<uint8_t>(EffectKind::kSent) ||
        effect.size > kMaxSentBytes)
      return "a hook with a text that is none";
    at += static_cast<uint32_t>(sizeof effect) + round_up_8(effect.size);
  }
  return texts == row.text_count ? nullptr : "a hook with another number of texts";
}

inline const char* exec_fault(const std::byte* payload, uint32_t bytes) {
  if (bytes < sizeof(ExecRecord)) return "an exec record of the wrong size";
  const auto record = read<ExecRecord>(payload);
  uint64_t terminators = 0;
  for (uint32_t i = sizeof record; i < bytes; ++i) terminators += payload[i] == std::byte{0};
  const uint64_t expected = uint64_t{1} + record.argument_count + record.environment_count;
  const bool ends_in_nul = bytes > sizeof record && payload[bytes - 1] == std::byte{0};
  return terminators == expected && ends_in_nul ? nullptr : "an exec record with missing strings";
}

/// A StateRecord, and what follows it.
inline const char* state_fault(const std::byte* payload, uint32_t bytes) {
  constexpr uint32_t kHead = sizeof(StateRecord);
  if (bytes < kHead) return "an event without its state";
  if ((bytes - kHead) % sizeof(ByteRange) != 0) return "a state of the wrong size";
  const auto state = read<StateRecord>(payload);
  if (state.hidden > (bytes - kHead) / sizeof(ByteRange)) return "a state with missing ranges";
  uint64_t last = 0;
  for (uint64_t i = 0; i < state.hidden; ++i) {
    const auto range = read<ByteRange>(payload + kHead + i * sizeof(ByteRange));
    if (range.begin < last || range.end < range.begin) return "a state with a wrong range";
    last = range.end;
  }
  return nullptr;
}

inline const char* preempt_fault(const EventHeader& header, const std::byte* payload) {
  if (header.size < sizeof(PreemptRecord) ||
      (header.size - sizeof(PreemptRecord)) % sizeof(PreemptBlock) != 0)
    return "a preempt record of the wrong size";
  if ((header.flags & kWholeState) == 0) return nullptr;
  constexpr uint32_t kHead = sizeof(PreemptRecord);
  return state_fault(payload + kHead, header.size - kHead);
}

}  // namespace event_check_detail

/// What is wrong with the `header.size` bytes of a payload; null if nothing is.
inline const char* payload_fault(const EventHeader& header, const std::byte* payload) {
  const uint32_t bytes = header.size;
  switch (static_cast<EventKind>(header.kind)) {
    case EventKind::kSyscall:
      return event_check_detail::call_fault(header, payload);
    case EventKind::kHook:
      return header.call >= 1 && header.call <= kMaxHookKind
                 ? event_check_detail::hook_fault(header, payload)
                 : "a hook of an unknown kind";
    case EventKind::kMap:
      return bytes >= sizeof(MapRecord) ? nullptr : "a cut map record";
    case EventKind::kData:
      return bytes >= 8 && bytes <= 8 + kMaxDataBytes ? nullptr : "data of the wrong size";
    case EventKind::kExec:
      return event_check_detail::exec_fault(payload, bytes);
    case EventKind::kStart:
      return bytes == sizeof(StartRecord) ? nullptr : "a start record of the wrong size";
    case EventKind::kKilled:  // by a fault of its own, or from outside
      if (bytes == 0) return nullptr;
      [[fallthrough]];
    case EventKind::kSignal:
    case EventKind::kFault:
      return bytes == sizeof(SignalRecord) ? nullptr : "a signal record of the wrong size";
    case EventKind::kPreempt:
      return event_check_detail::preempt_fault(header, payload);
    case EventKind::kFile:
      return bytes >= sizeof(FileRecord) && bytes <= sizeof(FileRecord) + kMaxDataBytes
                 ? nullptr
                 : "a file record of the wrong size";
    case EventKind::kMemory:
      return event_check_detail::state_fault(payload, bytes);
    case EventKind::kUnusual:
      return nullptr;
    case EventKind::kThread:
    case EventKind::kThreadExit:
    case EventKind::kResume:
    case EventKind::kExit:
    case EventKind::kChild:
    case EventKind::kProcess:
      return bytes == 0 ? nullptr : "an event with a payload it must not have";
  }
  return "an event of an unknown kind";
}

/// What is wrong with the event at `event`, of which `available` bytes may be read; null if nothing
/// is. The caller goes on event_bytes(size) further.
inline const char* event_fault(const std::byte* event, uint64_t available) {
  if (available < sizeof(EventHeader)) return "a cut event";
  const auto header = event_check_detail::read<EventHeader>(event);
  if (header.size > kMaxEventBytes || event_bytes(header.size) > kMaxEventBytes)
    return "an event that is too large";
  if (event_bytes(header.size) > available) return "a cut event";
  return payload_fault(header, event + sizeof(EventHeader));
}

}  // namespace weft::trace
