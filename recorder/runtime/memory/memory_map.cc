#include "recorder/runtime/memory/memory_map.h"

#include <asm/stat.h>
#include <linux/shm.h>
#include <linux/stat.h>
#include <sys/mman.h>

#include "recorder/runtime/calls/shared_watch.h"
#include "recorder/runtime/code/text.h"
#include "recorder/runtime/ground/range_set.h"
#include "recorder/runtime/ground/report.h"
#include "recorder/runtime/ground/sharing_children.h"
#include "recorder/runtime/ground/state.h"
#include "recorder/runtime/log/event_writer.h"
#include "recorder/runtime/memory/apply_map.h"
#include "recorder/runtime/memory/execution_watch.h"
#include "recorder/runtime/memory/map_listeners.h"
#include "recorder/runtime/memory/mapping_protection.h"
#include "recorder/runtime/memory/shared_files.h"

namespace weft::runtime {

using layout::page_up;

namespace {

constexpr uint64_t kMaxFileContent = 512u << 20;  // of one mapping; more is not recorded
constexpr uint64_t kLowEnd = 0x8000'0000;         // of what MAP_32BIT asks for
constexpr int kRecentHoles = 32;

struct Hole {
  uint64_t address, bytes;
};

struct MemoryMap {
  uint64_t heap_start, heap_end;
  uint64_t next_image, next_arena, next_low;
  Hole holes[kRecentHoles];  // ranges of the arena that were unmapped lately: used again first
  uint32_t next_hole;
  RangeSet<1024> private_files;
  RangeSet<1024> data;
  trace::MapRecord whole;  // the last file that was mapped private and read-only
  RangeSet<256> attached;  // System V shared memory
};
MemoryMap g_map;

/// Ranges that a program may name: below weft's, and above it up to where the kernel puts its own.
bool may_be_programs(uint64_t address, uint64_t bytes) {
  const uint64_t end = address + bytes;
  if (end < address) return false;
  if (end <= layout::kLogAddress) return true;
  return address >= layout::kProgramStart && end <= 0x7e00'0000'0000;
}

uint64_t bump(uint64_t* next, uint64_t bytes) {
  const uint64_t address = *next;
  *next += page_up(bytes);
  return address;
}

uint64_t take_hole(uint64_t bytes) {
  for (Hole& hole : g_map.holes) {
    if (hole.bytes != bytes) continue;
    const uint64_t address = hole.address;
    hole = {};
    return address;
  }
  return 0;
}

void remember_hole(uint64_t address, uint64_t bytes) {
  if (address < arena()) return;
  if (address + bytes == g_map.next_arena) {
    g_map.next_arena = address;
  } else {
    g_map.holes[g_map.next_hole++ % kRecentHoles] = {address, bytes};
  }
}

long map_raw(const Call& call, uint64_t address, uint64_t extra_flags) {
  return raw(__NR_mmap, address, call.args[1], protection_of(call), call.args[3] | extra_flags,
             call.args[4], call.args[5]);
}

/// Record: maps where the program asked for, or where weft chooses.
long choose_and_map(const Call& call) {
  const uint64_t hint = call.args[0], bytes = page_up(call.args[1]), flags = call.args[3];
  if (bytes == 0) return -kEINVAL;
  if ((flags & (MAP_FIXED | MAP_FIXED_NOREPLACE)) != 0) {
    if (!may_be_programs(hint, bytes)) return -kENOMEM;
    return map_raw(call, hint, 0);
  }
  if (hint != 0 && hint % layout::kPage == 0 && hint >= 0x10000 && may_be_programs(hint, bytes) &&
      ((flags & MAP_32BIT) == 0 || hint + bytes <= kLowEnd)) {
    const long result = map_raw(call, hint, MAP_FIXED_NOREPLACE);
    if (result != -kEEXIST) return result;
  }
  const bool image =
      (flags & (MAP_ANONYMOUS | MAP_SHARED)) == 0 && g_map.next_image + bytes < image_end();
  const bool hole_fits = !image && (flags & (MAP_32BIT | MAP_GROWSDOWN)) == 0;
  for (int attempt = 0; attempt < 100'000; ++attempt) {
    uint64_t* next = (flags & MAP_32BIT) != 0 ? &g_map.next_low
                     : image                  ? &g_map.next_image
                                              : &g_map.next_arena;
    if ((flags & MAP_GROWSDOWN) != 0) *next += 1u << 20;  // room to grow, and a gap for the kernel
    uint64_t address = hole_fits && attempt == 0 ? take_hole(bytes) : 0;
    if (address == 0) address = bump(next, bytes);
    const long result = map_raw(call, address, MAP_FIXED_NOREPLACE);
    if (result != -kEEXIST) return result;
  }
  return -kENOMEM;
}

bool stat_regular(int fd, struct stat* status) {
  return raw(__NR_fstat, static_cast<uint64_t>(fd), address_of(status)) == 0 &&
         (status->st_mode & 0170000) == 0100000;
}

long record_mmap(Call& call) {
  const long result = choose_and_map(call);
  const uint64_t flags = call.args[3];
  if (!is_error(result)) {
    const uint64_t address = static_cast<uint64_t>(result), end = address + page_up(call.args[1]);
    forget_text(address, end);
    g_map.private_files.subtract(address, end);
    g_map.data.subtract(address, end);
    forget_shared_mappings(address, end);
    note_protection(call, address, end);
    if ((flags & MAP_ANONYMOUS) != 0) g_map.whole = {};
    if ((flags & MAP_SHARED) != 0 && (call.args[2] & PROT_WRITE) != 0)
      watch_shared(address, end - address);
    if ((flags & (MAP_ANONYMOUS | MAP_FIXED)) == (MAP_ANONYMOUS | MAP_FIXED) &&
        end <= image_end() && (call.args[2] & PROT_WRITE) != 0) {
      note_data(address, end - address);
    }
    if ((flags & MAP_ANONYMOUS) == 0) {
      log_file_mapping(call.thread, {address, page_up(call.args[1]), call.args[5],
                                     static_cast<uint32_t>(call.args[2]),
                                     static_cast<uint32_t>(flags), static_cast<int>(call.args[4])});
    }
  }
  log_call(call, result, nullptr);
  return result;
}

long replay_mmap(Call& call) {
  const long result = replay_call(call);  // files: mapped by the kMap event before
  if (is_error(result)) return result;
  const uint64_t address = static_cast<uint64_t>(result), end = address + page_up(call.args[1]);
  note_protection(call, address, end);
  if ((call.args[3] & MAP_ANONYMOUS) == 0) return result;
  const uint64_t kept = call.args[3] & (MAP_GROWSDOWN | MAP_STACK);
  raw(__NR_mmap, address, call.args[1], protection_of(call),
      kept | MAP_FIXED | MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  forget_text(address, end);
  return result;
}

}  // namespace

void memory_map_reset() {
  g_map.heap_start = g_map.heap_end = heap_area();
  g_map.next_image = image_area();
  g_map.next_arena = arena();
  g_map.next_low = 0x4000'0000;
  for (Hole& hole : g_map.holes) hole = {};
  forget_all_text();
  g_map.private_files.clear();
  g_map.data.clear();
  g_map.attached.clear();
  forget_all_shared_mappings();
}

void unmap_program() {
  raw(__NR_munmap, 0x10000, layout::kLogAddress - 0x10000);
  raw(__NR_munmap, layout::kProgramStart, 0x7e00'0000'0000 - layout::kProgramStart);
}

uint64_t reserve_image(uint64_t bytes) {
  return bump(&g_map.next_image, bytes);
}

void set_heap_start(uint64_t address) {
  g_map.heap_start = g_map.heap_end = address;
}

bool image_data(int next, DataRange* range) {
  if (next >= g_map.data.count()) return false;
  *range = {g_map.data.at(next).begin, g_map.data.at(next).end};
  return true;
}

void note_data(uint64_t address, uint64_t bytes) {
  g_map.data.add(address, address + bytes);
}

void note_attached(uint64_t address, uint64_t bytes) {
  g_map.attached.add(address, address + bytes);
}

namespace {

/// True if `part` lies inside `whole`, is the same file at the same distance, and `whole` is
/// untouched.
bool shows_already(const trace::MapRecord& whole, const trace::MapRecord& part) {
  return whole.length != 0 && (part.flags & MAP_SHARED) == 0 && whole.device == part.device &&
         whole.inode == part.inode && whole.file_size == part.file_size &&
         whole.modified_ns == part.modified_ns && whole.address <= part.address &&
         part.address + part.length <= whole.address + whole.length &&
         part.address - whole.address == part.file_offset - whole.file_offset;
}

/// True if the program can change the file through this descriptor.
bool is_writable(int fd) {
  constexpr long kAccessMode = 3;
  const long flags = raw(__NR_fcntl, static_cast<uint64_t>(fd), 3 /* F_GETFL */);
  return !is_error(flags) && (flags & kAccessMode) != 0;
}

/// The parts of [offset, offset + bytes) of the file that hold data: holes read as zeros.
void log_file_content(const Thread* thread, const FileMapping& mapping, uint64_t bytes) {
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
      write_unusual(thread, "a mapped file holds more than 512 MiB: its content is not recorded");
      break;
    }
    write_file_data_events(thread, mapping.address + from - mapping.offset, mapping.fd, from,
                           to - from);
    at = to;
  }
  if (!is_error(position)) raw(__NR_lseek, fd, static_cast<uint64_t>(position), 0 /* SEEK_SET */);
}

}  // namespace

