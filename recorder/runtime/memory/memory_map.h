/// The program's memory map: where things go, and the calls that change it.
///
/// While recording the runtime chooses every address that the program leaves open; replay maps the
/// same address with MAP_FIXED. Files are mapped as anonymous memory in replay, filled from the
/// trace. ground/placement.h draws the map.
#pragma once

#include <cstdint>

#include "recorder/runtime/calls/call.h"
#include "recorder/runtime/ground/placement.h"
#include "recorder/runtime/ground/state.h"
#include "weft/channel/layout.h"

namespace weft::runtime {

/// Forgets everything: the start of a program image.
void memory_map_reset();
/// Unmaps all that belongs to the program.
void unmap_program();
/// An address for `bytes` in the image arena (files) that nobody has yet.
uint64_t reserve_image(uint64_t bytes);
/// Where brk starts.
void set_heap_start(uint64_t address);

/// Record: a file is now mapped privately at `address`: writes kMap and kData, remembers it.
struct FileMapping {
  uint64_t address;
  uint64_t bytes;
  uint64_t offset;
  uint32_t protection;
  uint32_t flags;
  int fd;
};
void log_file_mapping(const Thread* thread, const FileMapping& mapping);

/// Writable parts of the loaded images (data, bss): record only. `next` counts up from 0; false at
/// the end.
struct DataRange {
  uint64_t begin, end;
};
bool image_data(int next, DataRange* range);
void note_data(uint64_t address, uint64_t bytes);

/// System V shared memory is known by its size only when it is attached: needed again to detach it.
void note_attached(uint64_t address, uint64_t bytes);
/// kMap events of it carry this device, and the segment's ID as inode.
inline constexpr uint64_t kSharedMemoryDevice = UINT64_MAX;

long on_mmap(Call& call);
long on_munmap(Call& call);
long on_mprotect(Call& call);
long on_mremap(Call& call);
long on_brk(Call& call);
long on_madvise(Call& call);
long on_remap_file_pages(Call& call);
long on_shmat(Call& call);
long on_shmdt(Call& call);
long on_process_vm_writev(Call& call);

}  // namespace weft::runtime
