#include "debugger/process/recorded_answers.h"

#include <sys/syscall.h>

#include <algorithm>
#include <array>

#include "replayer/trace/event_view.h"

namespace weft::process {
namespace {

constexpr std::array kAboutProcess = {SYS_getpid,  SYS_gettid, SYS_getppid, SYS_getuid,
                                      SYS_geteuid, SYS_getgid, SYS_getegid, SYS_getpgrp};

/// Thread 0's ID is the process's.
bool tells_thread_id(const trace::EventView& event) {
  return event.kind() == trace::EventKind::kThread ||
         (event.kind() == trace::EventKind::kSyscall && event.header().call == SYS_set_tid_address);
}

}  // namespace

bool RecordedAnswers::is_about_process(uint64_t call) {
  return std::find(kAboutProcess.begin(), kAboutProcess.end(), static_cast<long>(call)) !=
         kAboutProcess.end();
}

std::optional<int64_t> RecordedAnswers::of(uint64_t call, uint32_t thread) const {
  const uint32_t asked_of = call == SYS_gettid ? thread : 0;
  const bool about_ids = call == SYS_getpid || call == SYS_gettid;
  for (trace::EventCursor at(log_); !at.done(); at.next()) {
    const trace::EventView event = at.event();
    const bool same_call = event.kind() == trace::EventKind::kSyscall &&
                           event.header().call == call &&
                           (call != SYS_gettid || event.header().thread == thread);
    const bool tells = about_ids && event.header().thread == asked_of && tells_thread_id(event);
    if (same_call || tells) return event.header().result;
  }
  return std::nullopt;
}

}  // namespace weft::process
