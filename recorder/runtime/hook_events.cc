/// How a hook becomes an event, or is compared with one.
#include "recorder/runtime/event_writer.h"
#include "recorder/runtime/hooks.h"
#include "recorder/runtime/state.h"
#include "replayer/runtime/log_reader.h"
#include "replayer/runtime/replay.h"

namespace weft::runtime {

using trace::HookRow;

namespace {

uint64_t shown_bytes(const HookText& text) {
  return text.bytes < trace::kMaxSentBytes ? text.bytes : trace::kMaxSentBytes;
}

void write_event(Thread* thread, const HookEvent& hook, const HookRow& row, uint64_t result) {
  EventWriter event(trace::EventKind::kHook, thread);
  event.put(hook.site);
  for (int i = 0; i < row.argument_count; ++i) event.put(hook.arguments[i]);
  for (int i = 0; i < row.text_count; ++i) {
    event.put_effect(trace::EffectKind::kSent, 0, hook.texts[i].address,
                     static_cast<uint32_t>(shown_bytes(hook.texts[i])));
  }
  event.set_call(static_cast<uint16_t>(hook.kind),
                 static_cast<uint8_t>(row.argument_count << trace::kArgCountShift), 0);
  event.commit(static_cast<int64_t>(result));
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
const char* difference(const HookEvent& hook, const HookRow& row, const trace::EventHeader* event,
                       uint64_t result) {
  const auto* words = reinterpret_cast<const uint64_t*>(payload_of(event));
  if (event->call != static_cast<uint16_t>(hook.kind)) return "another hook";
  if (words[0] != hook.site) return "the same hook, from another place";
  if (static_cast<uint64_t>(event->result) != result) return "another number of a task";
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

void emit(Thread* thread, const HookEvent& hook, uint64_t result) {
  const HookRow& row = trace::kHookRows[static_cast<uint16_t>(hook.kind)];
  if (recording()) return write_event(thread, hook, row, result);
  const trace::EventHeader* event = await_turn(thread);
  if (event->kind != static_cast<uint8_t>(trace::EventKind::kHook))
    report_divergence(thread, "a hook that is not recorded");
  if (const char* what = difference(hook, row, event, result)) report_divergence(thread, what);
  consume_event();
}

uint64_t next_hook_id() {
  static uint64_t last = 0;
  return ++last;
}

}  // namespace weft::runtime
