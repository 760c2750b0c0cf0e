#include "replayer/runtime/verification.h"

#include "recorder/runtime/log/log_reader.h"
#include "recorder/runtime/preempt/memory_state.h"
#include "recorder/runtime/turns/log_turns.h"
#include "weft/trace/preempt_state.h"

namespace weft::runtime {

namespace {

uint64_t pages_in(const trace::PreemptState& state) {
  uint64_t pages = 0;
  for (const trace::PageDigest* digest = state.digests; digest != state.digests_end; ++digest)
    pages += digest->count();
  return pages;
}

}  // namespace

void verify_memory(Thread* thread, const trace::EventHeader* event) {
  static uint64_t last_event;  // at which memory was as recorded
  channel::ReplayChannel* channel = replay_channel();
  if (channel->verify == 0) return;
  const trace::PreemptState state = trace::memory_state(
      reinterpret_cast<const trace::StateRecord*>(payload_of(event)), event->size);
  const MemoryDifference difference = memory_difference(state);
  if (difference.digests != 0) {
    channel->divergence.memory = {difference.first->address(), difference.first->count(),
                                  difference.digests - 1, last_event, 0};
    report_divergence(thread, "memory holds something else");
  }
  last_event = event_position();
  channel->verified_events.fetch_add(1, std::memory_order_relaxed);
  channel->verified_pages.fetch_add(pages_in(state), std::memory_order_relaxed);
}

}  // namespace weft::runtime
