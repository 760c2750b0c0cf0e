#include "recorder/runtime/shared_watch.h"

namespace weft::runtime {

namespace {

constexpr int kMaxRanges = 256;
constexpr uint64_t kLine = 64;  // what is compared and recorded at once, bytes

/// A mapping; its copy is at `copy` in g_copies.
struct Range {
  uint64_t begin, end;
  uint64_t copy;
};

struct Watch {
  bool has_children;
  bool incomplete;  // a mapping did not fit
  int count;
  Range ranges[kMaxRanges];
  uint64_t used;  // bytes of g_copies
};
Watch g_watch;
alignas(kLine) uint8_t g_copies[kMaxWatchedBytes];

/// The program may have made it unreadable, or a file may have become shorter.
bool read_page(uint64_t page, uint8_t (&bytes)[layout::kPage]) {
  return weft_copy_guarded(bytes, pointer_to<void>(page), layout::kPage) == 0;
}

/// What is recorded is what is compared with the next time: a child may be writing meanwhile.
void collect_page(uint64_t page, uint8_t* copy, OutputList* outputs) {
  static uint8_t now[layout::kPage];  // used under the baton
  if (!read_page(page, now) || __builtin_memcmp(now, copy, sizeof now) == 0) return;
  const auto add = [&](uint64_t from, uint64_t to) {
    if (from == to) return;
    __builtin_memcpy(copy + from, now + from, to - from);
    outputs->add(
        {page + from, to - from, trace::kAbsolute, trace::EffectKind::kWritten, copy + from});
  };
  uint64_t from = 0;
  for (uint64_t at = 0; at <= layout::kPage; at += kLine) {
    const bool same = at == layout::kPage || __builtin_memcmp(now + at, copy + at, kLine) == 0;
    if (!same) continue;
    add(from, at);
    from = at + kLine;
  }
}

template <class F>
void for_each_page(const Range& range, F visit) {
  for (uint64_t page = range.begin; page < range.end; page += layout::kPage) {
    visit(page, g_copies + range.copy + (page - range.begin));
  }
}

void copy_range(const Range& range) {
  for_each_page(range, [](uint64_t page, uint8_t* copy) {
    weft_copy_guarded(copy, pointer_to<void>(page), layout::kPage);
  });
}

}  // namespace

void watch_shared(uint64_t address, uint64_t bytes) {
  unwatch_shared(address, address + bytes);
  if (g_watch.count == 0) g_watch.used = 0;
  if (g_watch.count == kMaxRanges || bytes > kMaxWatchedBytes - g_watch.used) {
    g_watch.incomplete = true;
    return;
  }
  const Range range{address, address + bytes, g_watch.used};
  g_watch.used += bytes;
  g_watch.ranges[g_watch.count++] = range;
  if (g_watch.has_children) copy_range(range);
}

void unwatch_shared(uint64_t begin, uint64_t end) {
  for (int i = 0; i < g_watch.count; ++i) {
    const Range range = g_watch.ranges[i];
    if (range.end <= begin || end <= range.begin) continue;
    g_watch.ranges[i--] = g_watch.ranges[--g_watch.count];
    const Range below{range.begin, begin, range.copy};
    const Range above{end, range.end, range.copy + (end - range.begin)};
    if (below.begin < below.end) g_watch.ranges[g_watch.count++] = below;
    if (above.begin < above.end && g_watch.count < kMaxRanges)
      g_watch.ranges[g_watch.count++] = above;
  }
}

void unwatch_all_shared() {
  g_watch = {};
}

bool watch_children() {
  if (!g_watch.has_children) {
    g_watch.has_children = true;
    for (int i = 0; i < g_watch.count; ++i) copy_range(g_watch.ranges[i]);
  }
  return !g_watch.incomplete;
}

bool shared_is_watched() {
  return g_watch.has_children && g_watch.count != 0;
}

void collect_shared(OutputList* outputs) {
  for (int i = 0; i < g_watch.count; ++i) {
    for_each_page(g_watch.ranges[i],
                  [outputs](uint64_t page, uint8_t* copy) { collect_page(page, copy, outputs); });
  }
}

}  // namespace weft::runtime
