#include "replayer/trace/process_tree.h"

#include <algorithm>

namespace weft::trace {

namespace {

/// True if a chunk of `process` ends, or its first one begins, where `header` says.
bool is_border(const ProcessEntry& process, const ChunkHeader& header) {
  const EventIndex event(header.first_event);
  if (event == process.first_event) return header.raw_offset == process.raw_offset;
  auto after = std::upper_bound(
      process.chunks.begin(), process.chunks.end(), event,
      [](EventIndex at, const ChunkRef& chunk) { return at <= chunk.first_event; });
  if (after == process.chunks.begin()) return false;
  const ChunkRef& before = *--after;
  return before.first_event.value() + before.event_count == header.first_event &&
         before.raw_offset + before.raw_bytes == header.raw_offset;
}

}  // namespace

const char* ProcessTree::add_process(const ChunkHeader& header, const ProcessRecord& record) {
  if (header.process != processes_.size() || header.process >= kMaxProcesses)
    return "is of a process out of turn";
  if (record.parent >= header.process) return "is of a process without a parent";
  const ProcessEntry& parent = processes_[record.parent];
  const bool forked = record.begin == ProcessBegin::kForked;
  if (!forked && record.begin != ProcessBegin::kFresh) return "is of a process of an unknown kind";
  if (forked ? !is_border(parent, header) : header.first_event != 0 || header.raw_offset != 0)
    return "is of a process that does not begin where a chunk of its parent ends";
  ProcessEntry entry;
  entry.number = header.process;
  entry.parent = record.parent;
  entry.begin = record.begin;
  entry.pid = record.pid;
  entry.first_event = EventIndex(header.first_event);
  entry.raw_offset = header.raw_offset;
  entry.next_event = header.first_event;
  entry.next_raw = header.raw_offset;
  processes_.push_back(std::move(entry));
  return nullptr;
}

/// A chunk must go on where the one before it ended.
const char* ProcessTree::add_chunk(uint64_t file_offset, const ChunkHeader& header) {
  if (!has(header.process)) return "is of a process that is not known";
  ProcessEntry& process = processes_[header.process];
  if (header.type != ChunkType::kEvents || header.first_event != process.next_event ||
      header.raw_offset != process.next_raw || header.event_count == 0 ||
      header.content_bytes > header.stored_bytes || header.raw_bytes > kMaxChunkRawBytes ||
      header.raw_bytes % 8 != 0 || header.event_count > header.raw_bytes / sizeof(EventHeader) ||
      header.raw_offset >> kPlaceProcessShift != 0)
    return "does not follow from the one before it";
  ChunkRef& chunk = process.chunks.emplace_back();
  chunk.number = chunk_count_++;
  chunk.file_offset = file_offset;
  chunk.first_event = EventIndex(header.first_event);
  chunk.raw_offset = header.raw_offset;
  chunk.event_count = header.event_count;
  chunk.raw_bytes = header.raw_bytes;
  chunk.stored_bytes = header.stored_bytes;
  chunk.content_bytes = header.content_bytes;
  chunk.header = header;
  process.next_event += header.event_count;
  process.next_raw += header.raw_bytes;
  stored_events_ += header.event_count;
  stored_bytes_ += header.raw_bytes;
  return nullptr;
}

void ProcessTree::drop_chunk(uint32_t number) {
  ProcessEntry& process = processes_[number];
  const ChunkRef& chunk = process.chunks.back();
  process.next_event -= chunk.event_count;
  process.next_raw -= chunk.raw_bytes;
  stored_events_ -= chunk.event_count;
  stored_bytes_ -= chunk.raw_bytes;
  --chunk_count_;
  process.chunks.pop_back();
}

std::vector<ChunkRef> ProcessTree::log_of(uint32_t number) const {
  // From the process back to the one that began with a program: each has the part before the next.
  std::vector<ChunkRef> backwards;
  uint64_t end = UINT64_MAX;
  for (const ProcessEntry* at = &processes_[number];; at = &processes_[at->parent]) {
    for (auto chunk = at->chunks.rbegin(); chunk != at->chunks.rend(); ++chunk) {
      if (chunk->first_event.value() < end) backwards.push_back(*chunk);
    }
    if (at->begin == ProcessBegin::kFresh) break;
    end = std::min(end, at->first_event.value());
  }
  std::reverse(backwards.begin(), backwards.end());
  return backwards;
}

}  // namespace weft::trace