void log_file_mapping(const Thread* thread, const FileMapping& mapping) {
  struct stat status;
  if (!stat_regular(mapping.fd, &status)) {
    write_unusual(thread, "a device is mapped: what it does to memory is not recorded");
    return;
  }
  const uint64_t file_bytes = static_cast<uint64_t>(status.st_size);
  uint64_t content = mapping.offset < file_bytes ? file_bytes - mapping.offset : 0;
  if (content > mapping.bytes) content = mapping.bytes;
  trace::MapRecord record{mapping.address,
                          mapping.bytes,
                          mapping.offset,
                          status.st_dev,
                          status.st_ino,
                          file_bytes,
                          static_cast<int64_t>(status.st_mtime) * 1'000'000'000 +
                              static_cast<int64_t>(status.st_mtime_nsec),
                          mapping.protection,
                          mapping.flags & ~static_cast<uint32_t>(MAP_FIXED | MAP_FIXED_NOREPLACE),
                          content};
  const bool in_place = shows_already(g_map.whole, record);
  if (in_place) record.flags |= trace::kMapInPlace;
  if (in_place) record.content_bytes = 0;
  char link[64], path[kMaxPath];
  Text(link, sizeof link).add("/proc/self/fd/").add_decimal(mapping.fd);
  const long length = raw(__NR_readlink, address_of(link), address_of(path), sizeof path - 1);
  {
    EventWriter event(trace::EventKind::kMap, thread);
    event.put_bytes(&record, sizeof record);
    event.put_bytes(path, length > 0 ? static_cast<size_t>(length) : 0);
    event.commit(0);
  }
  if (!in_place) log_file_content(thread, mapping, content);
  const bool read_only =
      (mapping.protection & PROT_WRITE) == 0 && (mapping.flags & MAP_SHARED) == 0;
  if (!in_place) g_map.whole = read_only ? record : trace::MapRecord{};
  const uint64_t end = mapping.address + mapping.bytes;
  if ((mapping.flags & MAP_SHARED) != 0) {
    note_shared_mapping(record);
    return;
  }
  if (is_writable(mapping.fd)) note_shared_mapping(record);
  g_map.private_files.add(mapping.address, end);
  if ((mapping.protection & PROT_WRITE) != 0 && end <= image_end())
    note_data(mapping.address, mapping.bytes);
  if ((mapping.protection & PROT_EXEC) != 0 && (mapping.protection & PROT_WRITE) == 0) {
    path[length > 0 ? length : 0] = 0;
    // Beyond the end of its file a mapping cannot be read. The dynamic linker makes such ones: as
    // long as the whole library with its data, of which later segments then replace the rest.
    FileMapping text = mapping;
    text.bytes = content;
    text_was_mapped(thread, text, path);
    note_text(mapping.address, mapping.bytes);
  }
}

