/// Why a replay does what the recording did, step by step:
///
/// 1. At the start memory, registers and extended state are those of the recording: kMap, kData and
///    kStart put them there, at the same addresses.
/// 2. Between two calls a thread executes the same instructions on the same state, so it comes to
/// the
///    same call with the same arguments (or faults at the same instruction).
/// 3. At a call it gets from the log what the kernel returned and wrote: the state is the same
/// again.
/// 4. Another thread's memory accesses come between its instructions only at calls, where the baton
///    changed hands, and in the order of events (baton.h); at a preemption, which the log has as an
///    event with the complete register state (preempt.cc).
/// 5. Signals come as events, at calls, or as faults at the same instruction.
/// What is left out is compared at every event: call, site, arguments, and a checksum over the
/// bytes handed to the kernel. The first difference is a divergence, and replay stops there.
#include "replayer/runtime/replay.h"

#include <sys/mman.h>

#include <boost/context/detail/fcontext.hpp>

#include "recorder/runtime/calls/kernel_clock.h"
#include "recorder/runtime/code/patch.h"
#include "recorder/runtime/ground/extended_state.h"
#include "recorder/runtime/ground/report.h"
#include "recorder/runtime/ground/state.h"
#include "recorder/runtime/log/log_reader.h"
#include "recorder/runtime/memory/memory_map.h"
#include "recorder/runtime/preempt/preempt.h"
#include "recorder/runtime/process/exec.h"
#include "replayer/runtime/steps.h"
#include "replayer/runtime/stop.h"

