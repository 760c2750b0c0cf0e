#include "recorder/runtime/code/trap_jump.h"

#include <sys/mman.h>

#include "recorder/runtime/ground/kernel.h"

namespace weft::runtime {

namespace {

/// Bytes that are no instruction in 64-bit mode: int3, then what raises SIGILL.
constexpr uint8_t kTraps[] = {0xcc, 0x06, 0x07, 0x0e, 0x16, 0x17, 0x1e, 0x1f, 0x27, 0x2f,
                              0x37, 0x3f, 0x60, 0x61, 0xce, 0xd4, 0xea, 0x9a, 0x82};

using Code = uint8_t[kMaxMoved * kMaxInstruction];

int read_code(uint64_t address, Code& code) {
  if (weft_copy_guarded(code, pointer_to<void>(address), sizeof code) == 0) return sizeof code;
  const uint64_t to_page_end = layout::kPage - address % layout::kPage;
  const bool short_of = to_page_end < sizeof code &&
                        weft_copy_guarded(code, pointer_to<void>(address), to_page_end) == 0;
  return short_of ? static_cast<int>(to_page_end) : 0;
}

/// At the site + 5 + `trap` four times. False if that place is taken or out of reach.
bool try_trap(uint8_t trap, const Code& code, int available, BuildStub build, void* context,
              TrapJump* jump) {
  uint8_t put[kJumpBytes] = {0xe9, trap, trap, trap, trap};
  int32_t distance;
  __builtin_memcpy(&distance, put + 1, 4);
  const uint64_t stub = jump->address + kJumpBytes + static_cast<uint64_t>(int64_t{distance});
  const uint64_t pages = stub & ~(layout::kPage - 1);
  if (stub > 0x7f00'0000'0000 || pages < 0x10000) return false;
  const long mapped = raw(__NR_mmap, pages, kTrapJumpPages, PROT_READ | PROT_WRITE | PROT_EXEC,
                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
  if (mapped != static_cast<long>(pages)) {
    if (!is_error(mapped)) raw(__NR_munmap, static_cast<uint64_t>(mapped), kTrapJumpPages);
    return false;
  }
  // A flag that other memory does not have: the kernel makes no one mapping of it and a neighbour.
  raw(__NR_madvise, pages, kTrapJumpPages, MADV_DONTDUMP);
  const uint64_t end = build(context, stub);
  if (!move_instructions(code, available, jump->address, pointer_to<uint8_t>(end), end,
                         &jump->moved)) {
    raw(__NR_munmap, pages, kTrapJumpPages);
    return false;
  }
  jump->stub = stub;
  jump->pages = pages;
  __builtin_memcpy(jump->original, code, kJumpBytes);
  __builtin_memcpy(jump->put, put, kJumpBytes);
  return true;
}

}  // namespace

bool make_trap_jump(uint64_t address, BuildStub build, void* context, TrapJump* jump) {
  Code code;
  const int available = read_code(address, code);
  if (!can_move(code, available)) return false;
  *jump = {};
  jump->address = address;
  for (const uint8_t trap : kTraps) {
    if (try_trap(trap, code, available, build, context, jump)) return true;
  }
  return false;
}

uint64_t moved_place(const TrapJump& jump, uint64_t ip) {
  for (int i = 1; i < jump.moved.count; ++i) {
    if (ip == jump.address + jump.moved.offsets[i]) return jump.moved.places[i];
  }
  return 0;
}

uint64_t place_before_move(const TrapJump& jump, uint64_t ip) {
  for (int i = 0; i < jump.moved.count; ++i) {
    if (ip == jump.moved.places[i]) return jump.address + jump.moved.offsets[i];
  }
  return 0;
}

bool stands_at_site(const TrapJump& jump) {
  uint8_t now[kJumpBytes] = {};
  weft_copy_guarded(now, pointer_to<void>(jump.address), kJumpBytes);
  return __builtin_memcmp(now, jump.put, kJumpBytes) == 0;
}

void unmap_stub(const TrapJump& jump) {
  raw(__NR_munmap, jump.pages, kTrapJumpPages);
}

}  // namespace weft::runtime
