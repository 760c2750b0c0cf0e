#include "recorder/runtime/calls/shared_watch.h"

#include <asm/stat.h>
#include <sys/mman.h>

#include "recorder/runtime/ground/writable_map.h"
#include "recorder/runtime/log/event_writer.h"

namespace weft::runtime {

namespace {

constexpr int kMaxRanges = 1024;
constexpr uint64_t kLine = 64;                 // what is compared and recorded at once, bytes
constexpr uint64_t kPagesAtOnce = 1024;        // of one mincore
constexpr uint64_t kFewPages = 4;              // for which asking mincore costs more than it saves
constexpr uint64_t kAbsentPages = 8;           // are passed over in the time of a page that exists
constexpr uint64_t kBearablePages = 64 << 10;  // more are not looked at after every waiting call
constexpr uint64_t kMostInEvent = 32 << 10;    // bytes of changes that the call's own event takes

/// A mapping; `copy` is what replay has there, 0 before there are children. The copy of a page that
/// does not exist yet is zeros. That holds for a page of a file too, which is then recorded when it
/// turns up.
struct Range {
  uint64_t begin, end;
  uint64_t copy;
  uint64_t pages;   // that exist, and a part of those that do not: what the last look cost
  bool all_memory;  // because of a child that shares all memory
};

struct Watch {
  bool has_children;
  bool told_late, told_incomplete;
  bool incomplete;  // a mapping could not be watched
  int32_t sharer;   // the child that shares all memory, 0 if there is none
  bool sharer_gone;
  int count;
  Range ranges[kMaxRanges];
  uint64_t began, ended;  // the last look at everything, ticks
  uint64_t pages;         // what it cost
};
Watch g_watch;

/// Where changes go.
struct Changes {
  const Thread* thread;
  OutputList* outputs;
};

void add_change(const Changes& changes, uint64_t address, uint64_t bytes, const uint8_t* source) {
  if (changes.outputs->written_bytes() + bytes > kMostInEvent) {
    write_data_events(changes.thread, address, bytes, source);
  } else {
    changes.outputs->add({address, bytes, trace::kAbsolute, trace::EffectKind::kWritten, source});
  }
}

/// What is recorded is what is compared with the next time: a child may be writing meanwhile.
void collect_page(uint64_t page, uint8_t* copy, const Changes& changes) {
  alignas(kLine) static uint8_t now[layout::kPage];  // used under the baton
  if (weft_copy_guarded(now, pointer_to<void>(page), layout::kPage) != 0) return;
  uint64_t from = 0;
  for (uint64_t at = 0; at <= layout::kPage; at += kLine) {
    const bool same = at == layout::kPage || weft_same_guarded(now + at, copy + at, kLine) == 1;
    if (!same) continue;
    if (from != at) {
      __builtin_memcpy(copy + from, now + from, at - from);
      add_change(changes, page + from, at - from, copy + from);
    }
    from = at + kLine;
  }
}

/// Calls visit(page, its copy) for the pages that exist.
template <class F>
void for_each_page(Range& range, F visit) {
  static uint8_t exists[kPagesAtOnce];
  range.pages = 0;
  for (uint64_t begin = range.begin; begin < range.end; begin += kPagesAtOnce * layout::kPage) {
    const uint64_t left = (range.end - begin) / layout::kPage;
    const uint64_t pages = left < kPagesAtOnce ? left : kPagesAtOnce;
    const bool ask = left > kFewPages;
    if (ask && raw(__NR_mincore, begin, pages * layout::kPage, address_of(exists)) != 0) {
      continue;
    }
    if (ask) range.pages += pages / kAbsentPages;
    for (uint64_t i = 0; i < pages; ++i) {
      if (ask && (exists[i] & 1) == 0) continue;
      const uint64_t page = begin + i * layout::kPage;
      ++range.pages;
      visit(page, pointer_to<uint8_t>(range.copy + (page - range.begin)));
    }
  }
}

/// From now on the range is compared.
void copy_range(Range* range) {
  const long copy = raw(__NR_mmap, 0, range->end - range->begin, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (is_error(copy)) {
    g_watch.incomplete = true;
    return;
  }
  range->copy = static_cast<uint64_t>(copy);
  raw(__NR_madvise, range->copy, range->end - range->begin, MADV_DONTFORK);
  for_each_page(*range, [](uint64_t page, uint8_t* to) {
    weft_copy_guarded(to, pointer_to<void>(page), layout::kPage);
  });
}

void drop_copy(const Range& range, uint64_t begin, uint64_t end) {
  if (range.copy != 0) raw(__NR_munmap, range.copy + (begin - range.begin), end - begin);
}

void add_range(const Range& range) {
  if (range.begin >= range.end) return;
  if (g_watch.count == kMaxRanges) {
    drop_copy(range, range.begin, range.end);
    g_watch.incomplete = true;
    return;
  }
  g_watch.ranges[g_watch.count++] = range;
}

template <class F>
void unwatch_if(F wanted) {
  for (int i = 0; i < g_watch.count; ++i) {
    if (!wanted(g_watch.ranges[i])) continue;
    drop_copy(g_watch.ranges[i], g_watch.ranges[i].begin, g_watch.ranges[i].end);
    g_watch.ranges[i--] = g_watch.ranges[--g_watch.count];
  }
}

bool is_regular_file(uint64_t fd) {
  struct stat status{};
  return raw(__NR_fstat, fd, address_of(&status)) == 0 && (status.st_mode & 0170000) == 0100000;
}

/// True if ranges that take long to look at are due after this call too: it has waited, or got
/// something that a child may have sent. Elsewhere it may take half of the time.
bool all_is_due(const Call& call, const OutputList& outputs) {
  if (call.block == syscall::Block::kNever) return false;
  const bool bearable = g_watch.pages <= kBearablePages;
  if (bearable && call.block == syscall::Block::kLikely) return true;
  if (bearable && outputs.written_bytes() != 0 && !is_regular_file(call.args[0])) return true;
  return ticks() - g_watch.ended >= g_watch.ended - g_watch.began;
}

void look_at(Range& range, const Changes& changes) {
  for_each_page(range, [&changes](uint64_t page, uint8_t* copy) {
    if (weft_same_guarded(pointer_to<void>(page), copy, layout::kPage) == 0)
      collect_page(page, copy, changes);
  });
}

void tell_once(const Call& call, bool* told, const char* text) {
  if (*told) return;
  *told = true;
  write_unusual(call.thread, text);
}

}  // namespace

void watch_shared(uint64_t address, uint64_t bytes) {
  unwatch_shared(address, address + bytes);
  Range range{address, address + bytes, 0, 0, false};
  if (g_watch.has_children) copy_range(&range);
  add_range(range);
}

void unwatch_shared(uint64_t begin, uint64_t end) {
  for (int i = 0; i < g_watch.count; ++i) {
    const Range range = g_watch.ranges[i];
    if (range.end <= begin || end <= range.begin) continue;
    g_watch.ranges[i--] = g_watch.ranges[--g_watch.count];
    const uint64_t from = range.begin < begin ? begin : range.begin;
    const uint64_t to = end < range.end ? end : range.end;
    drop_copy(range, from, to);
    add_range({range.begin, from, range.copy, 0, range.all_memory});
    const uint64_t above = range.copy == 0 ? 0 : range.copy + (to - range.begin);
    add_range({to, range.end, above, 0, range.all_memory});
  }
}

void unwatch_all_shared() {
  unwatch_if([](const Range&) { return true; });
  g_watch = {};
}

void watch_children() {
  if (g_watch.has_children) return;
  g_watch.has_children = true;
  for (int i = 0; i < g_watch.count; ++i) copy_range(&g_watch.ranges[i]);
}

void watch_all_memory() {
  static WritableMap writable;  // used under the baton
  watch_children();
  writable.read();
  for (const WritableMap::Range& mapping : writable) {
    Range range{mapping.begin, mapping.end, 0, 0, true};
    copy_range(&range);
    add_range(range);
  }
}

void all_memory_is_shared_with(int32_t child) {
  g_watch.sharer = child;
}

bool shared_is_watched() {
  return g_watch.has_children && g_watch.count != 0;
}

void collect_shared(const Call& call, OutputList* outputs) {
  if (g_watch.sharer_gone) {
    g_watch.sharer = 0;
    g_watch.sharer_gone = false;
    unwatch_if([](const Range& range) { return range.all_memory; });
  }
  if (g_watch.incomplete) {
    tell_once(call, &g_watch.told_incomplete,
              "too many mappings are shared with a child: what it writes is not all recorded");
  }
  const bool all = all_is_due(call, *outputs);
  if (all) g_watch.began = ticks();
  bool late = false;
  uint64_t pages = 0;
  for (int i = 0; i < g_watch.count; ++i) {
    Range& range = g_watch.ranges[i];
    if (range.copy == 0) continue;
    if (!all && pages + range.pages > kCheapPages) {
      late = true;
      continue;
    }
    look_at(range, {call.thread, outputs});
    pages += range.pages;
  }
  if (all) {
    g_watch.ended = ticks();
    g_watch.pages = pages;
  }
  // What is watched because of it goes at the next call: the outputs name the copies.
  g_watch.sharer_gone =
      g_watch.sharer != 0 && raw(__NR_kill, static_cast<uint64_t>(g_watch.sharer), 0) == -kESRCH;
  if (late) {
    tell_once(call, &g_watch.told_late,
              "much memory is shared with a child: what it writes is recorded at waiting calls");
  }
}

}  // namespace weft::runtime
