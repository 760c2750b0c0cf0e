/// Where the runtime places the parts of the program: the same in recording and replay.
///
///   stub_area()       stubs, 1 MiB: within a 32-bit jump of everything in the image area
///   image_area()      the main program (PIE), its interpreter, then files that are mapped private
///   heap_area()       brk
///   ... stack_end()   the first thread's stack
///   arena()           everything else that mmap places
#pragma once

#include <cstdint>

#include "recorder/runtime/ground/state.h"
#include "weft/channel/layout.h"

namespace weft::runtime {

inline constexpr uint64_t kStubBytes = layout::kStubArea - layout::kPage;
inline uint64_t stub_area() {
  return g_state.program_start;
}
/// A page of code that stands in for functions of the program (sites/random_device.h,
/// hooks/fiber_hooks.h) and of hooks (hooks.h).
inline uint64_t replacement_code() {
  return stub_area() + kStubBytes;
}
/// Code that stands in for single instructions of the program (sites/state_stubs.h).
inline constexpr uint64_t kStateStubBytes = 64u << 10;
inline uint64_t state_stubs() {
  return stub_area() + (1u << 20);
}
/// image/stand_in_vdso.h
inline uint64_t stand_in_vdso() {
  return state_stubs() + kStateStubBytes;
}
inline uint64_t image_area() {
  return g_state.program_start + (16u << 20);
}
inline uint64_t image_end() {
  return g_state.program_start + 0x7000'0000;
}
inline uint64_t heap_area() {
  return g_state.program_start + 0x20'0000'0000;
}
inline uint64_t heap_end() {
  return g_state.program_start + 0x80'0000'0000;
}
inline uint64_t stack_end() {
  return g_state.program_start + 0x90'0000'0000;
}
inline uint64_t arena() {
  return g_state.program_start + 0x100'0000'0000;
}

}  // namespace weft::runtime
