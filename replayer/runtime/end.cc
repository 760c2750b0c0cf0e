#include "replayer/runtime/end.h"

#include "recorder/runtime/calls/call.h"
#include "recorder/runtime/log/log_reader.h"
#include "recorder/runtime/turns/log_turns.h"
#include "replayer/runtime/stop.h"
#include "weft/channel/record_channel.h"

namespace weft::runtime {

using trace::EventHeader;
using trace::EventKind;

namespace {

/// How a call sends a signal.
struct SendingCall {
  uint16_t number;
  int target, signal;  ///< arguments: the process or thread, and the signal
};
constexpr SendingCall kSendingCalls[] = {{__NR_kill, 0, 1},
                                         {__NR_tkill, 0, 1},
                                         {__NR_tgkill, 1, 2},
                                         {__NR_rt_sigqueueinfo, 0, 1},
                                         {__NR_rt_tgsigqueueinfo, 1, 2}};

/// 0: all of the process's own group.
bool is_own(int32_t target) {
  bool own = target == 0;
  for_each_thread([&](const Thread* thread) { own = own || thread->tid == target; });
  return own;
}

constexpr uint64_t kEndTimer = 0x77656674'656e6421;  // si_value
bool g_end_timer_armed;

}  // namespace

bool has_killed_itself(const Thread* thread) {
  const EventHeader *end = glance_at_event(), *last = replayed_event();
  if (end == nullptr || end->kind != static_cast<uint8_t>(EventKind::kKilled) || end->size != 0 ||
      last == nullptr || last->kind != static_cast<uint8_t>(EventKind::kSyscall) ||
      last->thread != thread->id || last->result != 0) {
    return false;
  }
  const uint64_t first = (last->flags & trace::kHasEntryTime) != 0 ? 2 : 1;
  const auto* words = reinterpret_cast<const uint64_t*>(payload_of(last));
  for (const SendingCall& call : kSendingCalls) {
    if (call.number != last->call) continue;
    const uint64_t* arguments = words + first;
    return static_cast<int64_t>(arguments[call.signal]) == end->result &&
           is_own(static_cast<int32_t>(arguments[call.target]));
  }
  return false;
}

void expect_end() {
  constexpr int64_t kSpareSeconds = 1, kMostSeconds = 60;
  if (replay_channel()->in_debugger.load(std::memory_order_relaxed) != 0) return;
  const EventHeader* event = glance_at_event();
  const bool from_outside =
      event == nullptr ||
      (event->kind == static_cast<uint8_t>(EventKind::kKilled) && event->size == 0) ||
      (event->kind == static_cast<uint8_t>(EventKind::kUnusual) && only_notes_left());
  if (!from_outside || g_end_timer_armed) return;
  g_end_timer_armed = true;
  int64_t seconds = kSpareSeconds;
  const uint64_t hertz = replay_channel()->tsc_hz, now = replayed_time();
  if (event != nullptr && event->time > now && hertz != 0) {
    seconds += static_cast<int64_t>(2 * (event->time - now) / hertz);
  }
  if (seconds > kMostSeconds) seconds = kMostSeconds;
  struct {
    uint64_t value;
    int32_t signal, notify, tid, pad[11];
  } order = {kEndTimer,
             channel::kOwnSignal,
             4 /* SIGEV_THREAD_ID */,
             static_cast<int32_t>(raw(__NR_gettid)),
             {}};
  int32_t id = 0;
  raw(__NR_timer_create, 1 /* CLOCK_MONOTONIC */, address_of(&order), address_of(&id));
  const int64_t spec[4] = {0, 10'000'000, seconds, 0};
  raw(__NR_timer_settime, static_cast<uint64_t>(id), 0, address_of(spec), 0);
}

bool is_end_timer(const SignalInfo& info) {
  return info.fields[1] == kEndTimer;
}

void forget_end_timer() {
  g_end_timer_armed = false;
}

void end_of_recording() {
  for (;;) report_state(channel::ReplayState::kEnded);
}

extern "C" void weft_on_end(Thread*) {
  end_of_recording();
}

}  // namespace weft::runtime
