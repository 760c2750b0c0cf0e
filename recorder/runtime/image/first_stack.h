/// The first stack of a program image.
///
/// From its top (kStackEnd) downwards, as the System V ABI and the kernel have it:
///
///   8 zero bytes | path as given | environment strings | argument strings | "x86_64"
///   | 16 random bytes | auxiliary vector | environment pointers, 0 | argument pointers, 0
///   | argument count  <- rsp
///
/// Not passed on from the kernel's auxiliary vector: the vDSO (its clocks would not be seen: there
/// is a stand-in) and the rseq entries (the kernel would write into program memory at times of its
/// own).
#pragma once

#include "recorder/runtime/image/elf_image.h"

namespace weft::runtime {

/// struct prctl_mm_map: what /proc/self/{cmdline,environ,auxv,stat} show.
struct MemoryLayout {
  uint64_t code_start, code_end, data_start, data_end, heap_start, heap, stack_start,
      argument_start, argument_end, environment_start, environment_end;
  uint64_t auxiliary;
  uint32_t auxiliary_bytes;
  uint32_t exe_fd;
};

/// Whether it is executable; and its mapping: bytes, 0 if there is no memory.
uint32_t stack_protection(const Image& image);
uint64_t map_stack(uint32_t protection);
/// What the auxiliary vector tells of.
struct Loaded {
  const Image& image;
  const Image& interpreter;
  uint64_t vdso;  ///< 0: none
};
/// Builds the stack; returns rsp. `known` gets what the kernel is told.
uint64_t build_stack(const Program& program, const Loaded& loaded, MemoryLayout* known);

/// Length of a nullptr-terminated list.
inline int count_of(const char** list) {
  int count = 0;
  while (list[count] != nullptr) ++count;
  return count;
}

}  // namespace weft::runtime
