#include "recorder/runtime/hooks/hook_places.h"

#include "recorder/runtime/code/function_name.h"
#include "recorder/runtime/ground/kernel.h"
#include "recorder/runtime/hooks/hook_events.h"

namespace weft::runtime {

namespace {

/// weft_place. Of a coroutine: `function` | kCoroutine.
struct Place {
  uint64_t file, function;
  uint64_t line_and_column;
  bool operator==(const Place& other) const {
    return file == other.file && function == other.function &&
           line_and_column == other.line_and_column;
  }
};

constexpr uint64_t kCoroutine = uint64_t{1} << 63;
constexpr uint64_t kLongestName = 1u << 16;

/// The name of a place's function; a coroutine's without its return type.
HookText name_of(uint64_t function) {
  const uint64_t address = function & ~kCoroutine;
  if (address == function || address == 0) return string_at(address);
  const char* text = pointer_to<const char>(address);
  const long length = weft_string_guarded(text, kLongestName);
  const bool ends = length >= 0 && static_cast<uint64_t>(length) < kLongestName;
  return string_at(ends ? address_of(without_return_type(text)) : address);
}

/// False if it cannot be read.
[[gnu::always_inline]] inline bool load(uint64_t address, Place* place) {
  uint64_t file, function, line_and_column;
  asm("call weft_load_guarded"
      : "=a"(file), "=d"(function), "=c"(line_and_column)
      : "D"(address), "m"(*pointer_to<const Place>(address))
      : "cc");
  *place = {file, function, line_and_column};
  return file != static_cast<uint64_t>(-kEFAULT);
}

struct Entry {
  Place place;
  uint64_t number;  // 0: free
};

constexpr uint32_t kEntries = 1u << 15, kMostUsed = kEntries / 4 * 3;
Entry g_entries[kEntries];
uint32_t g_used;
uint64_t g_last_number;
uint64_t g_lowest = UINT64_MAX, g_highest;  // of the strings known

uint32_t slot_of(const Place& place) {
  const uint64_t hash =
      place.file ^ place.function << 1 ^ place.line_and_column << 32 ^ place.line_and_column >> 32;
  return static_cast<uint32_t>(hash * 0x9e3779b97f4a7c15u >> 49);  // 15 bits
}

[[gnu::noinline, gnu::cold]] void forget_all() {
  __builtin_memset(g_entries, 0, sizeof g_entries);
  g_used = 0;
  g_lowest = UINT64_MAX;
  g_highest = 0;
}

void note_string(const HookText& text) {
  if (text.bytes == 0) return;
  if (text.address < g_lowest) g_lowest = text.address;
  if (text.address + text.bytes > g_highest) g_highest = text.address + text.bytes;
}

[[gnu::noinline, gnu::cold]] uint64_t add_place(HookCaller caller, Entry* entry, Place place) {
  const HookText file = string_at(place.file), function = name_of(place.function);
  *entry = {place, ++g_last_number};
  ++g_used;
  note_string(file);
  note_string(function);
  const uint64_t line = place.line_and_column & UINT32_MAX, column = place.line_and_column >> 32;
  emit<trace::HookKind::kPlace>(caller, {g_last_number, line, column}, {file, function});
  return g_last_number;
}

[[gnu::always_inline]] inline uint64_t number_of(HookCaller caller, const Place& place) {
  if (g_used >= kMostUsed) [[unlikely]]
    forget_all();
  uint32_t slot = slot_of(place);
  while (g_entries[slot].number != 0) {
    if (g_entries[slot].place == place) return g_entries[slot].number;
    slot = (slot + 1) % kEntries;
  }
  return add_place(caller, &g_entries[slot], place);
}

}  // namespace

uint64_t place_number(HookCaller caller, uint64_t address) {
  Place place;
  if (address == 0 || !load(address, &place)) return 0;
  if (place.file == 0 && place.function == 0) return 0;
  return number_of(caller, place);
}

uint64_t coroutine_place_number(HookCaller caller, uint64_t address, uint64_t function) {
  Place place{};
  if (address != 0 && !load(address, &place)) place = {};
  if (function != 0) place.function = function;
  if (place.file == 0 && place.function == 0) return 0;
  place.function |= kCoroutine;
  return number_of(caller, place);
}

void forget_places(uint64_t begin, uint64_t end) {
  if (begin < g_highest && end > g_lowest) forget_all();
}

}  // namespace weft::runtime
