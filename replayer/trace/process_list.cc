#include "replayer/trace/process_list.h"

#include <sys/syscall.h>
#include <sys/wait.h>

#include <cstring>
#include <map>

#include "replayer/trace/event_view.h"

namespace weft::trace {

namespace {

struct ImageAt {
  uint64_t event;
  std::string path;
};

/// What the chunks of one process say about it, and about those that it has waited for.
class OwnEvents {
 public:
  OwnEvents(ProcessRow& row, std::map<int32_t, int>& waited) : row_(row), waited_(waited) {}

  void add(uint64_t index, const EventView& event) {
    const EventHeader& header = event.header();
    row_.end.reset();
    switch (event.kind()) {
      case EventKind::kExec:
        images_.push_back({index, std::string(event.exec().path)});
        if (row_.pid == 0) row_.pid = static_cast<int32_t>(header.result);
        break;
      case EventKind::kProcess:
        row_.pid = static_cast<int32_t>(header.result);
        break;
      case EventKind::kExit:
      case EventKind::kKilled:
        row_.end = header;
        break;
      case EventKind::kSyscall:
        add_wait(event);
        break;
      default:
        break;
    }
  }

  const std::vector<ImageAt>& images() const { return images_; }

 private:
  void add_wait(const EventView& event) {
    const int64_t pid = event.header().result;
    if (event.header().call != SYS_wait4 || pid <= 0) return;
    const auto status = event.effect(EffectKind::kWritten, 1);
    if (!status || status->bytes.size() < sizeof(int)) return;
    int value = 0;
    std::memcpy(&value, status->bytes.data(), sizeof value);
    if (WIFEXITED(value) || WIFSIGNALED(value)) waited_[static_cast<int32_t>(pid)] = value;
  }

  ProcessRow& row_;
  std::map<int32_t, int>& waited_;
  std::vector<ImageAt> images_;
};

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
  std::map<int32_t, int> waited;
  for (const ProcessEntry& process : reader.tree().processes()) {
    ProcessRow& row = rows.emplace_back();
    row.number = process.number;
    row.parent = process.parent;
    row.pid = process.pid;
    row.shared_events = process.first_event.value();
    row.own_events = process.next_event - process.first_event.value();
    OwnEvents own(row, waited);
    for (const ChunkRef& chunk : process.chunks) {
      const auto events = reader.decode(chunk);
      if (!events) break;
      for (EventCursor at(*events, chunk.first_event); !at.done(); at.next())
        own.add(at.index().value(), at.event());
    }
    images.push_back(own.images());
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
    const auto found = waited.find(row.pid);
    if (found != waited.end()) row.wait_status = found->second;
  }
  return rows;
}

}  // namespace weft::trace
