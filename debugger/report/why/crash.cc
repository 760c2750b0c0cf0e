/// Detectors of `weft why`: how the program ended, if it was not its own decision.
#include <fmt/format.h>
#include <sys/syscall.h>

#include <algorithm>
#include <csignal>

#include "debugger/report/text/task_texts.h"
#include "debugger/report/why/finding.h"
#include "replayer/inspect/event_text.h"
#include "weft/trace/event.h"

namespace weft::report {

namespace {

/// Signals that a program brings upon itself. Others come from somebody who wanted it to end.
constexpr int kOwnSignals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP, SIGSYS, SIGPIPE};

/// Calls by which a thread sends a signal: abort() makes one of them.
constexpr int kSendsSignal[] = {SYS_tgkill, SYS_tkill, SYS_kill, SYS_rt_tgsigqueueinfo,
                                SYS_rt_sigqueueinfo};
/// Calls that end in SIGPIPE where nobody reads any more.
constexpr int kWriteCalls[] = {SYS_write,   SYS_writev,   SYS_pwrite64, SYS_sendto,
                               SYS_sendmsg, SYS_sendmmsg, SYS_sendfile, SYS_splice};

bool may_bring(int signal, uint16_t call) {
  const auto is_one_of = [call](const auto& calls) {
    return std::ranges::find(calls, int{call}) != std::end(calls);
  };
  if (signal == SIGPIPE) return is_one_of(kWriteCalls) || is_one_of(kSendsSignal);
  return is_one_of(kSendsSignal) || signal == SIGSYS;  // a seccomp filter ends any call
}

/// The thread that brought the signal upon the program.
struct Culprit {
  bool is_known = false;  ///< `thread` is; else `from_outside`, or nothing is known
  bool from_outside = false;
  ThreadNumber thread{0};
};

/// A fault is told. Any other signal came from a thread that stands in a call which brings it; if
/// none does, from outside.
Culprit find_culprit(const Scene& scene) {
  const Totals& totals = scene.model().totals;
  if (totals.killed_by_fault) return {.is_known = true, .thread = totals.last_thread};
  if (scene.stands.empty()) return {};
  Culprit found{.from_outside = true};
  for (const ThreadStand& stand : scene.stands) {
    if (!stand.call || !may_bring(totals.last_result, *stand.call)) continue;
    if (found.is_known && found.thread == totals.last_thread) continue;
    found = {.is_known = found.from_outside || stand.thread == totals.last_thread,
             .thread = stand.thread};
  }
  return found;
}

/// Which signal, where: as far as it is known.
Finding told_crash(const Scene& scene, const Culprit& culprit) {
  const Model& model = scene.model();
  const Totals& totals = model.totals;
  const EventIndex end = scene.analysis.total_events();
  const std::string signal = inspect::signal_name(totals.last_result);
  const std::string when = fmt::format(
      "at {}, event {}", start_text(scene.analysis.seconds_at(totals.last_time)), end - 1);
  if (!culprit.is_known)
    return {.weight = Weight::kUnusual,
            .what = culprit.from_outside
                        ? fmt::format("{} from outside killed the program", signal)
                        : fmt::format("{} killed the program; which thread brought it upon itself, "
                                      "or who sent it, is not known",
                                      signal),
            .evidence = culprit.from_outside
                            ? when + ": no thread stood in a call that sends a signal"
                            : when + (scene.stands.empty() ? ": no replay has looked" : ""),
            .next = fmt::format("tasks --stuck {}", scene.path())};
  const TaskIndex task = scene.analysis.current_task(culprit.thread, end);
  const auto stand = std::ranges::find(scene.stands, culprit.thread, &ThreadStand::thread);
  const std::string place = stand == scene.stands.end() ? "" : stand_place_text(*stand);
  Finding one{.weight = Weight::kWhole, .size = 1};
  one.what = fmt::format("{} killed the program, in {}{}", signal, task_text(model, task),
                         place.empty() ? "" : " at " + place);
  one.evidence = when;
  const std::string stack = stand == scene.stands.end() ? "" : thread_stack_text(*stand);
  if (!stack.empty()) one.evidence += ": " + stack;
  if (model.tasks[task].kind != TaskKind::kKernelThread)
    one.evidence += "; its tasks: " + stack_text(scene.analysis, task, end);
  one.next = fmt::format("debug -c 'goto crash' -c where {}", scene.path());
  return one;
}

}  // namespace

/// Killed by a signal of its own making: where each of that is known.
void find_crash(const Scene& scene, std::vector<Finding>& found) {
  const Totals& totals = scene.model().totals;
  if (totals.last_kind != static_cast<uint8_t>(trace::EventKind::kKilled) ||
      std::ranges::find(kOwnSignals, totals.last_result) == std::end(kOwnSignals))
    return;
  found.push_back(told_crash(scene, find_culprit(scene)));
}

}  // namespace weft::report
