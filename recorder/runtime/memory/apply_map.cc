#include "recorder/runtime/memory/apply_map.h"

#include <sys/mman.h>

#include "recorder/runtime/code/text.h"
#include "recorder/runtime/ground/program_memory.h"
#include "recorder/runtime/ground/report.h"
#include "recorder/runtime/log/log_reader.h"
#include "recorder/runtime/mapped/emulated_files.h"
#include "recorder/runtime/mapped/shared_watch.h"
#include "recorder/runtime/turns/log_turns.h"

namespace weft::runtime {

namespace {

constexpr int kMaxOpenMaps = 512;
constexpr uint32_t kFilesAreEmulated = 3;  // format version

OpenMap g_open_maps[kMaxOpenMaps];
int g_open_count;

bool is_old() {
  return g_state.format_version < kFilesAreEmulated;
}

void map_memory(const trace::MapRecord& record, uint64_t kind, uint64_t fd) {
  const long result = raw(__NR_mmap, record.address, record.length, PROT_READ | PROT_WRITE,
                          kind | MAP_FIXED | MAP_NORESERVE, fd, record.file_offset);
  check(result == static_cast<long>(record.address), "memory could not be mapped as recorded",
        result);
}

/// Nobody shares it here, so it is private (map_calls.cc).
void map_anonymous(const trace::MapRecord& record) {
  map_memory(record, MAP_PRIVATE | MAP_ANONYMOUS, UINT64_MAX);
  const uint64_t end = record.address + record.length;
  if ((record.flags & MAP_SHARED) == 0) return g_memory_map.mapped(record.address, end);
  MappedFile* file = hold_anonymous_file(record.length);
  g_memory_map.mapped(record.address, end, {file, 0, true});
  release_file(file);
}

void map_file(const trace::MapRecord& record) {
  const bool shared = (record.flags & MAP_SHARED) != 0;
  MappedFile* file = hold_file(identity_of(record));
  resize_emulated_file(file, record.file_size);
  const uint64_t fd = emulated_file(file);
  if (shared && (record.protection & PROT_WRITE) != 0) let_write(file);
  map_memory(record, shared ? MAP_SHARED : MAP_PRIVATE, fd);
  g_memory_map.mapped(record.address, record.address + record.length,
                      {file, record.file_offset, shared});
  release_file(file);
}

/// The mapping of a file at `address`, or nullptr.
Mapping* find_file(uint64_t address) {
  Mapping* mapping = g_memory_map.private_files().find(address);
  return mapping != nullptr ? mapping : g_memory_map.shared().find(address);
}

void fill_file(uint64_t address, const uint8_t* from, uint64_t bytes) {
  const Mapping* mapping = find_file(address);
  if (mapping == nullptr)
    report_divergence(current(), "content of a file comes where none is mapped");
  write_emulated_file(mapping->file, mapping->offset_of(address), from, bytes);
}

}  // namespace

void leave_open(const OpenMap& map) {
  check(g_open_count < kMaxOpenMaps, "too many mappings at once", g_open_count);
  g_open_maps[g_open_count++] = map;
}

void finish_maps() {
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
  if (is_old()) finish_old_maps();
}

void apply_map(const trace::EventHeader* event) {
  const auto& record = *reinterpret_cast<const trace::MapRecord*>(payload_of(event));
  if (is_old()) return apply_old_map(record);
  const bool anonymous = record.device == 0;
  if (anonymous) {
    map_anonymous(record);
  } else {
    map_file(record);
  }
  const bool text = !anonymous && (record.flags & MAP_SHARED) == 0 &&
                    (record.protection & PROT_EXEC) != 0 && (record.protection & PROT_WRITE) == 0;
  leave_open({record.address, record.length, record.length, record.protection, text});
}

void apply_data(const trace::EventHeader* event) {
  const uint8_t* payload = payload_of(event);
  const uint64_t address = *reinterpret_cast<const uint64_t*>(payload);
  const uint64_t bytes = event->size - 8;
  if (is_old()) {
    fill_old_map(address, payload + 8, bytes);
  } else if ((event->flags & trace::kFileContent) != 0) {
    fill_file(address, payload + 8, bytes);
  } else {
    apply_written(address, payload + 8, bytes);
  }
  if (shared_is_watched()) note_shared(address, payload + 8, bytes);
}

void apply_file(const trace::EventHeader* event) {
  const auto& record = *reinterpret_cast<const trace::FileRecord*>(payload_of(event));
  if (record.device == 0) {
    raw(__NR_madvise, record.offset, record.hole_bytes, MADV_DONTNEED);
    return;
  }
  MappedFile* file = find_mapped_file({record.device, record.inode});
  if (file == nullptr) report_divergence(current(), "a file changes that is not mapped");
  resize_emulated_file(file, record.file_size);
  if (record.hole_bytes != 0) punch_emulated_file(file, record.offset, record.hole_bytes);
  const uint64_t bytes = event->size - sizeof record;
  if (bytes != 0)
    write_emulated_file(file, record.offset, payload_of(event) + sizeof record, bytes);
}

void apply_written(uint64_t address, const void* from, uint64_t bytes) {
  if (weft_copy_guarded(pointer_to<void>(address), from, bytes) == 0) return;
  const auto* source = static_cast<const uint8_t*>(from);
  while (bytes > 0) {
    const uint64_t in_page = layout::page_down(address) + layout::kPage - address;
    const uint64_t part = bytes < in_page ? bytes : in_page;
    if (weft_copy_guarded(pointer_to<void>(address), source, part) != 0) {
      // A shared file that is read-only here was written to through a descriptor or by a child.
      const Mapping* mapping = g_memory_map.shared().find(address);
      if (mapping != nullptr && mapping->file->fd >= 0) {
        write_emulated_file(mapping->file, mapping->offset_of(address), source, part);
      } else {
        write_program(address, source, part);
      }
    }
    address += part, source += part, bytes -= part;
  }
}

}  // namespace weft::runtime
