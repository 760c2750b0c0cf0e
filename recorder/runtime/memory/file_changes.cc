/// The part of a change that is mapped is found in the memory map, and its bytes are taken from
/// where they are surely right, in this order:
///
///   1. a shared mapping: it is the file
///   2. what the program has handed to the call
///   3. a private mapping: it shows the file in pages that the program has not written to
#include "recorder/runtime/memory/file_changes.h"

#include <asm/stat.h>
#include <linux/falloc.h>

#include "recorder/runtime/calls/descriptors.h"
#include "recorder/runtime/ground/program_memory.h"
#include "recorder/runtime/log/event_writer.h"
#include "recorder/runtime/mapped/memory_map.h"
#include "recorder/runtime/memory/own_memory.h"

namespace weft::runtime {

namespace {

constexpr uint64_t kNoPointer = 6;  // in place of an argument
constexpr uint64_t kAppend = 02000, kTruncate = 01000, kGetFlags = 3;

enum class How : uint8_t {
  kNone,
  kWritten,    ///< bytes of the program's, at the position or at an offset
  kMoved,      ///< bytes from another descriptor
  kResized,    ///< ftruncate
  kAllocated,  ///< fallocate
  kByPath,     ///< truncate
  kOpened,     ///< open and its like, with O_TRUNC
  kCloned,     ///< ioctl FICLONE, FICLONERANGE
};

struct Change {
  How how = How::kNone;
  uint8_t fd = 0;               ///< argument: the file that is changed; of an open: its flags
  uint8_t offset = kNoPointer;  ///< argument: where; of kMoved, a pointer to it
};
struct ChangeRow {
  uint16_t number;
  Change change;
};
constexpr ChangeRow kRows[] = {
    {__NR_write, {How::kWritten}},
    {__NR_writev, {How::kWritten}},
    {__NR_pwrite64, {How::kWritten, 0, 3}},
    {__NR_pwritev, {How::kWritten, 0, 3}},
    {__NR_pwritev2, {How::kWritten, 0, 3}},
    {__NR_sendfile, {How::kMoved, 0}},
    {__NR_copy_file_range, {How::kMoved, 2, 3}},
    {__NR_splice, {How::kMoved, 2, 3}},
    {__NR_ftruncate, {How::kResized}},
    {__NR_fallocate, {How::kAllocated}},
    {__NR_truncate, {How::kByPath}},
    {__NR_open, {How::kOpened, 1}},
    {__NR_openat, {How::kOpened, 2}},
    {__NR_creat, {How::kOpened, kNoPointer}},
    {437 /* openat2 */, {How::kOpened, 2}},
    {__NR_ioctl, {How::kCloned}},
};

constexpr uint32_t kNumbers = 512;
struct ChangeTable {
  Change by_number[kNumbers] = {};
  constexpr ChangeTable() {
    for (const ChangeRow& row : kRows) by_number[row.number] = row.change;
  }
};
constexpr ChangeTable kTable;

/// A change of [begin, end) of a file.
struct Changed {
  const Thread* thread;
  MappedFile* file;
  uint64_t begin, end;
};

uint64_t at_most(uint64_t value, uint64_t limit) {
  return value < limit ? value : limit;
}

void write_bytes(const Changed& part, const uint8_t* from) {
  for (uint64_t at = part.begin; at < part.end;) {
    const uint64_t bytes = at_most(part.end - at, trace::kMaxDataBytes);
    const trace::FileRecord record{part.file->identity.device, part.file->identity.inode,
                                   part.file->bytes, at, 0};
    EventWriter event(trace::EventKind::kFile, part.thread);
    event.put_bytes(&record, sizeof record);
    event.put_bytes(from + (at - part.begin), bytes);
    event.commit(0);
    at += bytes;
  }
}

/// Calls visit(begin, end) for the parts of [begin, end) that are mapped.
template <class F>
void for_each_mapped_part(const Changed& change, F visit) {
  for (uint64_t at = change.begin; at < change.end;) {
    uint64_t from = change.end, to = change.end;  // the first mapped part from `at` on
    g_memory_map.for_each_of(change.file, [&](const Mapping& mapping, Sharing) {
      const uint64_t begin = mapping.offset < at ? at : mapping.offset;
      const uint64_t end = mapping.offset + mapping.bytes();
      if (end > at && (begin < from || (begin == from && end > to))) from = begin, to = end;
    });
    if (from >= change.end) return;
    to = at_most(to, change.end);
    visit(from, to);
    at = to;
  }
}

/// Copies what a mapping shows of the file at `place`; false if none of the kind can be read.
bool copy_visible(const Changed& page, Sharing sharing, uint8_t* to) {
  bool found = false;
  g_memory_map.for_each_of(page.file, [&](const Mapping& mapping, Sharing its) {
    const bool covers =
        mapping.offset <= page.begin && page.end <= mapping.offset + mapping.bytes();
    if (found || its != sharing || !covers) return;
    found = weft_copy_guarded(to, pointer_to<void>(mapping.address_of(page.begin)),
                              page.end - page.begin) == 0;
  });
  return found;
}

/// Calls visit(part) for pieces of the change that lie in one page.
template <class F>
void for_each_page(const Changed& change, F visit) {
  for (uint64_t at = change.begin; at < change.end;) {
    Changed page = change;
    page.begin = at;
    page.end = at_most(layout::page_down(at) + layout::kPage, change.end);
    visit(page);
    at = page.end;
  }
}

void log_visible_parts(const Changed& change) {
  alignas(8) static uint8_t bytes[layout::kPage];  // under the baton
  for_each_mapped_part(change, [&](uint64_t from, uint64_t to) {
    for_each_page({change.thread, change.file, from, to}, [](const Changed& page) {
      if (copy_visible(page, Sharing::kShared, bytes) ||
          copy_visible(page, Sharing::kPrivate, bytes))
        write_bytes(page, bytes);
    });
  });
}

/// What the program has written lies at `address` of its memory.
void log_written_part(const Changed& change, uint64_t address) {
  alignas(8) static uint8_t bytes[layout::kPage];
  for_each_mapped_part(change, [&](uint64_t from, uint64_t to) {
    for_each_page({change.thread, change.file, from, to}, [&](const Changed& page) {
      const uint64_t source = address + (page.begin - change.begin);
      if (copy_visible(page, Sharing::kShared, bytes) ||
          weft_copy_guarded(bytes, pointer_to<void>(source), page.end - page.begin) == 0) {
        write_bytes(page, bytes);
      }
    });
  });
}

void log_size(const Thread* thread, MappedFile* file, uint64_t bytes) {
  if (file->bytes == bytes) return;
  file->bytes = bytes;
  log_hole(thread, {file->identity, bytes, 0, 0});
}

/// Where `bytes` bytes that have just been written begin in their file.
uint64_t written_offset(const Call& call, const Change& change, uint64_t bytes,
                        uint64_t file_bytes) {
  constexpr uint64_t kAppendFlag = 0x10, kNoAppendFlag = 0x20;  // RWF_APPEND, RWF_NOAPPEND
  if (change.offset == kNoPointer || call.args[change.offset] == UINT64_MAX)
    return static_cast<uint64_t>(raw(__NR_lseek, call.args[change.fd], 0, 1 /* SEEK_CUR */)) -
           bytes;
  const uint64_t flags = call.number == __NR_pwritev2 ? call.args[5] : 0;
  const long of_file = raw(__NR_fcntl, call.args[change.fd], kGetFlags);
  const bool appends =
      (flags & kAppendFlag) != 0 || (static_cast<uint64_t>(of_file) & kAppend) != 0;
  return appends && (flags & kNoAppendFlag) == 0 ? file_bytes - bytes : call.args[change.offset];
}

/// Where bytes that have just been moved begin in the file that they went to.
uint64_t moved_offset(const Call& call, const Change& change, uint64_t bytes) {
  uint64_t end = 0;
  const bool at_offset =
      change.offset != kNoPointer && read_program(call.args[change.offset], &end);
  if (!at_offset)
    end = static_cast<uint64_t>(raw(__NR_lseek, call.args[change.fd], 0, 1 /* SEEK_CUR */));
  return end - bytes;
}

void log_written(const Call& call, const Change& change, MappedFile* file, uint64_t bytes) {
  const uint64_t begin = written_offset(call, change, bytes, file->bytes);
  Changed next{call.thread, file, begin, begin};
  for_each_sent(call, static_cast<long>(bytes), &next,
                [](void* to, uint64_t address, uint64_t part) {
                  auto* written = static_cast<Changed*>(to);
                  written->begin = written->end;
                  written->end += part;
                  log_written_part(*written, address);
                });
}

void log_allocated(const Call& call, MappedFile* file) {
  const uint64_t mode = call.args[1], offset = call.args[2], bytes = call.args[3];
  if ((mode & (FALLOC_FL_PUNCH_HOLE | FALLOC_FL_ZERO_RANGE)) != 0) {
    log_hole(call.thread, {file->identity, file->bytes, offset, bytes});
  } else if ((mode & (FALLOC_FL_COLLAPSE_RANGE | FALLOC_FL_INSERT_RANGE)) != 0) {
    log_visible(call.thread, file, offset, file->bytes);
  }
}

bool truncates(const Call& call, const Change& change) {
  if (change.fd == kNoPointer) return true;  // creat
  uint64_t flags = call.args[change.fd];
  if (call.number == 437) read_program(call.args[change.fd], &flags);  // struct open_how
  return (flags & kTruncate) != 0;
}

bool clones(uint64_t request) {
  constexpr uint64_t kClone = 0x4004'9409, kCloneRange = 0x4020'940d;
  return request == kClone || request == kCloneRange;
}

/// The file that a call has changed, and a descriptor of it if there is one.
struct Target {
  FileIdentity file;
  uint64_t bytes;
};

Target target_of(const Call& call, const Change& change, long result) {
  struct stat status{};
  switch (change.how) {
    case How::kByPath:
      if (raw(__NR_stat, call.args[0], address_of(&status)) != 0) return {};
      break;
    case How::kOpened:
      if (!truncates(call, change)) return {};
      if (raw(__NR_fstat, static_cast<uint64_t>(result), address_of(&status)) != 0) return {};
      break;
    case How::kCloned:
      if (!clones(call.args[1])) return {};
      [[fallthrough]];
    default:
      if (find_mapped_file(file_behind(call.args[change.fd])) == nullptr) return {};
      if (raw(__NR_fstat, call.args[change.fd], address_of(&status)) != 0) return {};
  }
  return {{status.st_dev, status.st_ino}, static_cast<uint64_t>(status.st_size)};
}

/// A regular file that is stdout or stderr: several threads write to it in the order of their
/// events, so that a replay shows it as it was.
bool is_standard_file(const FileIdentity& file) {
  for (int i = 1; i <= 2; ++i) {
    if (g_state.standard_streams[i] == Stream::kFile && same_file(file, g_state.standard_files[i]))
      return true;
  }
  return false;
}

}  // namespace

void log_hole(const Thread* thread, const Hole& hole) {
  const trace::FileRecord record{hole.file.device, hole.file.inode, hole.file_bytes, hole.offset,
                                 hole.bytes};
  EventWriter event(trace::EventKind::kFile, thread);
  event.put_bytes(&record, sizeof record);
  event.commit(0);
}

void log_visible(const Thread* thread, MappedFile* file, uint64_t begin, uint64_t end) {
  if (begin < end) log_visible_parts({thread, file, begin, end});
}

void log_file_changes(const Call& call, long result) {
  const Change& change = kTable.by_number[call.number & (kNumbers - 1)];
  if (change.how == How::kNone) [[likely]]
    return;
  const Target target = target_of(call, change, result);
  MappedFile* file = find_mapped_file(target.file);
  if (file == nullptr) return;
  const auto bytes = static_cast<uint64_t>(result);
  log_size(call.thread, file, target.bytes);
  switch (change.how) {
    case How::kWritten:
      return log_written(call, change, file, bytes);
    case How::kMoved: {
      const uint64_t begin = moved_offset(call, change, bytes);
      return log_visible(call.thread, file, begin, begin + bytes);
    }
    case How::kAllocated:
      return log_allocated(call, file);
    case How::kCloned:
      return log_visible(call.thread, file, 0, file->bytes);
    default:
      return;
  }
}

long on_file_write(Call& call) {
  if (!recording()) return replay_call(call);
  const Change& change = kTable.by_number[call.number & (kNumbers - 1)];
  const FileIdentity file = file_behind(call.args[change.fd]);
  if (change.how == How::kWritten && is_own_memory(call.args[change.fd], file))
    return write_own_memory(call,
                            change.offset == kNoPointer ? kNoOffset : call.args[change.offset]);
  if (find_mapped_file(file) != nullptr || is_standard_file(file))
    call.block = syscall::Block::kNever;
  return perform(call);
}

}  // namespace weft::runtime