long on_mmap(Call& call) {
  return recording() ? record_mmap(call) : replay_mmap(call);
}

/// A child in the same memory maps where the kernel likes, and may leave it to the program to
/// unmap.
long unmap_of_child(Call& call) {
  if (!recording()) return replay_call(call);
  const long result =
      child_shares_memory() ? raw(__NR_munmap, call.args[0], call.args[1]) : -kEINVAL;
  log_call(call, result, nullptr);
  return result;
}

long on_munmap(Call& call) {
  const uint64_t address = call.args[0], bytes = page_up(call.args[1]);
  if (!may_be_programs(address, bytes)) return unmap_of_child(call);
  const long result = raw(__NR_munmap, address, call.args[1]);
  if (!is_error(result)) {
    g_map.whole = {};
    forget_text(address, address + bytes);
    g_map.private_files.subtract(address, address + bytes);
    g_map.data.subtract(address, address + bytes);
    forget_shared_mappings(address, address + bytes);
    memory_was_unmapped(address, address + bytes);
    if (recording()) remember_hole(address, bytes);
  }
  return agree(call, result);
}

long on_mprotect(Call& call) {
  const uint64_t address = call.args[0], bytes = page_up(call.args[1]);
  const long result =
      !may_be_programs(address, bytes) ? -kENOMEM : change_protection(call, address, bytes);
  if (!is_error(result) && (call.args[2] & PROT_WRITE) != 0) {
    forget_text(address, address + bytes);
    g_map.whole = {};
  }
  if (recording()) {
    log_call(call, result, nullptr);
    return result;
  }
  return replay_call(call);
}

