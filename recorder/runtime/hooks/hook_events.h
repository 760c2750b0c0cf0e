/// How a hook becomes an event while recording, and is compared with one in replay.
///
/// What a hook costs is what its event costs, and most events have no texts: their layout is known
/// where the hook is compiled, so they are a row of stores. The rest goes the way of system calls
/// (EventWriter).
#pragma once

#include <cstdint>

#include "recorder/runtime/ground/state.h"
#include "recorder/runtime/ground/thread.h"
#include "recorder/runtime/log/event_writer.h"
#include "weft/trace/hook.h"

namespace weft::runtime {

/// A text of the program's; what cannot be read counts as zeros.
struct HookText {
  uint64_t address;
  uint64_t bytes;
};
/// One that ends with NUL.
HookText measure_string(uint64_t address);
inline HookText string_at(uint64_t address) {
  return address == 0 ? HookText{} : measure_string(address);
}

/// The caller of a hook.
struct HookCaller {
  Thread* thread;
  uint64_t site;  ///< where the program called it from
  static bool records() { return recording(); }
};
/// The same where it is known already which half runs.
struct RecordCaller : HookCaller {
  static constexpr bool records() { return true; }
};
struct ReplayCaller : HookCaller {
  static constexpr bool records() { return false; }
};

/// What a hook has to say: as many arguments and texts as trace::kHookRows has for its kind.
struct HookEvent {
  trace::HookKind kind;
  uint64_t result;
  uint64_t arguments[4];
  HookText texts[2];
};

/// Replay: the next event must be this one.
void compare_hook(HookCaller caller, const HookEvent& event);

template <trace::HookKind kKind>
inline constexpr trace::HookRow kRowOf = trace::kHookRows[static_cast<uint16_t>(kKind)];

/// Reading the time-stamp counter is most of what a hook costs. These kinds say what something is
/// or which task waits for which, not when: they have the time of the event before.
constexpr bool has_own_time(trace::HookKind kind) {
  return kind != trace::HookKind::kTaskAwait && kind != trace::HookKind::kTaskName &&
         kind != trace::HookKind::kPlace;
}

/// Puts the first kMaxSentBytes of a text after its effect header. Returns the end, padded.
uint8_t* copy_text(uint8_t* at, HookText text);

/// The same for a short one: three words are read at once, wherever it ends in them. False if they
/// are not all there.
inline bool put_short_text(uint64_t* at, HookText text) {
  uint64_t words[3];
  asm("call weft_load_guarded"
      : "=a"(words[0]), "=d"(words[1]), "=c"(words[2])
      : "D"(text.address), "m"(*pointer_to<const uint64_t[3]>(text.address))
      : "cc");
  if (words[0] == static_cast<uint64_t>(-kEFAULT)) [[unlikely]]
    return false;
  const uint64_t last = (text.bytes - 1) / 8, unused = 64 - 8 * (text.bytes - 8 * last);
  at[0] = words[0];
  at[1] = words[1];
  at[2] = words[2];
  at[last] = at[last] << unused >> unused;
  return true;
}

inline uint8_t* put_text(uint8_t* at, HookText text) {
  constexpr uint64_t kShort = 24;
  if (text.bytes > kShort) [[unlikely]]
    return copy_text(at, text);
  *reinterpret_cast<trace::EffectHeader*>(at) = {static_cast<uint32_t>(text.bytes), 0,
                                                 static_cast<uint8_t>(trace::EffectKind::kSent), 0};
  uint8_t* behind = at + sizeof(trace::EffectHeader);
  if (text.bytes == 0) return behind;
  if (!put_short_text(reinterpret_cast<uint64_t*>(behind), text)) [[unlikely]]
    return copy_text(at, text);
  return behind + ((text.bytes + 7) & ~uint64_t{7});
}

/// Writes the event.
template <trace::HookKind kKind, int kArguments>
inline void write_hook(HookCaller caller, const uint64_t (&arguments)[kArguments],
                       const HookText* texts, uint64_t result) {
  uint8_t* start = room_for_event();
  uint8_t* payload = start + sizeof(trace::EventHeader);
  auto* words = reinterpret_cast<uint64_t*>(payload);
  words[0] = caller.site;
  for (int i = 0; i < kArguments; ++i) words[1 + i] = arguments[i];
  auto* end = reinterpret_cast<uint8_t*>(words + 1 + kArguments);
  for (int i = 0; i < kRowOf<kKind>.text_count; ++i) end = put_text(end, texts[i]);
  if constexpr (has_own_time(kKind)) g_ring.last_time = ticks();
  const auto bytes = static_cast<uint32_t>(end - payload);
  *reinterpret_cast<trace::EventHeader*>(start) = {
      .time = g_ring.last_time,
      .result = static_cast<int64_t>(result),
      .size = bytes,
      .thread = caller.thread->id,
      .check = 0,
      .call = static_cast<uint16_t>(kKind),
      .kind = static_cast<uint8_t>(trace::EventKind::kHook),
      .flags = static_cast<uint8_t>(kArguments << trace::kArgCountShift)};
  publish_event(trace::event_bytes(bytes));
}

/// Writes the event, or compares it with the recorded one.
template <trace::HookKind kKind, class Caller, int kArguments>
inline void emit(const Caller& caller, const uint64_t (&arguments)[kArguments],
                 const HookText* texts, uint64_t result) {
  static_assert(kRowOf<kKind>.argument_count == kArguments);
  if (caller.records()) [[likely]]
    return write_hook<kKind>(caller, arguments, texts, result);
  HookEvent event{kKind, result, {}, {}};
  for (int i = 0; i < kArguments; ++i) event.arguments[i] = arguments[i];
  for (int i = 0; i < kRowOf<kKind>.text_count; ++i) event.texts[i] = texts[i];
  compare_hook(caller, event);
}
template <trace::HookKind kKind, class Caller, int kArguments>
inline void emit(const Caller& caller, const uint64_t (&arguments)[kArguments],
                 uint64_t result = 0) {
  static_assert(kRowOf<kKind>.text_count == 0);
  emit<kKind>(caller, arguments, static_cast<const HookText*>(nullptr), result);
}
template <trace::HookKind kKind, class Caller, int kArguments, int kTexts>
inline void emit(const Caller& caller, const uint64_t (&arguments)[kArguments],
                 const HookText (&texts)[kTexts], uint64_t result = 0) {
  static_assert(kRowOf<kKind>.text_count == kTexts);
  emit<kKind>(caller, arguments, &texts[0], result);
}

/// The next number of a task, an operation or a request.
inline uint64_t next_hook_id() {
  extern uint64_t g_last_hook_id;
  return ++g_last_hook_id;
}

}  // namespace weft::runtime
