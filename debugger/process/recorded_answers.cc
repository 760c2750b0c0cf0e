#include "debugger/process/recorded_answers.h"

#include <sys/syscall.h>

#include <algorithm>
#include <array>
#include <set>

#include "replayer/trace/event_view.h"

namespace weft::process {
namespace {

using trace::EventKind;
using trace::EventView;
using trace::ThreadNumber;

struct IdCall {
  long call;
  std::array<long, 3> changed_by{};  ///< 0: no more
  bool by_image = false;             ///< execve changes it, and so do namespaces: users and groups
  bool unseen = false;               ///< changes without an event
};
constexpr std::array<IdCall, 8> kCalls = {{
    {.call = SYS_getpid},
    {.call = SYS_gettid},
    {.call = SYS_getppid, .unseen = true},
    {.call = SYS_getuid, .changed_by = {SYS_setuid, SYS_setreuid, SYS_setresuid}, .by_image = true},
    {.call = SYS_geteuid,
     .changed_by = {SYS_setuid, SYS_setreuid, SYS_setresuid},
     .by_image = true},
    {.call = SYS_getgid, .changed_by = {SYS_setgid, SYS_setregid, SYS_setresgid}, .by_image = true},
    {.call = SYS_getegid,
     .changed_by = {SYS_setgid, SYS_setregid, SYS_setresgid},
     .by_image = true},
    {.call = SYS_getpgrp, .changed_by = {SYS_setpgid, SYS_setsid}},
}};

const IdCall* row_of(uint64_t call) {
  const auto* found = std::find_if(kCalls.begin(), kCalls.end(), [&](const IdCall& row) {
    return static_cast<uint64_t>(row.call) == call;
  });
  return found != kCalls.end() ? found : nullptr;
}

bool changes(const IdCall& row, const EventView& event) {
  if (event.kind() == EventKind::kExec) return row.by_image;
  if (event.kind() != EventKind::kSyscall || event.header().result < 0) return false;
  const auto call = static_cast<long>(event.header().call);
  if (call == SYS_unshare || call == SYS_setns) return row.by_image;
  return call != 0 &&
         std::find(row.changed_by.begin(), row.changed_by.end(), call) != row.changed_by.end();
}

/// A forked process has what its parent had: users and groups, but no number.
bool is_inherited(uint64_t call) {
  return call != SYS_getpid && call != SYS_gettid && call != SYS_getppid;
}

/// Thread 0's ID is the process's.
bool tells_thread_id(const EventView& event) {
  return event.kind() == EventKind::kThread ||
         (event.kind() == EventKind::kSyscall && event.header().call == SYS_set_tid_address);
}

}  // namespace

bool RecordedAnswers::is_about_process(uint64_t call) {
  return row_of(call) != nullptr;
}

std::optional<int64_t> RecordedAnswers::of(uint64_t call, ThreadNumber thread,
                                           trace::EventIndex moment) const {
  const IdCall* row = row_of(call);
  if (row == nullptr) return std::nullopt;
  std::optional<int64_t> before;
  bool differs = false;  // a thread changed what is its own: others tell nothing any more
  std::set<ThreadNumber> children;  // of vfork: processes of their own, recorded as threads
  for (trace::EventCursor at(log_()); !at.done(); at.next()) {
    const EventView event = at.event();
    const trace::EventHeader& header = event.header();
    const ThreadNumber by(header.thread);
    const bool later = at.index() >= moment;
    if (later && before && !row->unseen) break;
    if (event.kind() == EventKind::kChild) {
      children.insert(ThreadNumber(header.result));
      if (children.count(thread) != 0) before.reset();
      continue;
    }
    if (event.kind() == EventKind::kProcess) {
      if (later) break;
      children.clear();
      if (is_inherited(call)) continue;
      before.reset();
      if (call == SYS_getpid || (call == SYS_gettid && by == thread)) before = header.result;
      continue;
    }
    const bool own = by == thread;
    if (!own && (children.count(by) != 0 || children.count(thread) != 0)) continue;
    if (changes(*row, event)) {
      if (later) break;
      before.reset();
      differs = event.kind() != EventKind::kExec;  // which leaves one thread
      continue;
    }
    const ThreadNumber named =
        row->call == SYS_gettid || children.count(thread) != 0 ? thread : ThreadNumber(0);
    const bool names_itself = (row->call == SYS_gettid || row->call == SYS_getpid) && by == named &&
                              tells_thread_id(event);
    const bool same_call = event.kind() == EventKind::kSyscall && header.call == call &&
                           (own || (row->call != SYS_gettid && !differs));
    if (!same_call && !names_itself) continue;
    if (!later) {
      before = header.result;
    } else if (row->unseen) {
      return before == header.result ? before : std::nullopt;
    } else {
      return header.result;
    }
  }
  return row->unseen ? std::nullopt : before;
}

}  // namespace weft::process
