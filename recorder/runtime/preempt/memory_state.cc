#include "recorder/runtime/preempt/memory_state.h"

#include "recorder/runtime/ground/writable_map.h"
#include "recorder/runtime/mapped/memory_map.h"
#include "recorder/runtime/preempt/bytes_in_use.h"
#include "recorder/runtime/preempt/page_runs.h"
#include "recorder/runtime/preempt/spin_places.h"
#include "recorder/runtime/preempt/written_pages.h"
#include "weft/trace/page_digest.h"

namespace weft::runtime {

namespace {

using trace::ByteRange;
using trace::PageDigest;

constexpr uint64_t kMostHidden = trace::kMostStateItems / 2;
constexpr uint64_t kUnreadable = 0x7265616461626c65;  // the digest of what cannot be read

WritableMap g_writable;
BytesInUse g_in_use;
PageRuns g_runs;

struct Collected {
  uint32_t hidden, digests;
  ByteRange hidden_at[trace::kMostStateItems];
  PageDigest digest_of[trace::kMostStateItems];
};
Collected g_collected;

/// Memory that is not compared.
enum class Left { kNone, kSeen, kTold };
struct LeftOut {
  Left of_devices, of_children;
};
LeftOut g_left;

/// Ranges in the order of their addresses, looked up in that order.
class Hidden {
 public:
  Hidden(const ByteRange* begin, const ByteRange* end) : next_(begin), end_(end) {}

  /// Zeros in `copy`, which is the page at `page`. Pages come in ascending order.
  void blank(uint64_t page, uint8_t* copy) {
    while (next_ != end_ && next_->end <= page) ++next_;
    for (const ByteRange* at = next_; at != end_ && at->begin < page + layout::kPage; ++at) {
      const uint64_t from = at->begin < page ? 0 : at->begin - page;
      const uint64_t to = at->end - page < layout::kPage ? at->end - page : layout::kPage;
      __builtin_memset(copy + from, 0, to - from);
    }
  }

