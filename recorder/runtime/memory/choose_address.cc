#include "recorder/runtime/memory/choose_address.h"

#include <sys/mman.h>

#include "recorder/runtime/ground/placement.h"

namespace weft::runtime {

using layout::page_up;

namespace {

constexpr uint64_t kLowEnd = 0x8000'0000;  // of what MAP_32BIT asks for
constexpr uint64_t kKernelPlaces = 0x7e00'0000'0000;
constexpr int kRecentHoles = 32, kMostAttempts = 100'000;

struct Hole {
  uint64_t address, bytes;
};

struct Addresses {
  uint64_t next_image, next_arena, next_low;
  Hole holes[kRecentHoles];  // ranges of the arena that were unmapped lately: used again first
  uint32_t next_hole;
};
Addresses g_addresses;

uint64_t bump(uint64_t* next, uint64_t bytes) {
  const uint64_t address = *next;
  *next += page_up(bytes);
  return address;
}

uint64_t take_hole(uint64_t bytes) {
  for (Hole& hole : g_addresses.holes) {
    if (hole.bytes != bytes) continue;
    const uint64_t address = hole.address;
    hole = {};
    return address;
  }
  return 0;
}

long map_at(const MapRequest& request, uint64_t address, uint64_t extra_flags) {
  return raw(__NR_mmap, address, request.bytes, request.protection, request.flags | extra_flags,
             request.fd, request.offset);
}

}  // namespace

void reset_addresses() {
  g_addresses.next_image = image_area();
  g_addresses.next_arena = arena();
  g_addresses.next_low = 0x4000'0000;
  for (Hole& hole : g_addresses.holes) hole = {};
}

uint64_t reserve_image(uint64_t bytes) {
  return bump(&g_addresses.next_image, bytes);
}

bool may_be_programs(uint64_t address, uint64_t bytes) {
  const uint64_t end = address + bytes;
  if (end < address) return false;
  if (end <= layout::kLogAddress) return true;
  return address >= layout::kProgramStart && end <= kKernelPlaces;
}

long choose_and_map(const MapRequest& request) {
  const uint64_t hint = request.address, bytes = page_up(request.bytes), flags = request.flags;
  if (bytes == 0) return -kEINVAL;
  if ((flags & (MAP_FIXED | MAP_FIXED_NOREPLACE)) != 0) {
    return may_be_programs(hint, bytes) ? map_at(request, hint, 0) : -kENOMEM;
  }
  if (hint != 0 && hint % layout::kPage == 0 && hint >= 0x10000 && may_be_programs(hint, bytes) &&
      ((flags & MAP_32BIT) == 0 || hint + bytes <= kLowEnd)) {
    const long result = map_at(request, hint, MAP_FIXED_NOREPLACE);
    if (result != -kEEXIST) return result;
  }
  const bool image =
      (flags & (MAP_ANONYMOUS | MAP_SHARED)) == 0 && g_addresses.next_image + bytes < image_end();
  const bool hole_fits = !image && (flags & (MAP_32BIT | MAP_GROWSDOWN)) == 0;
  for (int attempt = 0; attempt < kMostAttempts; ++attempt) {
    uint64_t* next = (flags & MAP_32BIT) != 0 ? &g_addresses.next_low
                     : image                  ? &g_addresses.next_image
                                              : &g_addresses.next_arena;
    if ((flags & MAP_GROWSDOWN) != 0) *next += 1u << 20;  // room to grow, and a gap for the kernel
    uint64_t address = hole_fits && attempt == 0 ? take_hole(bytes) : 0;
    if (address == 0) address = bump(next, bytes);
    const long result = map_at(request, address, MAP_FIXED_NOREPLACE);
    if (result != -kEEXIST) return result;
  }
  return -kENOMEM;
}

long reserve_arena(uint64_t bytes) {
  return choose_and_map(
      {0, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, UINT64_MAX, 0});
}

void remember_hole(uint64_t address, uint64_t bytes) {
  if (address < arena()) return;
  if (address + bytes == g_addresses.next_arena) {
    g_addresses.next_arena = address;
  } else {
    g_addresses.holes[g_addresses.next_hole++ % kRecentHoles] = {address, bytes};
  }
}

}  // namespace weft::runtime
