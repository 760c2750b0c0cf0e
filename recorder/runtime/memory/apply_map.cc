/// File mappings in replay are anonymous memory at the recorded address, filled by the kData events
/// that follow. Shared mappings are views of memfds (shared_memory.h).
#include "recorder/runtime/memory/apply_map.h"

#include <sys/mman.h>

#include "recorder/runtime/code/text.h"
#include "recorder/runtime/ground/program_memory.h"
#include "recorder/runtime/ground/report.h"
#include "recorder/runtime/log/log_reader.h"
#include "recorder/runtime/memory/memory_map.h"
#include "recorder/runtime/memory/shared_memory.h"

namespace weft::runtime {

using layout::page_up;

namespace {

constexpr int kMaxOpenMaps = 512;

struct OpenMap {
  uint64_t address, bytes, readable_bytes;
  uint32_t protection;
  bool may_patch;
};
OpenMap g_open_maps[kMaxOpenMaps];
int g_open_count;

/// The last kMap, if it is a private view of a shared file.
struct View {
  uint64_t address, bytes, offset;
  long fd;
};
View g_view;

}  // namespace

void apply_map(const trace::EventHeader* event) {
  const auto& record = *reinterpret_cast<const trace::MapRecord*>(payload_of(event));
  uint64_t flags = MAP_FIXED | MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
  long fd = -1;
  uint64_t offset = 0;
  g_view = {};
  if ((record.flags & MAP_SHARED) != 0 && record.device != 0) {
    fd = shared_file(record, record.file_offset + record.length);
    flags = MAP_FIXED | MAP_SHARED;
    offset = record.file_offset;
  } else if (record.device != 0 && is_shared_file(record)) {
    // A private view of it sees what is written through the others until it is written to itself.
    fd = shared_file(record, record.file_offset + record.length);
    flags = MAP_FIXED | MAP_PRIVATE;
    offset = record.file_offset;
    g_view = {record.address, record.length, offset, fd};
  }
  if (record.device == kSharedMemoryDevice) note_attached(record.address, record.length);
  const bool in_place = (record.flags & trace::kMapInPlace) != 0;
  const long result = in_place
                          ? static_cast<long>(record.address)
                          : raw(__NR_mmap, record.address, record.length, PROT_READ | PROT_WRITE,
                                flags, static_cast<uint64_t>(fd), offset);
  check(result == static_cast<long>(record.address), "memory could not be mapped as recorded",
        result);
  check(g_open_count < kMaxOpenMaps, "too many mappings at once", g_open_count);
  // Pages after the file's end fault in the recording (SIGBUS): they must fault here.
  const bool anonymous = record.device == 0;
  const uint64_t behind =
      record.file_offset < record.file_size ? record.file_size - record.file_offset : 0;
  const uint64_t readable =
      anonymous || page_up(behind) > record.length ? record.length : page_up(behind);
  const bool text = !anonymous && (record.flags & MAP_SHARED) == 0 &&
                    (record.protection & PROT_EXEC) != 0 && (record.protection & PROT_WRITE) == 0;
  g_open_maps[g_open_count++] = {record.address, record.length, readable, record.protection, text};
}

void fill_map(uint64_t address, const void* from, uint64_t bytes) {
  if (address - g_view.address >= g_view.bytes) return write_program(address, from, bytes);
  // Into the file, or its pages would be the mapping's own. What was mapped shared holds it
  // already; the rest of the file may have never been mapped before.
  const long written = raw(__NR_pwrite64, static_cast<uint64_t>(g_view.fd), address_of(from), bytes,
                           g_view.offset + address - g_view.address);
  check(written == static_cast<long>(bytes), "no memory for a mapped file", written);
}

void finish_maps() {
  g_view = {};
  for (int i = 0; i < g_open_count; ++i) {
    const OpenMap& map = g_open_maps[i];
    if (map.readable_bytes != 0)
      raw(__NR_mprotect, map.address, map.readable_bytes, map.protection);
    if (map.readable_bytes != map.bytes) {
      raw(__NR_mprotect, map.address + map.readable_bytes, map.bytes - map.readable_bytes,
          PROT_NONE);
    }
    if (map.may_patch) note_text(map.address, map.bytes);
  }
  g_open_count = 0;
}

}  // namespace weft::runtime
