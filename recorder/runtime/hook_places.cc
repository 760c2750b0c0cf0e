/// Places get numbers, so that an event need not carry a file's name.
///
/// A place is known by its content: the addresses of its two strings (which are constants of some
/// module), line and column. The same in replay, where the addresses are the same: so the numbers
/// are too. When a module is unloaded its strings go, and others may lie there later: then all is
/// forgotten, and places get new numbers when they are used again. The same when the table is full.
#include "recorder/runtime/hooks.h"
#include "recorder/runtime/kernel.h"

namespace weft::runtime {

namespace {

struct Place {
  uint64_t file, function;
  uint32_t line, column;
  bool operator==(const Place& other) const {
    return file == other.file && function == other.function && line == other.line &&
           column == other.column;
  }
};

struct Entry {
  Place place;
  uint64_t number;  // 0: free
};

constexpr uint32_t kEntries = 1u << 15, kMostUsed = kEntries / 4 * 3;
constexpr uint64_t kMaxString = 4096;
Entry g_entries[kEntries];
uint32_t g_used;
uint64_t g_last_number;
uint64_t g_lowest = UINT64_MAX, g_highest;  // of the strings known

uint32_t slot_of(const Place& place) {
  uint64_t hash = place.file ^ place.function << 1;
  hash ^= uint64_t{place.line} << 32 | place.column;
  return static_cast<uint32_t>(hash * 0x9e3779b97f4a7c15u >> 49);  // 15 bits
}

void forget_all() {
  __builtin_memset(g_entries, 0, sizeof g_entries);
  g_used = 0;
  g_lowest = UINT64_MAX;
  g_highest = 0;
}

HookText string_at(uint64_t address) {
  if (address == 0) return {};
  const long length = weft_string_guarded(pointer_to<char>(address), kMaxString);
  return {address, length < 0 ? 0 : static_cast<uint64_t>(length)};
}

void note_string(const HookText& text) {
  if (text.bytes == 0) return;
  if (text.address < g_lowest) g_lowest = text.address;
  if (text.address + text.bytes > g_highest) g_highest = text.address + text.bytes;
}

uint64_t add_place(Thread* thread, uint64_t site, Entry* entry, const Place& place) {
  const HookText file = string_at(place.file), function = string_at(place.function);
  *entry = {place, ++g_last_number};
  ++g_used;
  note_string(file);
  note_string(function);
  emit(thread, {.kind = trace::HookKind::kPlace,
                .site = site,
                .arguments = {g_last_number, place.line, place.column},
                .texts = {file, function}});
  return g_last_number;
}

}  // namespace

uint64_t place_number(Thread* thread, uint64_t site, uint64_t address) {
  Place place;
  if (address == 0 || weft_copy_guarded(&place, pointer_to<void>(address), sizeof place) != 0)
    return 0;
  if (place.file == 0 && place.function == 0) return 0;
  if (g_used >= kMostUsed) forget_all();
  uint32_t slot = slot_of(place);
  while (g_entries[slot].number != 0) {
    if (g_entries[slot].place == place) return g_entries[slot].number;
    slot = (slot + 1) % kEntries;
  }
  return add_place(thread, site, &g_entries[slot], place);
}

void forget_places(uint64_t begin, uint64_t end) {
  if (begin < g_highest && end > g_lowest) forget_all();
}

}  // namespace weft::runtime
