/// Mappings of traces before version 3: only files that are mapped shared are memfds, long enough
/// for all their mappings; private ones are anonymous memory that the kData events fill. What lies
/// past a file's end is out of bounds.
#include <sys/mman.h>

#include "recorder/runtime/ground/program_memory.h"
#include "recorder/runtime/ground/report.h"
#include "recorder/runtime/mapped/emulated_files.h"
#include "recorder/runtime/memory/apply_map.h"
#include "weft/channel/layout.h"

namespace weft::runtime {

using layout::page_up;

namespace {

/// The last kMap, if it is a private view of a shared file.
struct View {
  uint64_t address, bytes, offset;
  MappedFile* file;
};
View g_view;

/// The memfd that stands for the file, at least `bytes` long.
uint64_t shared_file(MappedFile* file, const trace::MapRecord& record, uint64_t bytes) {
  let_write(file);
  const uint64_t fd = emulated_file(file);
  if (record.file_size < file->old_size) {  // what was cut off is zero when it comes back
    const uint64_t whole = file->bytes;
    resize_emulated_file(file, record.file_size);
    resize_emulated_file(file, whole);
  }
  file->old_size = record.file_size;
  if (file->bytes < bytes) resize_emulated_file(file, bytes);
  return fd;
}

void map_here(const trace::MapRecord& record, uint64_t kind, uint64_t fd, uint64_t offset) {
  if ((record.flags & trace::kMapInPlace) != 0) return;
  const long result = raw(__NR_mmap, record.address, record.length, PROT_READ | PROT_WRITE,
                          kind | MAP_FIXED, fd, offset);
  check(result == static_cast<long>(record.address), "memory could not be mapped as recorded",
        result);
}

}  // namespace

void apply_old_map(const trace::MapRecord& record) {
  const uint64_t end = record.address + record.length;
  const bool shared = (record.flags & MAP_SHARED) != 0, anonymous = record.device == 0;
  g_view = {};
  MappedFile* file = anonymous ? nullptr : find_mapped_file(identity_of(record));
  if (!anonymous && (shared || file != nullptr)) {
    file = hold_file(identity_of(record));
    const uint64_t fd = shared_file(file, record, record.file_offset + record.length);
    map_here(record, shared ? MAP_SHARED : MAP_PRIVATE, fd, record.file_offset);
    g_memory_map.mapped(record.address, end, {file, record.file_offset, shared});
    if (!shared) g_view = {record.address, record.length, record.file_offset, file};
    release_file(file);
  } else {
    map_here(record, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, UINT64_MAX, 0);
    g_memory_map.mapped(record.address, end);
  }
  const uint64_t behind =
      record.file_offset < record.file_size ? record.file_size - record.file_offset : 0;
  const uint64_t readable =
      anonymous || page_up(behind) > record.length ? record.length : page_up(behind);
  const bool text = !anonymous && !shared && (record.protection & PROT_EXEC) != 0 &&
                    (record.protection & PROT_WRITE) == 0;
  leave_open({record.address, record.length, readable, record.protection, text});
}

void fill_old_map(uint64_t address, const void* from, uint64_t bytes) {
  if (address - g_view.address >= g_view.bytes) return write_program(address, from, bytes);
  // Into the file, or its pages would be the mapping's own. What was mapped shared holds it
  // already; the rest of the file may have never been mapped before.
  write_emulated_file(g_view.file, g_view.offset + address - g_view.address, from, bytes);
}

void finish_old_maps() {
  g_view = {};
}

}  // namespace weft::runtime
