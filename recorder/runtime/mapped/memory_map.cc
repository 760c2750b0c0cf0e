#include "recorder/runtime/mapped/memory_map.h"

#include "recorder/runtime/code/text.h"
#include "recorder/runtime/ground/assertion.h"
#include "recorder/runtime/ground/range_set.h"
#include "recorder/runtime/mapped/map_listeners.h"
#include "recorder/runtime/mapped/shared_watch.h"

namespace weft::runtime {

MemoryMap g_memory_map;

namespace {

RangeSet<1024> g_data;

}  // namespace

void MemoryMap::unmapped(uint64_t begin, uint64_t end) {
  shared_.remove(begin, end, [](const Mapping& part) { unwatch(part); });
  private_files_.remove(begin, end, [](const Mapping&) {});
  forget_text(begin, end);
  g_data.subtract(begin, end);
  memory_was_unmapped(begin, end);
  assert_that("what was unmapped is in no table", [&] {
    bool there = false;
    const auto note = [&there](const Mapping&) { there = true; };
    shared_.for_each(begin, end, note);
    private_files_.for_each(begin, end, note);
    return !there;
  });
}

void MemoryMap::mapped(uint64_t begin, uint64_t end) {
  unmapped(begin, end);
}

void MemoryMap::mapped(uint64_t begin, uint64_t end, const Shown& shown) {
  hold_file(shown.file);  // what it replaces may be the last mapping of the same file
  unmapped(begin, end);
  Mapping mapping{begin, end, shown.offset, shown.file, 0, 0};
  if (shown.shared) watch(&mapping);
  (shown.shared ? shared_ : private_files_).add(mapping);
  release_file(shown.file);
}

/// What ends at `end` goes on to `new_end`.
void MemoryMap::grow(MappingTable* table, uint64_t end, uint64_t new_end) {
  const Mapping* last = table->find(end - 1);
  if (last == nullptr) return;
  Mapping more{end, new_end, last->offset_of(end), last->file, 0, 0};
  if (table == &shared_) watch(&more);
  table->add(more);
}

void MemoryMap::move_parts(MappingTable* table, const Move& move) {
  const uint64_t end = move.from + (move.from_bytes == 0 ? move.to_bytes : move.from_bytes);
  for (uint64_t at = move.from; at < end;) {
    Mapping part{};
    table->for_each(at, end, [&part](const Mapping& each) {
      if (part.file == nullptr) part = each;
    });
    if (part.file == nullptr) return;
    at = part.end;
    hold_file(part.file);
    const bool stays = move.keeps || move.from_bytes == 0;
    if (!stays) table->remove(part.begin, part.end, [](const Mapping&) {});
    part.begin = move.to + (part.begin - move.from);
    part.end = move.to + (part.end - move.from);
    if (stays) part.copy = 0;
    if (stays && table == &shared_) watch(&part);
    table->add(part);
    release_file(part.file);
  }
}

void MemoryMap::moved(const Move& move) {
  const uint64_t old_end = move.from + move.from_bytes, new_end = move.to + move.to_bytes;
  if (move.to_bytes < move.from_bytes) {
    unmapped(move.from + move.to_bytes, old_end);
    return moved({move.from, move.to_bytes, move.to, move.to_bytes, move.keeps});
  }
  const bool grows = move.from_bytes != 0 && move.from_bytes < move.to_bytes;
  if (move.to != move.from) {
    unmapped(move.to, new_end);
    move_parts(&shared_, move);
    move_parts(&private_files_, move);
    if (!move.keeps && move.from_bytes != 0) unmapped(move.from, old_end);
  }
  if (!grows) return;
  grow(&shared_, move.to + move.from_bytes, new_end);
  grow(&private_files_, move.to + move.from_bytes, new_end);
}

void MemoryMap::clear() {
  unwatch_all();
  const auto nothing = [](const Mapping&) {};
  shared_.remove(0, UINT64_MAX, nothing);
  private_files_.remove(0, UINT64_MAX, nothing);
  forget_all_text();
  all_memory_was_unmapped();
  g_data.clear();
}

bool image_data(int next, DataRange* range) {
  if (next >= g_data.count()) return false;
  *range = {g_data.at(next).begin, g_data.at(next).end};
  return true;
}

void note_data(uint64_t address, uint64_t bytes) {
  g_data.add(address, address + bytes);
}

}  // namespace weft::runtime
