#include "recorder/runtime/memory/log_mapping.h"

#include <asm/stat.h>
#include <sys/mman.h>

#include "recorder/runtime/code/text.h"
#include "recorder/runtime/ground/placement.h"
#include "recorder/runtime/ground/report.h"
#include "recorder/runtime/log/event_writer.h"
#include "recorder/runtime/mapped/map_listeners.h"
#include "recorder/runtime/mapped/memory_map.h"
#include "recorder/runtime/mapped/shared_watch.h"

namespace weft::runtime {

namespace {

constexpr uint64_t kMaxFileContent = 512u << 20;  // of one mapping; more is not recorded
/// What was modified this short a time ago may be modified again without another time (the kernel
/// takes it from a clock that ticks), nanoseconds.
constexpr int64_t kTimeIsFresh = 50'000'000;
constexpr uint32_t kTypeMask = 0170000, kRegular = 0100000, kDirectory = 0040000,
                   kCharacterDevice = 0020000;
constexpr uint64_t kZeroDevice = 1 << 8 | 5;  // /dev/zero, as st_rdev has it

bool read_status(int fd, struct stat* status) {
  return raw(__NR_fstat, static_cast<uint64_t>(fd), address_of(status)) == 0;
}

bool is_zero_device(const struct stat& status) {
  return (status.st_mode & kTypeMask) == kCharacterDevice && status.st_rdev == kZeroDevice;
}

int64_t modified_ns(const struct stat& status) {
  return static_cast<int64_t>(status.st_mtime) * 1'000'000'000 +
         static_cast<int64_t>(status.st_mtime_nsec);
}

int64_t real_time_ns() {
  int64_t time[2] = {};
  raw(__NR_clock_gettime, 0 /* CLOCK_REALTIME */, address_of(time));
  return time[0] * 1'000'000'000 + time[1];
}

void write_map_event(const Thread* thread, const trace::MapRecord& record, const char* path) {
  EventWriter event(trace::EventKind::kMap, thread);
  event.put_bytes(&record, sizeof record);
  event.put_bytes(path, __builtin_strlen(path));
  event.commit(0);
}

/// `bytes` of the file, from `offset` on, which `address` shows.
void log_data(const Thread* thread, uint64_t address, int fd, uint64_t offset, uint64_t bytes) {
  uint8_t* copy = shared_copy(address);
  if (copy == nullptr) return write_file_data_events(thread, address, fd, offset, bytes);
  // Another process may be writing to it.
  while (bytes > 0) {
    const long got = raw(__NR_pread64, static_cast<uint64_t>(fd), address_of(copy), bytes, offset);
    if (got <= 0) return;
    const auto some = static_cast<uint64_t>(got);
    write_data_events(thread, address, some, copy, trace::kFileContent);
    address += some, copy += some, offset += some, bytes -= some;
  }
}

/// The parts of [offset, offset + bytes) of the file that hold data: holes read as zeros.
void log_content(const Thread* thread, const FileMapping& mapping, uint64_t bytes) {
  constexpr uint64_t kSeekData = 3, kSeekHole = 4;
  const auto fd = static_cast<uint64_t>(mapping.fd);
  const long position = raw(__NR_lseek, fd, 0, 1 /* SEEK_CUR */);
  const uint64_t end = mapping.offset + bytes;
  uint64_t recorded = 0;
  for (uint64_t at = mapping.offset; at < end;) {
    const long data = raw(__NR_lseek, fd, at, kSeekData);
    const bool sparse = !is_error(data);
    if (data == -6 /* ENXIO: only a hole is left */) break;
    const uint64_t from = sparse ? static_cast<uint64_t>(data) : at;
    if (from >= end) break;
    const long hole = sparse ? raw(__NR_lseek, fd, from, kSeekHole) : -1;
    const uint64_t to =
        !is_error(hole) && static_cast<uint64_t>(hole) < end ? static_cast<uint64_t>(hole) : end;
    recorded += to - from;
    if (recorded > kMaxFileContent) {
      write_suspect(thread, "a mapped file holds more than 512 MiB: a part of it is missing");
      break;
    }
    log_data(thread, mapping.address + from - mapping.offset, mapping.fd, from, to - from);
    at = to;
  }
  if (!is_error(position)) raw(__NR_lseek, fd, static_cast<uint64_t>(position), 0 /* SEEK_SET */);
}

/// True if the trace has [begin, end) of the file already, as it is now.
bool is_logged(const MappedFile& file, const trace::MapRecord& record, uint64_t end) {
  return file.logged_begin <= record.file_offset && end <= file.logged_end &&
         file.bytes == record.file_size && file.logged_modified_ns == record.modified_ns;
}

void note_logged(MappedFile* file, const trace::MapRecord& record, uint64_t end) {
  if (real_time_ns() - record.modified_ns < kTimeIsFresh) {
    file->logged_begin = file->logged_end = 0;
  } else {
    file->logged_begin = record.file_offset;
    file->logged_end = end;
    file->logged_modified_ns = record.modified_ns;
  }
}

void read_path(int fd, char (&path)[kMaxPath]) {
  char link[64];
  Text(link, sizeof link).add("/proc/self/fd/").add_decimal(fd);
  const long length = raw(__NR_readlink, address_of(link), address_of(path), sizeof path - 1);
  path[length > 0 ? length : 0] = 0;
}

void log_zero_device(const Thread* thread, const FileMapping& mapping) {
  const uint64_t end = mapping.address + mapping.bytes;
  if ((mapping.flags & MAP_SHARED) != 0) {
    return log_segment_mapping(
        thread,
        {.address = mapping.address, .bytes = mapping.bytes, .protection = mapping.protection});
  }
  trace::MapRecord record{};
  record.address = mapping.address;
  record.length = mapping.bytes;
  record.protection = mapping.protection;
  record.flags = MAP_PRIVATE | MAP_ANONYMOUS;
  write_map_event(thread, record, "");
  g_memory_map.mapped(mapping.address, end);
}

/// Text of the file may be patched from now on, and its data is looked after. `content` bytes of the
/// mapping lie within the file.
void tell_image(const Thread* thread, const FileMapping& mapping, uint64_t content,
                const char* path) {
  const bool writable = (mapping.protection & PROT_WRITE) != 0;
  if (writable && mapping.address + mapping.bytes <= image_end())
    note_data(mapping.address, mapping.bytes);
  if (writable || (mapping.protection & PROT_EXEC) == 0) return;
  // Beyond the end of its file a mapping cannot be read. The dynamic linker makes such ones: as
  // long as the whole library with its data, of which later segments then replace the rest.
  FileMapping text = mapping;
  text.bytes = content;
  text_was_mapped(thread, text, path);
  note_text(mapping.address, mapping.bytes);
}

}  // namespace

void log_file_mapping(const Thread* thread, const FileMapping& mapping) {
  struct stat status;
  if (!read_status(mapping.fd, &status)) return;
  if (is_zero_device(status)) return log_zero_device(thread, mapping);
  const bool shared = (mapping.flags & MAP_SHARED) != 0;
  trace::MapRecord record{mapping.address,
                          mapping.bytes,
                          mapping.offset,
                          status.st_dev,
                          status.st_ino,
                          static_cast<uint64_t>(status.st_size),
                          modified_ns(status),
                          mapping.protection,
                          mapping.flags & ~static_cast<uint32_t>(MAP_FIXED | MAP_FIXED_NOREPLACE),
                          0};
  MappedFile* file = hold_file(identity_of(record));
  uint64_t content = mapping.offset < record.file_size ? record.file_size - mapping.offset : 0;
  if (content > mapping.bytes) content = mapping.bytes;
  const uint64_t content_end = mapping.offset + content;
  const bool known = !shared && is_logged(*file, record, content_end);
  if (!known) record.content_bytes = content;
  file->bytes = record.file_size;
  static char path[kMaxPath];
  read_path(mapping.fd, path);
  write_map_event(thread, record, path);
  g_memory_map.mapped(mapping.address, mapping.address + mapping.bytes,
                      {file, mapping.offset, shared});
  if (!known) {
    log_content(thread, mapping, content);
    note_logged(file, record, content_end);
  }
  release_file(file);
  if (!shared) tell_image(thread, mapping, content, path);
}

void log_segment_mapping(const Thread* thread, const SegmentMapping& mapping) {
  trace::MapRecord record{};
  record.address = mapping.address;
  record.length = record.file_size = mapping.bytes;
  record.device = mapping.has_id ? trace::kSharedMemoryDevice : 0;
  record.inode = mapping.id;
  record.protection = mapping.protection;
  record.flags = MAP_SHARED;
  record.content_bytes = mapping.has_id ? mapping.bytes : 0;
  write_map_event(thread, record, "");
  MappedFile* file =
      mapping.has_id ? hold_file(identity_of(record)) : hold_anonymous_file(mapping.bytes);
  file->bytes = mapping.bytes;
  g_memory_map.mapped(mapping.address, mapping.address + mapping.bytes, {file, 0, true});
  release_file(file);
  if (!mapping.has_id) return;
  uint8_t* copy = shared_copy(mapping.address);
  // Pages that are swapped out, or have been mapped by others only, are in no copy yet.
  if (copy != nullptr) weft_copy_guarded(copy, pointer_to<void>(mapping.address), mapping.bytes);
  write_data_events(thread, mapping.address, mapping.bytes,
                    copy != nullptr ? copy : pointer_to<uint8_t>(mapping.address),
                    trace::kFileContent);
}

long refuse_mapping(const Thread* thread, int fd) {
  struct stat status;
  if (!read_status(fd, &status)) return 0;
  const uint32_t type = status.st_mode & kTypeMask;
  if (type == kRegular || type == kDirectory || is_zero_device(status)) return 0;
  static char path[kMaxPath], text[kMaxPath + 64];
  read_path(fd, path);
  write_unusual(thread, Text(text, sizeof text).add("refused: mmap of ").add(path).c_str());
  return -kENODEV;
}

}  // namespace weft::runtime
