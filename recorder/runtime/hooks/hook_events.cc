#include "recorder/runtime/hooks/hook_events.h"

#include "recorder/runtime/log/log_reader.h"
#include "recorder/runtime/turns/log_turns.h"

namespace weft::runtime {

using trace::HookRow;

namespace {

constexpr uint64_t kMaxText = 4096;

uint64_t shown_bytes(const HookText& text) {
  return text.bytes < trace::kMaxSentBytes ? text.bytes : trace::kMaxSentBytes;
}

const HookRow& row_of(const HookEvent& hook) {
  return trace::kHookRows[static_cast<uint16_t>(hook.kind)];
}

bool same_text(const HookText& text, const uint8_t* recorded, uint32_t bytes) {
  static uint8_t buffer[trace::kMaxSentBytes];
  if (shown_bytes(text) != bytes) return false;
  if (bytes == 0) return true;
  if (weft_copy_guarded(buffer, pointer_to<void>(text.address), bytes) != 0)
    __builtin_memset(buffer, 0, bytes);
  return __builtin_memcmp(buffer, recorded, bytes) == 0;
}

/// nullptr if the hook is the recorded one, else what differs.
const char* difference(HookCaller caller, const HookEvent& hook, const trace::EventHeader* event) {
  const HookRow& row = row_of(hook);
  const auto* words = reinterpret_cast<const uint64_t*>(payload_of(event));
  if (event->call != static_cast<uint16_t>(hook.kind)) return "another hook";
  if (words[0] != caller.site) return "the same hook, from another place";
  if (static_cast<uint64_t>(event->result) != hook.result) return "another number of a task";
  for (int i = 0; i < row.argument_count; ++i) {
    if (words[1 + i] != hook.arguments[i]) return "a hook with another argument";
  }
  const uint8_t* at = payload_of(event) + 8 * (1 + row.argument_count);
  for (int i = 0; i < row.text_count; ++i) {
    trace::EffectHeader effect;
    __builtin_memcpy(&effect, at, sizeof effect);
    at += sizeof effect;
    if (!same_text(hook.texts[i], at, effect.size)) return "a hook with another text";
    at += (uint64_t{effect.size} + 7) & ~uint64_t{7};
  }
  return nullptr;
}

}  // namespace

uint64_t g_last_hook_id;

HookText measure_string(uint64_t address) {
  const long length = weft_string_guarded(pointer_to<char>(address), kMaxText);
  return {address, length < 0 ? 0 : static_cast<uint64_t>(length)};
}

uint8_t* copy_text(uint8_t* at, HookText text) {
  const uint64_t bytes = shown_bytes(text), padded = (bytes + 7) & ~uint64_t{7};
  *reinterpret_cast<trace::EffectHeader*>(at) = {static_cast<uint32_t>(bytes), 0,
                                                 static_cast<uint8_t>(trace::EffectKind::kSent), 0};
  at += sizeof(trace::EffectHeader);
  *reinterpret_cast<uint64_t*>(at + padded - 8) = 0;
  if (weft_copy_guarded(at, pointer_to<void>(text.address), bytes) != 0)
    weft_zero_guarded(at, bytes);
  return at + padded;
}

void compare_hook(HookCaller caller, const HookEvent& hook) {
  const trace::EventHeader* event = await_turn(caller.thread);
  if (event->kind != static_cast<uint8_t>(trace::EventKind::kHook))
    report_divergence(caller.thread, "a hook that is not recorded");
  if (const char* what = difference(caller, hook, event)) report_divergence(caller.thread, what);
  consume_event();
}

}  // namespace weft::runtime
