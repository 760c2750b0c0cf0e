#include "replayer/session/log_index.h"

#include "replayer/trace/event_view.h"

namespace weft::session {
namespace {

using trace::EventKind;

bool begins_mapping(EventKind kind) {
  return kind == EventKind::kMap || kind == EventKind::kExec || kind == EventKind::kFile ||
         kind == EventKind::kData || kind == EventKind::kStart;
}

}  // namespace

void LogIndex::add(std::span<const std::byte> events) {
  for (trace::EventCursor at(events); !at.done(); at.next(), ++count_) {
    const trace::EventView event = at.event();
    if (count_ % kStride == 0) offsets_.push_back(bytes_);
    const bool begins = begins_mapping(event.kind());
    if (begins && !in_mapping_) mappings_.push_back({trace::EventIndex(count_), bytes_, bytes_});
    const bool was_in = in_mapping_;
    in_mapping_ = begins || (was_in && event.kind() == EventKind::kUnusual);
    bytes_ += event.bytes();
    if (in_mapping_ || was_in) mappings_.back().end = bytes_;
  }
}

}  // namespace weft::session
