/// Calls that wait for something else than a descriptor, and what ends the wait: futexes, sleeping,
/// signals, timers, children, threads.
#include <linux/futex.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>

#include <cerrno>

#include "debugger/connections/calls/signal_causes.h"

namespace weft::connections {

namespace {

constexpr int kSignals = 65;
/// FUTEX_LOCK_PI2 is newer than Debian 12's headers.
constexpr int kFutexLockPi2 = 13;

void on_futex_wait(TrackerState& state, const CallEvent& call) {
  if (call.result == -ETIMEDOUT) state.wake(call, CauseKind::kTimeout, {}, -1);
  if (call.result == -EINTR) interrupted(state, call);
  if (call.result != 0) return;
  const Mark cause =
      state.futexes.end_wait(call.arg(0), call.event.entry_time().value_or(trace::Ticks{}));
  const bool shared = (call.arg(1) & FUTEX_PRIVATE_FLAG) == 0;
  const CauseKind other = shared ? CauseKind::kOutside : CauseKind::kUnknown;
  state.wake(call, cause ? CauseKind::kFutexWake : other, cause, -1);
}

void on_futex(TrackerState& state, const CallEvent& call) {
  const auto woken = static_cast<uint64_t>(call.result < 0 ? 0 : call.result);
  switch (call.int_arg(1) & FUTEX_CMD_MASK) {
    case FUTEX_WAIT:
    case FUTEX_WAIT_BITSET:
      return on_futex_wait(state, call);
    case FUTEX_WAKE:
    case FUTEX_WAKE_BITSET:
      return state.futexes.wake(call.arg(0), woken, state.now);
    case FUTEX_REQUEUE:
    case FUTEX_CMP_REQUEUE: {
      const uint64_t most = static_cast<uint32_t>(call.arg(2));
      state.futexes.wake(call.arg(0), std::min(woken, most), state.now);
      if (woken > most) state.futexes.requeue(call.arg(0), call.arg(4));
      return;
    }
    case FUTEX_WAKE_OP:  // how many at which word is not known; what is too many is never used
      state.futexes.wake(call.arg(0), woken, state.now);
      return state.futexes.wake(call.arg(4), woken, state.now);
    case FUTEX_UNLOCK_PI:  // called only if somebody waits
      return state.futexes.wake(call.arg(0), call.failed() ? 0 : 1, state.now);
    case FUTEX_LOCK_PI:
    case kFutexLockPi2:
      if (call.event.entry_time()) on_futex_wait(state, call);
      return;
    default:
      return;
  }
}

void on_sleep(TrackerState& state, const CallEvent& call) {
  if (call.result == 0) state.wake(call, CauseKind::kTimeout, {}, -1);
  if (call.result == -EINTR) interrupted(state, call);
}

void on_wait_for_child(TrackerState& state, const CallEvent& call) {
  if (!call.failed()) state.wake(call, CauseKind::kChild, {}, -1);
}

void on_wait_for_signal(TrackerState& state, const CallEvent& call) {
  if (call.result > 0 && call.result < kSignals) {  // rt_sigtimedwait
    const auto info = read_as<siginfo_t>(call.effect(1));
    const auto [kind, cause] =
        signal_cause(state, static_cast<uint32_t>(call.result), info.si_code, info.si_pid);
    state.wake(call, kind, cause, -1);
  } else if (call.result == -EAGAIN) {
    state.wake(call, CauseKind::kTimeout, {}, -1);
  } else if (call.result == -EINTR) {
    interrupted(state, call);
  }
}

void note_sent(TrackerState& state, const CallEvent& call, int number) {
  if (call.failed() || number <= 0 || number >= kSignals) return;
  state.signals_sent[static_cast<size_t>(number)] = {state.now, call.int_arg(0)};
}

void on_kill(TrackerState& state, const CallEvent& call) {
  note_sent(state, call, call.int_arg(1));
}

void on_thread_kill(TrackerState& state, const CallEvent& call) {
  note_sent(state, call, call.int_arg(2));
}

void on_set_timer(TrackerState& state, const CallEvent& call) {
  if (!call.failed()) state.timer_set = state.now;
}

void on_set_timerfd(TrackerState& state, const CallEvent& call) {
  OpenFile* file = state.files.use(call.int_arg(0));
  if (call.failed() || file == nullptr) return;
  file->kind = FileKind::kTimerFd;
  file->set = state.now;
  file->ready = {};
}

void on_clone(TrackerState& state, const CallEvent& call) {
  if ((call.arg(0) & CLONE_THREAD) == 0) return;
  constexpr size_t kMaxThreads = 100'000;  // alive
  const trace::ThreadNumber thread = ++state.last_thread;
  if (call.failed()) return;
  if (state.exit_words.size() >= kMaxThreads) state.exit_words.clear();
  if ((call.arg(0) & CLONE_CHILD_CLEARTID) != 0) state.exit_words[thread] = call.arg(3);
}

void on_set_tid_address(TrackerState& state, const CallEvent& call) {
  state.exit_words[state.now.thread] = call.arg(0);
}

}  // namespace

std::pair<CauseKind, Mark> signal_cause(const TrackerState& state, uint32_t number, int32_t code,
                                        int32_t sender) {
  const bool timer =
      code == SI_TIMER ||
      (code == SI_KERNEL && (number == SIGALRM || number == SIGVTALRM || number == SIGPROF));
  if (timer && state.timer_set) return {CauseKind::kTimer, state.timer_set};
  if (number == SIGCHLD && code >= CLD_EXITED && code <= CLD_CONTINUED)
    return {CauseKind::kChild, {}};
  const bool by_process = code == SI_USER || code == SI_TKILL || code == SI_QUEUE;
  if (!by_process || number >= state.signals_sent.size()) return {CauseKind::kOutside, {}};
  const TrackerState::SentSignal& sent = state.signals_sent[number];
  // A program that signals itself is the sender and the target.
  if (sent.mark && sent.target == sender) return {CauseKind::kSignal, sent.mark};
  return {CauseKind::kOutside, {}};
}

std::pair<CauseKind, Mark> signalfd_cause(const TrackerState& state, std::string_view bytes) {
  return signal_cause(state, read_as<uint32_t>(bytes), read_as<int32_t>(bytes, 8),
                      read_as<int32_t>(bytes, 12));
}

void interrupted(TrackerState& state, const CallEvent& call) {
  state.wake(call, CauseKind::kSignal, {}, -1);
}

void add_signal(TrackerState& state, const trace::EventView& event) {
  const trace::SignalRecord record = event.signal();
  const std::string_view info(reinterpret_cast<const char*>(record.siginfo), sizeof record.siginfo);
  const auto [kind, cause] = signal_cause(state, read_as<uint32_t>(info), read_as<int32_t>(info, 8),
                                          read_as<int32_t>(info, 16));
  state.wake({event, state.now, event.header().result}, kind, cause, -1);
}

void put_wait_handlers(CallHandlers& handlers) {
  handlers[SYS_futex] = on_futex;
  handlers[SYS_nanosleep] = on_sleep;
  handlers[SYS_clock_nanosleep] = on_sleep;
  handlers[SYS_wait4] = on_wait_for_child;
  handlers[SYS_waitid] = on_wait_for_child;
  handlers[SYS_pause] = on_wait_for_signal;
  handlers[SYS_rt_sigsuspend] = on_wait_for_signal;
  handlers[SYS_rt_sigtimedwait] = on_wait_for_signal;
  handlers[SYS_kill] = on_kill;
  handlers[SYS_tkill] = on_kill;
  handlers[SYS_rt_sigqueueinfo] = on_kill;
  handlers[SYS_tgkill] = on_thread_kill;
  handlers[SYS_rt_tgsigqueueinfo] = on_thread_kill;
  handlers[SYS_setitimer] = on_set_timer;
  handlers[SYS_alarm] = on_set_timer;
  handlers[SYS_timer_settime] = on_set_timer;
  handlers[SYS_timerfd_settime] = on_set_timerfd;
  handlers[SYS_clone] = on_clone;
  handlers[SYS_set_tid_address] = on_set_tid_address;
}

}  // namespace weft::connections
