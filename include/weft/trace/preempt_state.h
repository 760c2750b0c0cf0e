/// The program's memory as digests: a StateRecord, ByteRanges and PageDigests. They are the payload
/// of kMemory, and that of kPreempt with the flag kWholeState, where they come after the
/// PreemptRecord, instead of PreemptBlocks. PreemptRecord::extended_hash is a 64-bit digest then.
///
///   [PreemptRecord] | StateRecord | `hidden` ByteRanges | PageDigests up to the end
///
/// A preemption at a counted pass has no digests, but StateRecord::passes (counted_passes()).
/// Otherwise there are all pages that may have been written since the last such event, and so since
/// the thread's last event. Without the flag (recordings of earlier versions), PreemptBlocks hold a
/// selection of memory.
#pragma once

#include <cstdint>

#include "weft/trace/event.h"

namespace weft::trace {

struct StateRecord {
  uint64_t hidden;
  uint64_t passes;  ///< kPreempt: see counted_passes(); else 0
};
/// Bytes that calls of other threads may be writing: they count as zeros. Ascending and disjoint.
struct ByteRange {
  uint64_t begin, end;
};
/// Pages of program memory as they were at the preemption, 1 to kMostPagesDigested.
struct PageDigest {
  uint64_t pages;  ///< address of the first one, plus their number less one
  uint64_t digest;

  uint64_t address() const { return pages & ~uint64_t{4095}; }
  uint64_t count() const { return (pages & 4095) + 1; }
};
inline constexpr uint64_t kMostPagesDigested = 4096;
static_assert(sizeof(StateRecord) == 16 && sizeof(ByteRange) == 16 && sizeof(PageDigest) == 16);

/// As many ByteRanges and PageDigests as fit into one event.
inline constexpr uint64_t kMostStateItems =
    (kMaxEventBytes - sizeof(EventHeader) - sizeof(PreemptRecord) - sizeof(StateRecord)) / 16 - 16;

/// The parts of an event's payload of `bytes` bytes. `hidden` comes from a trace: what lies after the
/// end is not there.
struct PreemptState {
  const ByteRange *hidden, *hidden_end;
  const PageDigest *digests, *digests_end;
};
/// The same of a StateRecord that has `bytes` bytes with what follows it.
inline PreemptState memory_state(const StateRecord* state, uint64_t bytes) {
  const auto* items = reinterpret_cast<const ByteRange*>(state + 1);
  const uint64_t count = bytes < sizeof *state ? 0 : (bytes - sizeof *state) / sizeof *items;
  const uint64_t hidden = count == 0 || state->hidden > count ? count : state->hidden;
  return {items, items + hidden, reinterpret_cast<const PageDigest*>(items + hidden),
          reinterpret_cast<const PageDigest*>(items + count)};
}
/// How often the thread passed the place since its last event, the last pass included, when it was
/// preempted there: that alone tells the moment, and there are no digests. 0: they tell it.
inline uint64_t counted_passes(const PreemptRecord* record, uint64_t bytes) {
  if (bytes < sizeof *record + sizeof(StateRecord)) return 0;
  return reinterpret_cast<const StateRecord*>(record + 1)->passes;
}
inline PreemptState preempt_state(const PreemptRecord* record, uint64_t bytes) {
  const uint64_t head = sizeof *record;
  return memory_state(reinterpret_cast<const StateRecord*>(record + 1),
                      bytes < head ? 0 : bytes - head);
}

}  // namespace weft::trace
