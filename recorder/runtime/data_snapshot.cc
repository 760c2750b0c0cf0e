#include "recorder/runtime/data_snapshot.h"

#include "recorder/runtime/memory_map.h"

namespace weft::runtime {

DataSnapshot g_snapshot;

namespace {

WritableMap g_writable;

void take_snapshot(const Thread* thread) {
  uint64_t total = 0;
  g_snapshot.count = 0;
  g_writable.read();
  for (const WritableMap::Range& range : g_writable) {
    const uint64_t bytes = range.end - range.begin;
    if (!is_image_data(range.begin) || total + bytes > DataSnapshot::kMaxBytes) continue;
    if (g_snapshot.count == DataSnapshot::kMaxRanges) break;
    if (weft_copy_guarded(g_snapshot.bytes + total, pointer_to<void>(range.begin), bytes) != 0) continue;
    g_snapshot.ranges[g_snapshot.count++] = range;
    total += bytes;
  }
  g_snapshot.thread = thread;
  g_snapshot.thread_id = thread->id;
}

}  // namespace

bool have_snapshot(const Thread* thread) {
  if (g_snapshot.thread == thread && g_snapshot.thread_id == thread->id) return true;
  take_snapshot(thread);
  return false;
}

void drop_snapshot() { g_snapshot.thread = nullptr; }

bool is_image_data(uint64_t address) {
  return (address >= kImageArea && address < kImageEnd) || address < layout::kLogAddress;
}

WritableMap& writable_map() { return g_writable; }

}  // namespace weft::runtime