long on_mremap(Call& call) {
  const uint64_t old = call.args[0], old_bytes = call.args[1], new_bytes = call.args[2];
  const uint64_t flags = call.args[3];
  const uint64_t protection = protection_that_moves(old, old + page_up(old_bytes));
  if (!recording()) {
    const long result = replay_call(call);
    if (is_error(result)) return result;
    const uint64_t address = static_cast<uint64_t>(result);
    const uint64_t moved =
        address == old ? 0 : (flags & MREMAP_DONTUNMAP) | MREMAP_MAYMOVE | MREMAP_FIXED;
    const long done = raw(__NR_mremap, old, old_bytes, new_bytes, moved, address);
    if (done != result) report_divergence(call, "memory could not be remapped as recorded");
    note_move(call, address, protection);
    return result;
  }
  long result = -kEINVAL;
  if (may_be_programs(old, old_bytes)) {
    result = raw(__NR_mremap, old, old_bytes, new_bytes, flags & ~uint64_t{MREMAP_MAYMOVE},
                 call.args[4]);
    if ((flags & MREMAP_FIXED) != 0 && may_be_programs(call.args[4], new_bytes)) {
      result = raw(__NR_mremap, old, old_bytes, new_bytes, flags, call.args[4]);
    } else if ((flags & MREMAP_MAYMOVE) != 0 && is_error(result)) {
      const uint64_t target = bump(&g_map.next_arena, new_bytes);
      result = raw(__NR_mremap, old, old_bytes, new_bytes, flags | MREMAP_FIXED, target);
    }
  }
  if (!is_error(result)) note_move(call, static_cast<uint64_t>(result), protection);
  log_call(call, result, nullptr);
  return result;
}

