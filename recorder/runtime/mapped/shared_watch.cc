#include "recorder/runtime/mapped/shared_watch.h"

#include <asm/stat.h>
#include <sys/mman.h>

#include "recorder/runtime/ground/state.h"
#include "recorder/runtime/log/event_writer.h"
#include "recorder/runtime/mapped/memory_map.h"

namespace weft::runtime {

namespace {

constexpr uint64_t kLine = 64;                 // what is compared and recorded at once, bytes
constexpr uint64_t kPagesAtOnce = 1024;        // of one mincore
constexpr uint64_t kFewPages = 4;              // for which asking mincore costs more than it saves
constexpr uint64_t kAbsentPages = 8;           // are passed over in the time of a page that exists
constexpr uint64_t kBearablePages = 64 << 10;  // more are not looked at after every waiting call
constexpr uint64_t kMostInEvent = 32 << 10;    // bytes of changes that the call's own event takes

struct Watch {
  bool has_company;
  bool told, told_late, told_incomplete;
  bool incomplete;        // a mapping could not be watched
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
void for_each_page(Mapping& range, F visit) {
  static uint8_t exists[kPagesAtOnce];
  range.pages = 0;
  for (uint64_t begin = range.begin; begin < range.end; begin += kPagesAtOnce * layout::kPage) {
    const uint64_t left = (range.end - begin) / layout::kPage;
    const uint64_t pages = left < kPagesAtOnce ? left : kPagesAtOnce;
    const bool ask = left > kFewPages;
    if (ask && raw(__NR_mincore, begin, pages * layout::kPage, address_of(exists)) != 0) {
      continue;
    }
    if (ask) range.pages += static_cast<uint32_t>(pages / kAbsentPages);
    for (uint64_t i = 0; i < pages; ++i) {
      if (ask && (exists[i] & 1) == 0) continue;
      const uint64_t page = begin + i * layout::kPage;
      ++range.pages;
      visit(page, pointer_to<uint8_t>(range.copy + (page - range.begin)));
    }
  }
}

/// From now on it is compared. The copy of a page that does not exist yet is zeros. That holds for a
/// page of a file too, which is then recorded when it turns up.
void begin_copy(Mapping* range) {
  const long copy = raw(__NR_mmap, 0, range->end - range->begin, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (is_error(copy)) {
    g_watch.incomplete = true;
    return;
  }
  range->copy = static_cast<uint64_t>(copy);
  // A child that is recorded goes on comparing with what its parent's log says.
  if (recording() && record_channel()->follows == 0)
    raw(__NR_madvise, range->copy, range->end - range->begin, MADV_DONTFORK);
  for_each_page(*range, [](uint64_t page, uint8_t* to) {
    weft_copy_guarded(to, pointer_to<void>(page), layout::kPage);
  });
}

void drop_copy(uint64_t copy, uint64_t bytes) {
  if (copy != 0) raw(__NR_munmap, copy, bytes);
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

void look_at(Mapping& range, const Changes& changes) {
  for_each_page(range, [&changes](uint64_t page, uint8_t* copy) {
    if (weft_same_guarded(pointer_to<void>(page), copy, layout::kPage) == 0)
      collect_page(page, copy, changes);
  });
}

void tell_once(const Call& call, bool* told, const char* text) {
  if (*told) return;
  *told = true;
  write_suspect(call.thread, text);
}

}  // namespace

void watch(Mapping* mapping) {
  if (g_watch.has_company) begin_copy(mapping);
}

void unwatch(const Mapping& part) {
  drop_copy(part.copy, part.bytes());
}

void unwatch_all() {
  for (const Mapping& mapping : g_memory_map.shared()) unwatch(mapping);
  for (Mapping& mapping : g_memory_map.shared()) mapping.copy = 0;
  const bool has_company = g_watch.has_company;
  g_watch = {};
  g_watch.has_company = has_company;  // they stay when the program becomes another one (execve)
}

void watch_shared() {
  if (g_watch.has_company) return;
  g_watch.has_company = true;
  for (Mapping& mapping : g_memory_map.shared()) begin_copy(&mapping);
}

uint8_t* shared_copy(uint64_t address) {
  const Mapping* mapping = g_memory_map.shared().find(address);
  if (mapping == nullptr || mapping->copy == 0) return nullptr;
  return pointer_to<uint8_t>(mapping->copy + (address - mapping->begin));
}

bool shared_is_watched() {
  return g_watch.has_company && g_memory_map.shared().count() != 0;
}

/// One look at everything, or at what is cheap.
class Look {
 public:
  Look(const Call& call, OutputList* outputs)
      : all_(all_is_due(call, *outputs)), changes_{call.thread, outputs} {
    if (all_) g_watch.began = ticks();
  }

  void at(Mapping& range) {
    if (range.copy == 0) return;
    if (!all_ && pages_ + range.pages > kCheapPages) {
      late_ = true;
      return;
    }
    look_at(range, changes_);
    pages_ += range.pages;
  }

  void end() const {
    if (!all_) return;
    g_watch.ended = ticks();
    g_watch.pages = pages_;
  }

  bool late() const { return late_; }

 private:
  bool all_, late_ = false;
  uint64_t pages_ = 0;
  Changes changes_;
};

void note_shared(uint64_t address, const void* from, uint64_t bytes) {
  const auto* source = static_cast<const uint8_t*>(from);
  g_memory_map.shared().for_each(address, address + bytes, [=](const Mapping& part) {
    if (part.copy != 0)
      __builtin_memcpy(pointer_to<void>(part.copy), source + (part.begin - address), part.bytes());
  });
}

void settle_shared(void (*write)(uint64_t, const void*, uint64_t)) {
  for (Mapping& mapping : g_memory_map.shared()) {
    if (mapping.copy == 0) continue;
    for_each_page(mapping, [write](uint64_t page, const uint8_t* copy) {
      if (weft_same_guarded(pointer_to<void>(page), copy, layout::kPage) == 0)
        write(page, copy, layout::kPage);
    });
  }
}

bool collect_shared(const Call& call, OutputList* outputs) {
  if (g_watch.incomplete) {
    tell_once(call, &g_watch.told_incomplete,
              "too many mappings are shared with a child: not all that it writes is recorded");
  }
  const uint64_t before = outputs->written_bytes();
  Look look(call, outputs);
  for (Mapping& mapping : g_memory_map.shared()) look.at(mapping);
  look.end();
  if (outputs->written_bytes() != before) {
    tell_once(call, &g_watch.told,
              record_channel()->follows != 0
                  ? "memory is shared with other processes: what they write is recorded at this "
                    "one's calls"
                  : "memory is shared with children that are not recorded: what they write is "
                    "recorded at the program's calls");
  }
  if (look.late()) {
    tell_once(
        call, &g_watch.told_late,
        "much memory is shared with a child: what it writes is recorded only at calls that wait");
  }
  return !look.late() && !g_watch.incomplete;
}

}  // namespace weft::runtime
