/// madvise: most of it is advice. Some of it drops pages, which then show what lies below: zeros,
/// or the file.
#include <sys/mman.h>

#include "recorder/runtime/log/event_writer.h"
#include "recorder/runtime/mapped/memory_map.h"
#include "recorder/runtime/memory/file_changes.h"
#include "recorder/runtime/memory/map_calls.h"

namespace weft::runtime {

using layout::page_up;

namespace {

constexpr uint64_t kFree = 8, kRemove = 9, kGuardInstall = 102, kGuardRemove = 103,
                   kDontNeedLocked = 24;

bool drops(uint64_t advice) {
  return advice == MADV_DONTNEED || advice == kDontNeedLocked;
}

/// Calls visit(begin, bytes) for what of [begin, end) is not shared.
template <class F>
void for_each_private(uint64_t begin, uint64_t end, F visit) {
  uint64_t from = begin;
  g_memory_map.shared().for_each(begin, end, [&from, visit](const Mapping& part) {
    if (part.begin > from) visit(from, part.begin - from);
    from = part.end;
  });
  if (from < end) visit(from, end - from);
}

/// Drops what the recording has dropped. Memory that is shared keeps what it holds; without a file
/// it is private here (map_calls.cc).
void drop(uint64_t begin, uint64_t end) {
  for_each_private(begin, end, [](uint64_t from, uint64_t bytes) {
    raw(__NR_madvise, from, bytes, MADV_DONTNEED);
  });
}

/// Where in [begin, end) the first mapping begins whose pages the kernel does not drop, since they
/// are locked: nothing is lost by asking it whether it would call them cold.
uint64_t first_locked(uint64_t begin, uint64_t end) {
  uint64_t low = begin, high = end;  // up to `low` it would; up to `high` it would not
  while (high - low > layout::kPage) {
    const uint64_t middle = low + layout::page_down((high - low) / 2);
    const long result = raw(__NR_madvise, begin, middle - begin, 20 /* MADV_COLD */);
    (result == -kEINVAL ? high : low) = middle;
  }
  return low;
}

/// Private views of files show the files again.
void log_dropped(const Call& call, uint64_t begin, uint64_t end) {
  g_memory_map.private_files().for_each(begin, end, [&call](const Mapping& part) {
    const uint64_t last = part.offset + part.bytes();
    log_visible(call.thread, part.file, part.offset,
                last < part.file->bytes ? last : part.file->bytes);
  });
}

/// The kernel refused: it has dropped what lies before the first locked page. A program may
/// have meant that; replay cannot ask the same question, as nothing is locked there.
void log_partly_dropped(const Call& call, uint64_t begin, uint64_t end) {
  if (begin != layout::page_down(begin) || end <= begin) return;
  const uint64_t locked = first_locked(begin, end);
  for_each_private(begin, locked, [&call](uint64_t from, uint64_t bytes) {
    log_hole(call.thread, Hole{{0, 0}, 0, from, bytes});
  });
  log_dropped(call, begin, locked);
}

/// Holes in files and in shared memory.
void log_removed(const Call& call, uint64_t begin, uint64_t end) {
  g_memory_map.shared().for_each(begin, end, [&call](const Mapping& part) {
    const bool anonymous = part.file->identity.device == kAnonymousDevice;
    log_hole(call.thread,
             anonymous ? Hole{{0, 0}, 0, part.begin, part.bytes()}
                       : Hole{part.file->identity, part.file->bytes, part.offset, part.bytes()});
  });
}

}  // namespace

long on_madvise(Call& call) {
  const uint64_t address = call.args[0], end = address + page_up(call.args[1]);
  uint64_t advice = call.args[2];
  if (advice == kGuardInstall || advice == kGuardRemove) return agree(call, -kEINVAL);
  // "The kernel may free the pages at any time": now, so that it is the same time in every run.
  if (advice == kFree) advice = MADV_DONTNEED;
  if (!recording()) {
    const long result = replay_call(call);
    if (drops(advice) && (!is_error(result) || result == -kENOMEM)) drop(address, end);
    return result;
  }
  const long result = raw(__NR_madvise, address, call.args[1], advice);
  if (drops(advice) && (!is_error(result) || result == -kENOMEM)) log_dropped(call, address, end);
  if (result == -kEINVAL && advice == MADV_DONTNEED) log_partly_dropped(call, address, end);
  if (result == -kEINVAL && advice == kDontNeedLocked)
    write_suspect(call.thread,
                  "MADV_DONTNEED_LOCKED was refused: what it had dropped is not known");
  if (!is_error(result) && advice == kRemove) log_removed(call, address, end);
  log_call(call, result, nullptr);
  return result;
}

}  // namespace weft::runtime