long on_brk(Call& call) {
  const uint64_t wanted = call.args[0];
  if (wanted >= g_map.heap_start && wanted < heap_end()) {
    const uint64_t old_end = page_up(g_map.heap_end), new_end = page_up(wanted);
    if (new_end > old_end) {
      raw(__NR_mmap, old_end, new_end - old_end, PROT_READ | PROT_WRITE,
          MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    } else if (new_end < old_end) {
      raw(__NR_munmap, new_end, old_end - new_end);
    }
    g_map.heap_end = wanted;
  }
  return agree(call, static_cast<long>(g_map.heap_end));
}

long on_madvise(Call& call) {
  constexpr uint64_t kFree = 8, kGuardInstall = 102, kGuardRemove = 103, kDontNeedLocked = 24;
  const uint64_t address = call.args[0], bytes = page_up(call.args[1]);
  uint64_t advice = call.args[2];
  if (advice == kGuardInstall || advice == kGuardRemove) return agree(call, -kEINVAL);
  // "The kernel may free the pages at any time": now, so that it is the same time in every run.
  if (advice == kFree) advice = MADV_DONTNEED;
  const bool drops = advice == MADV_DONTNEED || advice == kDontNeedLocked;
  if (!recording()) {
    if (drops) raw(__NR_madvise, address, call.args[1], MADV_DONTNEED);
    return replay_call(call);
  }
  const long result = raw(__NR_madvise, address, call.args[1], advice);
  g_map.whole = {};
  if (drops && !is_error(result)) {  // private file pages show the file's content again
    OutputList* outputs = nullptr;
    static OutputList content;
    g_map.private_files.intersect(address, address + bytes, [&outputs](uint64_t from, uint64_t to) {
      if (outputs == nullptr) (outputs = &content)->clear();
      outputs->add(trace::kAbsolute, from, to - from);
    });
    log_call(call, result, outputs);
    return result;
  }
  log_call(call, result, nullptr);
  return result;
}

/// The kernel only emulates it. As where the kernel lacks it: what the pages show would have to be
/// recorded anew.
long on_remap_file_pages(Call& call) {
  if (recording()) write_unusual(call.thread, "refused: remap_file_pages");
  return agree(call, -kENOSYS);
}

long on_shmat(Call& call) {
  if (!recording()) return replay_call(call);
  constexpr uint64_t kReadOnly = 010000, kRound = 020000, kRemap = 040000;
  struct shmid64_ds status{};
  long result = raw(__NR_shmctl, call.args[0], 2 /* IPC_STAT */, address_of(&status));
  if (!is_error(result)) {
    const uint64_t bytes = page_up(status.shm_segsz);
    uint64_t address = call.args[1];
    if (address == 0) address = bump(&g_map.next_arena, bytes);
    if ((call.args[2] & kRound) != 0) address &= ~(layout::kPage - 1);
    result = may_be_programs(address, bytes) ? raw(__NR_shmat, call.args[0], address, call.args[2])
                                             : -kEINVAL;
    if (!is_error(result)) {
      if ((call.args[2] & kRemap) != 0) forget_shared_mappings(address, address + bytes);
      trace::MapRecord record{};
      record.address = address;
      record.length = record.file_size = record.content_bytes = bytes;
      record.device = kSharedMemoryDevice;
      record.inode = call.args[0];
      record.protection = PROT_READ | ((call.args[2] & kReadOnly) != 0 ? 0 : PROT_WRITE);
      record.flags = MAP_SHARED;
      {
        EventWriter event(trace::EventKind::kMap, call.thread);
        event.put_bytes(&record, sizeof record);
        event.commit(0);
      }
      write_data_events(call.thread, address, bytes);
      note_attached(address, bytes);
      if ((call.args[2] & kReadOnly) == 0) watch_shared(address, page_up(bytes));
    }
  }
  log_call(call, result, nullptr);
  return result;
}

long on_shmdt(Call& call) {
  const uint64_t address = call.args[0];
  uint64_t end = 0;
  for (int i = 0; i < g_map.attached.count(); ++i) {
    if (g_map.attached.at(i).begin == address) end = g_map.attached.at(i).end;
  }
  if (!recording()) {
    const long result = replay_call(call);
    if (result == 0 && end != 0) raw(__NR_munmap, address, end - address);
    g_map.attached.subtract(address, end);
    return result;
  }
  const long result = raw(__NR_shmdt, address);
  if (result == 0) g_map.attached.subtract(address, end);
  log_call(call, result, nullptr);
  return result;
}

long on_process_vm_writev(Call& call) {
  if (!recording()) return replay_call(call);
  const long result = enter_kernel(call);
  static OutputList outputs;
  outputs.clear();
  if (result > 0 && static_cast<int32_t>(call.args[0]) == g_state.pid) {
    collect_iov(call.args[3], call.args[4], static_cast<uint64_t>(result), &outputs);
  }
  log_call(call, result, &outputs);
  return result;
}

}  // namespace weft::runtime