namespace weft::runtime {

using boost::context::detail::fcontext_t;
using boost::context::detail::jump_fcontext;
using boost::context::detail::make_fcontext;
using boost::context::detail::transfer_t;
using channel::ReplayState;
using trace::EventHeader;
using trace::EventKind;

namespace {

constexpr uint64_t kEndTimer = 0x77656674'656e6421;  // si_value
Thread* g_switching_to;
uint64_t g_last_time;  // of the last call taken from the log
bool g_end_timer_armed;
long g_memory_file = -1;  // /proc/self/mem

EventKind kind_of(const EventHeader* event) {
  return static_cast<EventKind>(event->kind);
}

/// On the fiber that was jumped to: remember where the other one stands, load our own registers.
void arrive(Thread* self, transfer_t from) {
  if (from.data != nullptr) static_cast<Thread*>(from.data)->fiber = from.fctx;
  set_gs_base(address_of(self));
  set_fs_base(self->registers.fs_base);
  load_extended_state(self->extended);
}

void switch_to(Thread* from, Thread* to) {
  save_extended_state(from->extended);
  from->registers.fs_base = fs_base();
  g_switching_to = to;
  arrive(from, jump_fcontext(to->fiber, from));
}

/// A new thread's first moments.
void begin_fiber(transfer_t from) {
  Thread* self = g_switching_to;
  arrive(self, from);
  const EventHeader* event = await_turn(self);
  if (kind_of(event) != EventKind::kThread) report_divergence(self, "a thread began out of turn");
  consume_event();
  expect_preemption(self);
  if (steps_are_due()) start_steps(self);
  weft_leave();
}

/// False for what belongs to no thread's turn.
bool is_turn(const EventHeader* event) {
  return kind_of(event) != EventKind::kUnusual && kind_of(event) != EventKind::kKilled;
}

Thread* thread_of(const EventHeader* event, Thread* asking) {
  Thread* thread = thread_by_id(event->thread);
  if (thread == nullptr)
    report_divergence(asking, "the next event is of a thread that does not exist");
  return thread;
}

void apply_data(const EventHeader* event) {
  const uint8_t* payload = payload_of(event);
  const uint64_t address = *reinterpret_cast<const uint64_t*>(payload);
  fill_map(address, payload + 8, event->size - 8);
}

/// Applies what stands in the log ahead of a call. True if `event` was that.
bool apply_prelude(const EventHeader* event) {
  switch (kind_of(event)) {
    case EventKind::kMap:
      apply_map(event);
      break;
    case EventKind::kData:
      apply_data(event);
      break;
    case EventKind::kUnusual:
      break;
    default:
      return false;
  }
  consume_event();
  return true;
}

void apply_effects(const Call& call, const EventHeader* event, const uint8_t* at) {
  const uint8_t* end = payload_of(event) + event->size;
  while (at < end) {
    trace::EffectHeader effect;
    __builtin_memcpy(&effect, at, sizeof effect);
    at += sizeof effect;
    uint64_t address;
    if (effect.arg == trace::kAbsolute) {
      address = *reinterpret_cast<const uint64_t*>(at);
      at += 8;
    } else {
      address = call.args[effect.arg];
    }
    if (static_cast<trace::EffectKind>(effect.kind) == trace::EffectKind::kWritten) {
      write_program(address, at, effect.size);
    }
    at += (uint64_t{effect.size} + 7) & ~uint64_t{7};
  }
}

/// nullptr if the call is the recorded one, else what differs.
const char* difference(const Call& call, const EventHeader* event, const uint64_t* recorded_args,
                       uint64_t recorded_site) {
  if (event->call != call.number) return "another system call";
  if ((event->flags >> trace::kArgCountShift & 7) != call.arity)
    return "another number of arguments";
  if (recorded_site != call.site) return "the same system call, from another place";
  for (int i = 0; i < call.arity; ++i) {
    if (recorded_args[i] != call.args[i]) return "another argument";
  }
  return nullptr;
}

void write_all(uint64_t fd, uint64_t address, uint64_t bytes) {
  while (bytes > 0) {
    const long written = raw(__NR_write, fd, address, bytes);
    if (written <= 0 && written != -kEINTR && written != -kEAGAIN) return;
    if (written <= 0) continue;
    address += static_cast<uint64_t>(written);
    bytes -= static_cast<uint64_t>(written);
  }
}

/// Makes what the program wrote to its stdout and stderr appear on ours.
void show_output(const Call& call, long result) {
  const uint64_t fd = call.args[0];
  if (result <= 0) return;
  uint64_t rest = static_cast<uint64_t>(result);
  if (call.number == __NR_write) {
    write_all(fd, call.args[1], rest);
  } else if (call.number == __NR_writev) {
    const auto* vector = pointer_to<const uint64_t>(call.args[1]);
    for (uint64_t i = 0; i < call.args[2] && rest > 0; ++i) {
      const uint64_t bytes = vector[2 * i + 1] < rest ? vector[2 * i + 1] : rest;
      write_all(fd, vector[2 * i], bytes);
      rest -= bytes;
    }
  }
}

void fill_divergence(Thread* thread, const char* what) {
  channel::Divergence& divergence = replay_channel()->divergence;
  divergence.event = event_position();
  divergence.thread = thread->id;
  divergence.registers = thread->registers;
  divergence.registers.fs_base = fs_base();
  Text(divergence.what, sizeof divergence.what).add(what);
}

}  // namespace

const EventHeader* await_turn(Thread* thread) {
  for (;;) {
    const EventHeader* event = glance_at_event();
    if (event != nullptr && event->thread != thread->id && is_turn(event)) {
      switch_to(thread, thread_of(event, thread));
      continue;
    }
    // Whoever stops here has the turn: the event is its own, or nobody's.
    stop_if_due();
    if (event == nullptr || kind_of(event) == EventKind::kKilled) end_of_recording();
    if (kind_of(event) == EventKind::kExec && event->thread == thread->id && !g_state.loading) {
      exec_from_log(thread);
    }
    if (!apply_prelude(event)) return event;
  }
}

void prepare_fiber(Thread* thread) {
  save_extended_state(thread->extended);
  thread->fiber = make_fcontext(pointer_to<void>(thread->runtime_stack), 64 * 1024, &begin_fiber);
}

void abandon_fiber(Thread* thread) {
  for (;;) {
    const EventHeader* event = glance_at_event();
    if (event != nullptr && is_turn(event)) {
      g_switching_to = thread_of(event, thread);
      jump_fcontext(g_switching_to->fiber, nullptr);
    }
    stop_if_due();
    if (event == nullptr || kind_of(event) == EventKind::kKilled) end_of_recording();
    consume_event();  // kUnusual
  }
}

void expect_end() {
  constexpr int64_t kSpareSeconds = 1, kTicksPerSecond = 2'000'000'000, kMostSeconds = 60;
  if (replay_channel()->in_debugger.load(std::memory_order_relaxed) != 0) return;
  const EventHeader* event = glance_at_event();
  const bool from_outside =
      event == nullptr || (kind_of(event) == EventKind::kKilled && event->size == 0);
  if (!from_outside || g_end_timer_armed) return;
  g_end_timer_armed = true;
  int64_t seconds = kSpareSeconds;
  if (event != nullptr && event->time > g_last_time) {
    seconds += 2 * static_cast<int64_t>(event->time - g_last_time) / kTicksPerSecond;
  }
  if (seconds > kMostSeconds) seconds = kMostSeconds;
  struct {
    uint64_t value;
    int32_t signal, notify, tid, pad[11];
  } order = {kEndTimer,
             31 /* SIGSYS */,
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

uint64_t replayed_time() {
  return g_last_time;
}

void end_of_recording() {
  for (;;) report_state(ReplayState::kEnded);
}

void report_divergence(const Call& call, const char* what) {
  channel::Divergence& divergence = replay_channel()->divergence;
  divergence.actual_call = call.number;
  for (int i = 0; i < 6; ++i) divergence.actual_args[i] = call.args[i];
  fill_divergence(call.thread, what);
  for (;;) report_state(ReplayState::kDiverged);
}

void report_divergence(Thread* thread, const char* what) {
  replay_channel()->divergence.actual_call = UINT32_MAX;
  fill_divergence(thread, what);
  for (;;) report_state(ReplayState::kDiverged);
}

long replay_call(const Call& call) {
  const EventHeader* event = ready_call(call.thread);
  if (event == nullptr) event = await_turn(call.thread);
  if (kind_of(event) == EventKind::kPreempt)
    report_divergence(call, "a system call instead of a preemption");
  if (kind_of(event) != EventKind::kSyscall)
    report_divergence(call, "a system call that is not recorded");
  const uint8_t* at = payload_of(event);
  const uint64_t site = *reinterpret_cast<const uint64_t*>(at);
  at += (event->flags & trace::kHasEntryTime) != 0 ? 16 : 8;
  const auto* args = reinterpret_cast<const uint64_t*>(at);
  if (const char* what = difference(call, event, args, site)) [[unlikely]]
    report_divergence(call, what);
  finish_maps();
  apply_effects(call, event, at + 8 * call.arity);
  bool any = false;
  const uint32_t check_sum = input_check(call, event->result, &any);
  if (check_sum != event->check) {
    replay_channel()->divergence.actual_check = check_sum;
    report_divergence(call, "the same system call with other data");
  }
  g_last_time = event->time;
  consume_event();
  if (replay_channel()->show_output != 0 && (event->flags & trace::kStandardOutput) != 0) {
    show_output(call, event->result);
  }
  return event->result;
}

bool replay_clock_read(Thread* thread) {
  trace::Registers& registers = thread->registers;
  const EventHeader* event = ready_call(thread);
  if (event == nullptr || !is_clock_read(event->call) || event->size != sizeof(ClockReadPayload) ||
      event->check != 0) {
    return false;
  }
  const auto& recorded = *reinterpret_cast<const ClockReadPayload*>(payload_of(event));
  const uint64_t site = original_ip(registers.rip);
  if (recorded.effect.size != sizeof recorded.time || recorded.effect.arg > 1 ||
      registers.rax != event->call || site != recorded.site ||
      registers.rdi != recorded.arguments[0] || registers.rsi != recorded.arguments[1]) {
    return false;
  }
  write_program(recorded.arguments[recorded.effect.arg], &recorded.time, sizeof recorded.time);
  registers.rax = static_cast<uint64_t>(event->result);
  registers.rcx = site;
  g_last_time = event->time;
  consume_event();
  return true;
}

void write_program(uint64_t address, const void* from, uint64_t bytes) {
  if (weft_copy_guarded(pointer_to<void>(address), from, bytes) == 0) return;
  // Read-only here: written while it was writable, or by the kernel. /proc/self/mem may.
  if (g_memory_file < 0) {
    g_memory_file = raw(__NR_open, address_of("/proc/self/mem"), 02000002 /* O_RDWR|O_CLOEXEC */);
  }
  raw(__NR_pwrite64, static_cast<uint64_t>(g_memory_file), address_of(from), bytes, address);
}

void forget_original_process() {
  if (g_memory_file >= 0) raw(__NR_close, static_cast<uint64_t>(g_memory_file));
  g_memory_file = -1;
  g_end_timer_armed = false;
}

extern "C" void weft_on_end(Thread*) {
  end_of_recording();
}

}  // namespace weft::runtime

/// Boost.Context's make_fcontext returns here if a fiber's function returns; ours never do.
extern "C" void _exit(int) {
  weft::runtime::fail("a fiber returned");
}
