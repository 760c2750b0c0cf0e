/// A jump over instructions of the program that any thread may pass, or jump into, at any time:
///
///   site:  jmp stub      e9, and four times the same byte, one that is not an instruction
///
///   stub:  ...           what the builder wants, then
///   moved: the instructions from under the jmp
///          jmp site + n
///
/// A jump may go to the second instruction under the jmp. It raises SIGILL or SIGTRAP at a known
/// address then, and the handler moves the ip to the moved instruction. There are some 18 such
/// bytes, so some 18 places for the stub; one of them is free.
#pragma once

#include <cstdint>

#include "recorder/runtime/code/relocate.h"
#include "weft/channel/layout.h"

namespace weft::runtime {

/// Of memory for a stub, wherever in its first page it begins.
inline constexpr uint64_t kTrapJumpPages = 2 * layout::kPage;
/// Bytes that a builder may use, at least.
inline constexpr uint64_t kStubMost = layout::kPage;

struct TrapJump {
  uint64_t address;  ///< of the site
  uint64_t stub;
  uint64_t pages;  ///< where kTrapJumpPages bytes are mapped for the stub
  Moved moved;
  uint8_t original[kJumpBytes];
  uint8_t put[kJumpBytes];  ///< what stands there instead, once the caller has written it
};

/// Writes a stub's own code at `stub` (kStubMost bytes, writable and executable) and returns where
/// it ends: the moved instructions follow.
using BuildStub = uint64_t (*)(void* context, uint64_t stub);

/// Maps and builds the stub for `address`; the site stays as it is. False if the instructions there
/// cannot be moved, or no place is free.
bool make_trap_jump(uint64_t address, BuildStub build, void* context, TrapJump* jump);
/// Where a thread goes on that stands under the jmp, at `ip`; 0: it does not.
uint64_t moved_place(const TrapJump& jump, uint64_t ip);
/// Where the instruction came from that was moved to `ip`; 0: none was.
uint64_t place_before_move(const TrapJump& jump, uint64_t ip);
/// True if the jmp is there; a JIT compiler may have put other code in its place.
bool stands_at_site(const TrapJump& jump);
/// The stub's memory is given back. The caller has taken the jmp away.
void unmap_stub(const TrapJump& jump);

}  // namespace weft::runtime
