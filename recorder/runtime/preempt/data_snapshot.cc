#include "recorder/runtime/preempt/data_snapshot.h"

#include "recorder/runtime/ground/placement.h"
#include "recorder/runtime/log/event_writer.h"

namespace weft::runtime {

DataSnapshot g_snapshot;

namespace {

WritableMap g_writable;

void take_snapshot(uint64_t written) {
  uint64_t total = 0;
  g_snapshot.count = 0;
  g_writable.read();
  for (const WritableMap::Range& range : g_writable) {
    const uint64_t bytes = range.end - range.begin;
    if (!is_image_data(range.begin) || total + bytes > DataSnapshot::kMaxBytes) continue;
    if (g_snapshot.count == DataSnapshot::kMaxRanges) break;
    if (weft_copy_guarded(g_snapshot.bytes + total, pointer_to<void>(range.begin), bytes) != 0)
      continue;
    g_snapshot.ranges[g_snapshot.count++] = range;
    total += bytes;
  }
  g_snapshot.taken = true;
  g_snapshot.written = written;
}

}  // namespace

bool have_snapshot() {
  const uint64_t written = record_channel()->head.load(std::memory_order_relaxed);
  if (g_snapshot.taken && g_snapshot.written == written) return true;
  take_snapshot(written);
  return false;
}

bool is_image_data(uint64_t address) {
  return (address >= image_area() && address < image_end()) || address < layout::kLogAddress;
}

WritableMap& writable_map() {
  return g_writable;
}

}  // namespace weft::runtime
