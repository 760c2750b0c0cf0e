#include "replayer/trace/process_end.h"

#include "weft/trace/notes.h"

namespace weft::trace {

using How = ProcessEnd::How;

void EndFinder::begin(uint32_t thread) {
  alive_ = {thread};
  leader_ = thread;
}

/// With the last of its threads a process ends, too (exit(2), not exit_group).
void EndFinder::end_thread(const EventHeader& event) {
  alive_.erase(event.thread);
  if (event.thread == leader_) leader_status_ = event.result & 0xff;
  if (alive_.empty()) end_ = {How::kExited, leader_status_};
}

void EndFinder::add(const EventView& event) {
  const EventHeader& header = event.header();
  if (event.kind() == EventKind::kUnusual) {
    if (event.text() == kStillRuns) end_ = {How::kStillRuns, 0};
    if (event.text() == kEndUnknown && end_.how == How::kNotInLog) end_ = {How::kNotKnown, 0};
    return;
  }
  end_ = {};
  switch (event.kind()) {
    case EventKind::kExec:
    case EventKind::kProcess:
      begin(header.thread);
      break;
    case EventKind::kThread:
      alive_.insert(header.thread);
      break;
    case EventKind::kThreadExit:
      end_thread(header);
      break;
    case EventKind::kExit:
      end_ = {How::kExited, header.result & 0xff};
      break;
    case EventKind::kKilled:
      end_ = {How::kKilled, header.result};
      break;
    default:
      break;
  }
}

}  // namespace weft::trace
