#include "replayer/trace/process_list.h"

#include <sys/syscall.h>
#include <sys/wait.h>

#include <algorithm>
#include <csignal>
#include <cstddef>
#include <cstring>
#include <optional>
#include <span>

#include "replayer/trace/event_view.h"

namespace weft::trace {

namespace {

struct ImageAt {
  uint64_t event;
  std::string path;
};

/// What a process was told of the end of another.
struct TellsOfEnd {
  int32_t pid;
  uint64_t time;  ///< ticks
  ProcessEnd end;
};

std::optional<ProcessEnd> end_of_wait(int status) {
  if (WIFEXITED(status)) return ProcessEnd{ProcessEnd::How::kExited, WEXITSTATUS(status)};
  if (WIFSIGNALED(status)) return ProcessEnd{ProcessEnd::How::kKilled, WTERMSIG(status)};
  return std::nullopt;
}

/// Of waitid, and of SIGCHLD.
std::optional<TellsOfEnd> read_siginfo(std::span<const std::byte> bytes, uint64_t time) {
  siginfo_t info{};
  std::memcpy(&info, bytes.data(), std::min(bytes.size(), sizeof info));
  if (bytes.size() < offsetof(siginfo_t, si_status) + sizeof info.si_status ||
      info.si_signo != SIGCHLD)
    return std::nullopt;
  const int64_t value = info.si_status;
  if (info.si_code == CLD_EXITED)
    return TellsOfEnd{info.si_pid, time, {ProcessEnd::How::kExited, value & 0xff}};
  if (info.si_code == CLD_KILLED || info.si_code == CLD_DUMPED)
    return TellsOfEnd{info.si_pid, time, {ProcessEnd::How::kKilled, value}};
  return std::nullopt;
}

/// What the chunks of one process say about it, and about others that have ended.
class OwnEvents {
 public:
  OwnEvents(ProcessRow& row, std::vector<TellsOfEnd>& told) : row_(row), told_(told) {}

  void add(uint64_t index, const EventView& event) {
    const EventHeader& header = event.header();
    end_.add(event);
    row_.end = end_.end();
    if (event.kind() != EventKind::kUnusual) last_time_ = header.time;
    switch (event.kind()) {
      case EventKind::kExec:
        images_.push_back({index, std::string(event.exec().path)});
        if (row_.pid == 0) row_.pid = static_cast<int32_t>(header.result);
        break;
      case EventKind::kProcess:
        row_.pid = static_cast<int32_t>(header.result);
        break;
      case EventKind::kSyscall:
        add_wait(event);
        break;
      case EventKind::kSignal: {
        const SignalRecord signal = event.signal();
        add_told(read_siginfo(std::as_bytes(std::span(signal.siginfo)), header.time));
        break;
      }
      default:
        break;
    }
  }

  const std::vector<ImageAt>& images() const { return images_; }
  uint64_t last_time() const { return last_time_; }

 private:
  void add_told(const std::optional<TellsOfEnd>& told) {
    if (told) told_.push_back(*told);
  }

  void add_wait(const EventView& event) {
    const EventHeader& header = event.header();
    if (header.call == SYS_waitid && header.result == 0) {
      const auto info = event.effect(EffectKind::kWritten, 2);
      if (info) add_told(read_siginfo(info->bytes, header.time));
    }
    if (header.call != SYS_wait4 || header.result <= 0) return;
    const auto status = event.effect(EffectKind::kWritten, 1);
    if (!status || status->bytes.size() < sizeof(int)) return;
    int value = 0;
    std::memcpy(&value, status->bytes.data(), sizeof value);
    if (const auto end = end_of_wait(value))
      told_.push_back({static_cast<int32_t>(header.result), header.time, *end});
  }

  ProcessRow& row_;
  std::vector<TellsOfEnd>& told_;
  std::vector<ImageAt> images_;
  EndFinder end_;
  uint64_t last_time_ = 0;
};

/// The first that somebody was told of a process with that number after its last event: later it may
/// be another one's number.
const TellsOfEnd* told_after(const std::vector<TellsOfEnd>& told, int32_t pid, uint64_t time) {
  const TellsOfEnd* first = nullptr;
  for (const TellsOfEnd& one : told) {
    if (one.pid != pid || one.time < time) continue;
    if (first == nullptr || one.time < first->time) first = &one;
  }
  return first;
}

/// The image that a log has just before `event`.
const std::string* image_before(const std::vector<ImageAt>& images, uint64_t event) {
  const std::string* last = nullptr;
  for (const ImageAt& image : images) {
    if (image.event < event) last = &image.path;
  }
  return last;
}

}  // namespace

std::vector<ProcessRow> list_processes(TraceReader& reader) {
  std::vector<ProcessRow> rows;
  std::vector<std::vector<ImageAt>> images;
  std::vector<TellsOfEnd> told;
  for (const ProcessEntry& process : reader.tree().processes()) {
    ProcessRow& row = rows.emplace_back();
    row.number = process.number;
    row.parent = process.parent;
    row.pid = process.pid;
    row.shared_events = process.first_event.value();
    row.own_events = process.next_event - process.first_event.value();
    OwnEvents own(row, told);
    for (const ChunkRef& chunk : process.chunks) {
      const auto events = reader.decode(chunk);
      if (!events) break;
      for (EventCursor at(*events, chunk.first_event); !at.done(); at.next())
        own.add(at.index().value(), at.event());
    }
    images.push_back(own.images());
    row.last_time = Ticks(own.last_time());
    // A forked one begins with what its parent ran then.
    uint64_t before = UINT64_MAX;
    for (const ProcessEntry* of = &process; row.program.empty();) {
      if (const std::string* path = image_before(images[of->number], before)) row.program = *path;
      if (of->begin == ProcessBegin::kFresh) break;
      before = of->first_event.value();
      of = &reader.tree().process(of->parent);
    }
  }
  for (ProcessRow& row : rows) {
    const auto how = row.end.how;
    if (how != ProcessEnd::How::kNotInLog && how != ProcessEnd::How::kNotKnown) continue;
    const TellsOfEnd* one = told_after(told, row.pid, row.last_time.value());
    if (one != nullptr) row.end = one->end;
  }
  return rows;
}

}  // namespace weft::trace
