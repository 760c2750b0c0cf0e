/// madvise: most of it is advice. Some of it drops pages, which then show what lies below: zeros,
/// or the file.
#include <sys/mman.h>

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

/// Drops what the recording has dropped. Memory that is shared keeps what it holds; without a file
/// it is private here (map_calls.cc).
void drop(uint64_t begin, uint64_t end) {
  uint64_t from = begin;
  g_memory_map.shared().for_each(begin, end, [&from](const Mapping& part) {
    if (part.begin > from) raw(__NR_madvise, from, part.begin - from, MADV_DONTNEED);
    from = part.end;
  });
  if (from < end) raw(__NR_madvise, from, end - from, MADV_DONTNEED);
}

/// Private views of files show the files again.
void log_dropped(const Call& call, uint64_t begin, uint64_t end) {
  g_memory_map.private_files().for_each(begin, end, [&call](const Mapping& part) {
    const uint64_t last = part.offset + part.bytes();
    log_visible(call.thread, part.file, part.offset,
                last < part.file->bytes ? last : part.file->bytes);
  });
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
  if (!is_error(result) && drops(advice)) log_dropped(call, address, end);
  if (!is_error(result) && advice == kRemove) log_removed(call, address, end);
  log_call(call, result, nullptr);
  return result;
}

}  // namespace weft::runtime
