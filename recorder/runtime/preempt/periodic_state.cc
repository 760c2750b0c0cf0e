#include "recorder/runtime/preempt/periodic_state.h"

#include "recorder/runtime/preempt/memory_state.h"
#include "recorder/runtime/preempt/written_pages.h"

namespace weft::runtime {

namespace {

using channel::Digests;

/// The next event must not come earlier, in ticks.
uint64_t g_not_before;

/// Times the cost of an event, until the next one.
uint64_t pause_of(Digests digests) {
  switch (digests) {
    case Digests::kTracked:
      return 99;
    case Digests::kWanted:
      return 9;
    case Digests::kAlways:
      return 0;
  }
  return 0;
}

/// What the first write to each page costs, once it is tracked again.
uint64_t cost_of_tracking(uint64_t pages, uint64_t ticks_per_us) {
  return pages * kTrackingNs * ticks_per_us / 1000;
}

}  // namespace

void record_memory(const Thread* thread) {
  channel::RecordChannel* channel = record_channel();
  const Digests digests = channel->digests;
  if (digests != Digests::kAlways) channel->memory_asked.store(0, std::memory_order_relaxed);
  const uint64_t now = ticks();
  if (now < g_not_before) return;
  if (digests == Digests::kTracked && !WrittenPages::are_tracked()) return;
  if (!collect_memory_state(thread)) return;
  EventWriter event(trace::EventKind::kMemory, thread);
  write_memory_state(&event);
  event.commit(0);
  const uint64_t cost =
      ticks() - now + cost_of_tracking(memory_state_pages(), channel->ticks_per_us);
  g_not_before = now + cost * (1 + pause_of(digests));
}

}  // namespace weft::runtime
