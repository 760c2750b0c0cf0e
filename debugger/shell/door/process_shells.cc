#include "debugger/shell/door/process_shells.h"

#include <fmt/format.h>

#include "debugger/shell/commands/commands.h"
#include "replayer/inspect/escape.h"
#include "replayer/inspect/event_text.h"
#include "replayer/inspect/index_text.h"
#include "replayer/trace/trace_name.h"

namespace weft::shell {
namespace {

using trace::ProcessBegin;

/// Where a process begins: a forked one when the call that has made it returns.
EventIndex begin_of(DebugSession& session) {
  const trace::ProcessEntry& entry = session.processes()[session.process()];
  const EventIndex end = session.events().end();
  if (entry.begin == ProcessBegin::kFresh) return session.events().start();
  constexpr uint64_t kForkEvents = 2;  // kProcess, and the call
  return std::min(EventIndex(entry.first_event.value() + kForkEvents), end);
}

std::string about(const trace::ProcessRow& row) {
  return fmt::format("process {}, PID {}, {}: {}\n", row.number, row.pid,
                     row.number == 0 ? "the first" : fmt::format("of process {}", row.parent),
                     inspect::printable(row.program));
}

}  // namespace

ProcessShells::ProcessShells(std::unique_ptr<DebugSession> session) {
  current_ = &add(std::move(session));
}

ProcessShells::OneProcess& ProcessShells::add(std::unique_ptr<DebugSession> session) {
  const std::lock_guard lock(mutex_);
  OneProcess& process = all_[session->process()];
  process.session = std::move(session);
  process.shell = std::make_unique<Shell>(*process.session, all_commands());
  process.shell->enter_process = [this](const ProcessPlace& place) { return enter(place); };
  return process;
}

void ProcessShells::remove_copies() {
  const std::lock_guard lock(mutex_);
  for (auto& [number, process] : all_) process.session->remove_copies();
}

CommandOutput ProcessShells::enter(const ProcessPlace& place) {
  OneProcess* process = nullptr;
  if (const auto found = all_.find(place.process); found != all_.end()) {
    process = &found->second;
  } else {
    DebugOptions options = current().session.options();
    options.trace_path = trace::name_of_process(options.trace_path, place.process);
    auto session = DebugSession::open(options);
    if (!session) return failure(session.error());
    process = &add(std::move(*session));
    process->shell->aliases = current().aliases;
  }
  CommandOutput output = go_on_in(*process, place);
  if (output.succeeded) current_ = process;
  return output;
}

CommandOutput ProcessShells::go_on_in(OneProcess& process, const ProcessPlace& place) {
  DebugSession& session = *process.session;
  const EventLog& events = session.events();
  const EventIndex begin = begin_of(session);
  EventIndex event = place.seconds ? events.at_seconds(*place.seconds) : events.end();
  std::string reason = fmt::format("event {}", event);
  if (!place.seconds) {
    if (const auto crash = events.killed()) {
      event = *crash;
      reason = inspect::event_text(events.at(*crash));
    } else {
      reason = "end of its log; others were told of the signal";
    }
  } else if (event == events.end()) {
    reason = "end of its log: nothing comes later";
  } else if (event < begin) {
    event = begin;
    reason = "its beginning: it has not begun by then";
  }
  CommandOutput output = process.shell->jump({event}, reason);
  if (!output.succeeded) return output;
  const auto& rows = process.shell->process_rows();
  if (place.process < rows.size()) output.text.insert(0, about(rows[place.process]));
  return output;
}

}  // namespace weft::shell
