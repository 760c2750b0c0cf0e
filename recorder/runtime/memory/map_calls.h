/// The calls that change the program's memory map, both halves of each.
///
/// Recording the kernel does it, at an address of weft's choosing (choose_address.h); replay waits
/// for the call's turn and then does the same to memory of the same shape. Files come as kMap
/// events ahead of the call (apply_map.h).
#pragma once

#include <cstdint>

#include "recorder/runtime/calls/call.h"

namespace weft::runtime {

/// Forgets everything: the start of a program image.
void memory_map_reset();
/// Unmaps all that belongs to the program.
void unmap_program();
/// Where brk starts.
void set_heap_start(uint64_t address);

long on_mmap(Call& call);
long on_munmap(Call& call);
long on_mprotect(Call& call);
long on_brk(Call& call);
long on_mremap(Call& call);
long on_madvise(Call& call);
long on_remap_file_pages(Call& call);
long on_shmat(Call& call);
long on_shmdt(Call& call);
long on_process_vm_writev(Call& call);

}  // namespace weft::runtime
