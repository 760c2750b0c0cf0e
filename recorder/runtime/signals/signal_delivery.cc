/// Deliveries: where a stashed signal or a fault becomes an event and a frame of the program's
/// handler.
#include "recorder/runtime/code/patch.h"
#include "recorder/runtime/ground/assertion.h"
#include "recorder/runtime/ground/signal_words.h"
#include "recorder/runtime/ground/state.h"
#include "recorder/runtime/log/event_writer.h"
#include "recorder/runtime/log/log_reader.h"
#include "recorder/runtime/signals/signals.h"
#include "recorder/runtime/turns/log_turns.h"

namespace weft::runtime {

namespace {

trace::SignalRecord record_of(const Thread* thread) {
  trace::SignalRecord record{};
  __builtin_memcpy(record.siginfo, &thread->pending_signal, sizeof thread->pending_signal);
  record.ip = original_ip(thread->registers.rip);
  constexpr int32_t kByFilter = 1;  // SYS_SECCOMP; the call's address is the first field
  if (thread->pending_signal.signo == kSigSys && thread->pending_signal.code == kByFilter)
    __builtin_memcpy(record.siginfo + offsetof(SignalInfo, fields), &record.ip, sizeof record.ip);
  return record;
}

/// The thread makes its call again after the handler: back to the call site, number still in rax.
void rewind_call(Thread* thread) {
  thread->registers.rip = original_ip(thread->registers.rip) - 2;
}

void log_signal(const Thread* thread, trace::EventKind kind, const trace::SignalRecord& record,
                uint8_t flags) {
  EventWriter event(kind, thread);
  event.put_bytes(&record, sizeof record);
  event.set_flags(flags);
  event.commit(signal_of(record));
}

bool is_deliverable(const Thread* thread, int signal) {
  return is_handler(action_of(thread, signal).handler) && (thread->signal_mask & bit(signal)) == 0;
}

/// The handler's frame; or, if there is no memory where it would be, what the kernel makes of that
/// (force_sigsegv): a SIGSEGV, whose handler may have a stack of its own. False if the process dies
/// by SIGSEGV.
bool push_frame(Thread* thread, const trace::SignalRecord& record) {
  if (push_handler_frame(thread, record)) return true;
  if (signal_of(record) == kSigSegv || !is_deliverable(thread, kSigSegv)) return false;
  constexpr int32_t kFromKernel = 0x80;  // SI_KERNEL
  SignalInfo info{};
  info.signo = kSigSegv;
  info.code = kFromKernel;
  trace::SignalRecord forced = record;
  __builtin_memset(forced.siginfo, 0, sizeof forced.siginfo);
  __builtin_memcpy(forced.siginfo, &info, sizeof info);
  return push_handler_frame(thread, forced);
}

/// Replay: the process died, which is the next event.
void die_as_recorded(Thread* thread, const char* otherwise) {
  await_turn(thread);
  report_divergence(thread, otherwise);
}

void kill_thread(const Thread* thread, int signal) {
  die_by(signal);
  raw(__NR_tgkill, static_cast<uint64_t>(thread->process->pid), static_cast<uint64_t>(thread->tid),
      static_cast<uint64_t>(signal));
}

}  // namespace

bool deliver_pending(Thread* thread, DeliverAt at) {
  if (thread->pending.load(std::memory_order_relaxed) == 0) return false;
  const int signal = thread->pending_signal.signo;
  assert_that("a signal that waits has a number",
              [&] { return signal >= 1 && signal <= kSignals; });
  assert_that("a fault is not stashed",
              [&] { return (kFaults & bit(signal)) == 0 || thread->pending_signal.code <= 0; });
  disarm_nudge(thread);
  const trace::SignalRecord record = record_of(thread);
  thread->pending.store(0, std::memory_order_seq_cst);
  const uint64_t handler = action_of(thread, signal).handler;
  if (!is_handler(handler)) {  // the program has changed its mind meanwhile
    if (handler == kDefault) kill_thread(thread, signal);
    apply_mask(thread->signal_mask);
    return false;
  }
  const bool entry = at == DeliverAt::kEntry;
  if (entry) rewind_call(thread);
  log_signal(thread, trace::EventKind::kSignal, record, entry ? trace::kAtEntry : 0);
  if (!push_frame(thread, record)) kill_thread(thread, kSigSegv);
  return true;
}

bool deliver_recorded(Thread* thread, DeliverAt at) {
  const bool entry = at == DeliverAt::kEntry;
  const trace::EventHeader* event = entry ? await_turn(thread) : glance_at_event();
  if (event == nullptr || event->thread != thread->id ||
      event->kind != static_cast<uint8_t>(trace::EventKind::kSignal) ||
      ((event->flags & trace::kAtEntry) != 0) != entry) {
    return false;
  }
  if (!entry) event = await_turn(thread);
  trace::SignalRecord record;
  __builtin_memcpy(&record, payload_of(event), sizeof record);
  if (record.ip != original_ip(thread->registers.rip)) {
    report_divergence(thread, "a signal was delivered at another place");
  }
  if (entry) rewind_call(thread);
  consume_event();
  if (!push_frame(thread, record)) die_as_recorded(thread, "a signal has no handler");
  return true;
}

extern "C" void weft_on_fault(Thread* thread) {
  int signal = signal_of(thread->fault);
  if (!recording()) {
    const trace::EventHeader* event = await_turn(thread);
    const auto& recorded = *reinterpret_cast<const trace::SignalRecord*>(payload_of(event));
    if (event->kind != static_cast<uint8_t>(trace::EventKind::kFault) ||
        recorded.ip != thread->fault.ip) {
      report_divergence(thread, "the program faulted where it did not in the recording");
    }
    thread->fault = recorded;
    consume_event();
    if (!push_frame(thread, thread->fault)) die_as_recorded(thread, "a fault has no handler");
    return go_on(thread);
  }
  const bool handled = is_deliverable(thread, signal);
  if (handled) {
    log_signal(thread, trace::EventKind::kFault, thread->fault, 0);
    if (push_frame(thread, thread->fault)) return;
    signal = kSigSegv;
  }
  if (is_in_child(thread)) {
    end_before_death(thread, signal);
  } else {
    EventWriter event(trace::EventKind::kKilled, thread);
    event.put_bytes(&thread->fault, sizeof thread->fault);
    event.commit(signal);
  }
  die_by(signal);
  // The faulting instruction runs again and kills the process. int3 has already been passed, and a
  // handler without a stack is another fault.
  if (signal == kSigTrap || handled) kill_thread(thread, signal);
}

}  // namespace weft::runtime
