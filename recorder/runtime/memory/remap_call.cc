/// mremap: the memory map moves with the memory.
///
/// The kernel moves one mapping at a time, and what it takes for one depends on things that replay
/// does not share (when pages were touched, where a fork was). So replay moves piece by piece where
/// it cannot move the whole.
#include <sys/mman.h>

#include "recorder/runtime/ground/map_lines.h"
#include "recorder/runtime/mapped/memory_map.h"
#include "recorder/runtime/memory/choose_address.h"
#include "recorder/runtime/memory/execution_watch.h"
#include "recorder/runtime/memory/file_changes.h"
#include "recorder/runtime/memory/map_calls.h"
#include "recorder/runtime/memory/mapping_protection.h"

namespace weft::runtime {

using layout::page_up;

namespace {

/// What a shared or private view of a file shows of it only now.
void log_what_came_into_view(const Call& call, const Move& move) {
  if (move.to_bytes <= move.from_bytes) return;
  const uint64_t begin = move.to + move.from_bytes, end = move.to + move.to_bytes;
  const auto log = [&call](const Mapping& part) {
    const uint64_t last = part.offset + part.bytes();
    log_visible(call.thread, part.file, part.offset,
                last < part.file->bytes ? last : part.file->bytes);
  };
  g_memory_map.private_files().for_each(begin, end, log);
  g_memory_map.shared().for_each(begin, end, log);
}

Move move_of(const Call& call, long result) {
  return {call.args[0], page_up(call.args[1]), static_cast<uint64_t>(result), page_up(call.args[2]),
          (call.args[3] & MREMAP_DONTUNMAP) != 0};
}

long record_mremap(const Call& call) {
  const uint64_t old = call.args[0], old_bytes = call.args[1], new_bytes = call.args[2];
  const uint64_t flags = call.args[3];
  if (!may_be_programs(old, old_bytes)) return -kEINVAL;
  if ((flags & MREMAP_FIXED) != 0) {
    if (!may_be_programs(call.args[4], new_bytes)) return -kEINVAL;
    return raw(__NR_mremap, old, old_bytes, new_bytes, flags, call.args[4]);
  }
  const bool may_stay = (flags & MREMAP_DONTUNMAP) == 0 && old_bytes != 0;
  long result = -kENOMEM;
  if (may_stay || (flags & MREMAP_MAYMOVE) == 0)
    result = raw(__NR_mremap, old, old_bytes, new_bytes, flags & ~uint64_t{MREMAP_MAYMOVE});
  if ((flags & MREMAP_MAYMOVE) == 0 || result != -kENOMEM || new_bytes == 0) return result;
  const long room = reserve_arena(new_bytes);
  if (is_error(room)) return room;
  result = raw(__NR_mremap, old, old_bytes, new_bytes, flags | MREMAP_FIXED,
               static_cast<uint64_t>(room));
  if (is_error(result)) raw(__NR_munmap, static_cast<uint64_t>(room), page_up(new_bytes));
  return result;
}

/// Moves what is mapped of [from, from + bytes), each mapping for itself; the last one grows.
bool repeat_in_pieces(const Move& move, uint64_t flags) {
  const uint64_t end =
      move.from + (move.from_bytes < move.to_bytes ? move.from_bytes : move.to_bytes);
  uint64_t last = 0, last_bytes = 0;
  if (end < move.from + move.from_bytes) raw(__NR_munmap, end, move.from + move.from_bytes - end);
  map_lines().read("");
  for (const MapLine& line : map_lines()) {
    const uint64_t from = line.begin < move.from ? move.from : line.begin;
    const uint64_t to = end < line.end ? end : line.end;
    if (from >= to) continue;
    last = move.to + (from - move.from);
    last_bytes = to - from;
    if (last != from &&
        raw(__NR_mremap, from, last_bytes, last_bytes, flags, last) != static_cast<long>(last)) {
      return false;
    }
  }
  if (move.to_bytes <= move.from_bytes) return last != 0;
  const uint64_t grown = last_bytes + move.to_bytes - move.from_bytes;
  return raw(__NR_mremap, last, last_bytes, grown, 0) == static_cast<long>(last);
}

/// Moves as the recording did; false if it cannot be done.
bool repeat_mremap(const Call& call, const Move& move) {
  const uint64_t moves = (call.args[3] & MREMAP_DONTUNMAP) | MREMAP_MAYMOVE | MREMAP_FIXED;
  const uint64_t flags = move.to == move.from ? 0 : moves;
  return raw(__NR_mremap, move.from, call.args[1], call.args[2], flags, move.to) ==
             static_cast<long>(move.to) ||
         (move.from_bytes != 0 && repeat_in_pieces(move, moves));
}

}  // namespace

long on_mremap(Call& call) {
  const uint64_t old = call.args[0];
  const uint64_t protection = protection_that_moves(old, old + page_up(call.args[1]));
  const long result = recording() ? record_mremap(call) : replay_call(call);
  if (!is_error(result)) {
    const Move move = move_of(call, result);
    if (!recording() && !repeat_mremap(call, move))
      report_divergence(call, "memory could not be remapped as recorded");
    g_memory_map.moved(move);
    note_move(call, move.to, protection);
    if (recording()) log_what_came_into_view(call, move);
  }
  if (recording()) log_call(call, result, nullptr);
  return result;
}

}  // namespace weft::runtime