 private:
  const ByteRange *next_, *end_;
};

const ByteRange* first_ending_after(const ByteRange* begin, const ByteRange* end,
                                    uint64_t address) {
  while (begin != end) {
    const ByteRange* middle = begin + (end - begin) / 2;
    if (middle->end <= address) {
      begin = middle + 1;
    } else {
      end = middle;
    }
  }
  return begin;
}

uint64_t digest_pages(uint64_t address, uint64_t count, const ByteRange* hidden,
                      const ByteRange* hidden_end) {
  alignas(64) static uint8_t copy[layout::kPage];  // used by the one thread that runs
  Hidden blanks(first_ending_after(hidden, hidden_end, address), hidden_end);
  uint64_t digest = trace::kDigestStart;
  for (uint64_t i = 0; i < count; ++i, address += layout::kPage) {
    if (weft_copy_guarded(copy, pointer_to<void>(address), layout::kPage) != 0) {
      digest = trace::digest_word(digest, kUnreadable);
      continue;
    }
    blanks.blank(address, copy);
    digest = trace::digest_words(digest, reinterpret_cast<const uint64_t*>(copy),
                                 layout::kPage / sizeof(uint64_t));
  }
  return digest;
}

void tell_once(const Thread* thread, Left* left, const char* text) {
  if (*left == Left::kSeen) write_unusual(thread, text);
  if (*left == Left::kSeen) *left = Left::kTold;
}

/// Memory that a process which is not recorded, or a device, may write at any time is no part of
/// the state.
bool is_ours(const WritableMap::Range& range) {
  if (!range.shared) return !is_spin_stub(range.begin, range.end);
  const Mapping* mapping = g_memory_map.shared().find(range.begin);
  if (mapping != nullptr && mapping->copy == 0) return true;
  Left& left = mapping == nullptr ? g_left.of_devices : g_left.of_children;
  if (left == Left::kNone) left = Left::kSeen;
  return false;
}

bool collect_runs() {
  g_runs.clear();
  WrittenPages written;
  for (const WritableMap::Range& range : g_writable) {
    if (!is_ours(range)) continue;
    if (!written.add(range, &g_runs) || !g_runs.complete()) return false;
  }
  return true;
}

/// Those that lie in pages which are compared.
bool collect_hidden() {
  Collected& state = g_collected;
  state.hidden = 0;
  const PageRun* run = g_runs.begin();
  for (const ByteRange& range : g_in_use) {
    while (run != g_runs.end() && run->end <= range.begin) ++run;
    if (run == g_runs.end()) break;
    if (run->begin >= range.end) continue;
    if (state.hidden == kMostHidden) return false;
    state.hidden_at[state.hidden++] = range;
  }
  return true;
}

void collect_digests(uint64_t pages_each) {
  Collected& state = g_collected;
  state.digests = 0;
  for (const PageRun& run : g_runs) {
    for (uint64_t at = run.begin; at < run.end; at += pages_each * layout::kPage) {
      const uint64_t left = (run.end - at) / layout::kPage;
      const uint64_t count = left < pages_each ? left : pages_each;
      state.digest_of[state.digests++] = {
          at + (count - 1),
          digest_pages(at, count, state.hidden_at, state.hidden_at + state.hidden)};
    }
  }
}

}  // namespace

bool collect_memory_state(const Thread* thread) {
  if (!g_writable.read() || !g_in_use.collect(thread)) return false;
  if (!collect_runs()) return false;
  const uint64_t pages_each = g_runs.fit(trace::kMostStateItems - kMostHidden);
  if (pages_each == 0 || !collect_hidden()) return false;
  collect_digests(pages_each);
  return true;
}

void write_memory_state(EventWriter* event) {
  const Collected& state = g_collected;
  const trace::StateRecord record{state.hidden, 0};
  event->put_bytes(&record, sizeof record);
  event->put_bytes(state.hidden_at, state.hidden * sizeof state.hidden_at[0]);
  event->put_bytes(state.digest_of, state.digests * sizeof state.digest_of[0]);
  WrittenPages::keep();
}

void tell_of_memory_left_out(const Thread* thread) {
  tell_once(thread, &g_left.of_devices,
            "a thread was preempted while a device was mapped: its memory was not compared");
  tell_once(
      thread, &g_left.of_children,
      "a thread was preempted while memory was shared with a child that is not recorded: that "
      "memory was not compared");
}

bool is_in_memory_state(uint64_t address, uint64_t bytes) {
  const WritableMap::Range* range = g_writable.find(address);
  return range != nullptr && is_ours(*range) && !g_in_use.touch(address, address + bytes);
}

uint64_t memory_state_pages() {
  uint64_t pages = 0;
  for (const PageRun& run : g_runs) pages += run.pages();
  return pages;
}

MemoryDifference memory_difference(const trace::PreemptState& state) {
  MemoryDifference difference{0, nullptr};
  for (const PageDigest* then = state.digests; then != state.digests_end; ++then) {
    if (digest_pages(then->address(), then->count(), state.hidden, state.hidden_end) ==
        then->digest) {
      continue;
    }
    if (difference.digests++ == 0) difference.first = then;
  }
  return difference;
}

const PageDigest* differing_page(const trace::PreemptState& state) {
  const auto count = static_cast<uint64_t>(state.digests_end - state.digests);
  static uint64_t last;  // differed at the last hit: that is the first one to look at
  if (last >= count) last = 0;
  for (uint64_t i = 0; i < count; ++i) {
    const uint64_t at = last + i < count ? last + i : last + i - count;
    const PageDigest& then = state.digests[at];
    if (digest_pages(then.address(), then.count(), state.hidden, state.hidden_end) == then.digest)
      continue;
    last = at;
    return &then;
  }
  return nullptr;
}

}  // namespace weft::runtime
