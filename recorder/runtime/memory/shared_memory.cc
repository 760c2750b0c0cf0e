/// If a process has mapped files shared, its copy would share them: each would see what the other
/// writes, and changes would leak from one moment into another. So the copy gets files of its own,
/// before either process goes on (replay_channel.h, kFork):
///
///   1. each memfd is copied to a new one, which takes over its descriptor; holes stay holes
///   2. each mapping of an old one in /proc/self/maps (the program may have cut, moved and
///      protected it) is made again from the new one, at the same address
///   3. pages of a private mapping that were written to belong to the process: fork has copied
///      them, and they are kept (/proc/self/pagemap knows them)
#include "recorder/runtime/memory/shared_memory.h"

#include <asm/stat.h>
#include <sys/mman.h>

#include "recorder/runtime/ground/kernel.h"
#include "recorder/runtime/ground/map_lines.h"
#include "recorder/runtime/ground/report.h"
#include "weft/channel/layout.h"

namespace weft::runtime {

namespace {

constexpr int kMaxSharedFiles = 1024;

struct SharedFile {
  uint64_t device, inode;  // of the recorded file
  uint64_t bytes;          // of the memfd: all mappings fit
  uint64_t file_bytes;     // of the file that it stands for
  int fd;
};
SharedFile g_shared_files[kMaxSharedFiles];
int g_shared_count;

SharedFile* find(const trace::MapRecord& record) {
  for (int i = 0; i < g_shared_count; ++i) {
    SharedFile* file = &g_shared_files[i];
    if (file->device == record.device && file->inode == record.inode) return file;
  }
  return nullptr;
}

int create_file() {
  const long fd = raw(__NR_memfd_create, address_of("weft-shared"), 1 /* MFD_CLOEXEC */);
  check(fd >= 0, "no memory for a shared file mapping", fd);
  return static_cast<int>(fd);
}

uint64_t inode_of(int fd) {
  struct stat status{};
  raw(__NR_fstat, static_cast<uint64_t>(fd), address_of(&status));
  return status.st_ino;
}

void copy_range(uint64_t from, uint64_t to, uint64_t begin, uint64_t end) {
  alignas(8) static uint8_t buffer[64 * 1024];
  while (begin < end) {
    const uint64_t wanted = end - begin < sizeof buffer ? end - begin : sizeof buffer;
    const long got = raw(__NR_pread64, from, address_of(buffer), wanted, begin);
    if (got <= 0) return;
    const long put = raw(__NR_pwrite64, to, address_of(buffer), static_cast<uint64_t>(got), begin);
    check(put == got, "no memory for a copy of a shared file mapping", put);
    begin += static_cast<uint64_t>(got);
  }
}

/// A new file with the content of `file`, which takes its descriptor over.
void copy_file(const SharedFile& file) {
  constexpr uint64_t kSeekData = 3, kSeekHole = 4;
  const auto from = static_cast<uint64_t>(file.fd), to = static_cast<uint64_t>(create_file());
  raw(__NR_ftruncate, to, file.bytes);
  for (uint64_t at = 0; at < file.bytes;) {
    const long data = raw(__NR_lseek, from, at, kSeekData);
    if (is_error(data)) break;
    const long hole = raw(__NR_lseek, from, static_cast<uint64_t>(data), kSeekHole);
    if (is_error(hole)) break;
    copy_range(from, to, static_cast<uint64_t>(data), static_cast<uint64_t>(hole));
    at = static_cast<uint64_t>(hole);
  }
  raw(__NR_dup3, to, from, 02000000 /* O_CLOEXEC */);
  raw(__NR_close, to);
}

/// Copies the pages at `aside` that are the process's own to `address`.
void carry_over_written_pages(uint64_t aside, uint64_t address, uint64_t bytes) {
  constexpr uint64_t kPresent = uint64_t{1} << 63, kSwapped = uint64_t{1} << 62,
                     kOfFile = uint64_t{1} << 61;
  static uint64_t entries[512];
  const long fd = raw(__NR_open, address_of("/proc/self/pagemap"), 02000000 /* O_CLOEXEC */);
  check(fd >= 0, "/proc/self/pagemap cannot be read", fd);
  const uint64_t pages = bytes / layout::kPage;
  for (uint64_t first = 0; first < pages; first += 512) {
    const uint64_t count = pages - first < 512 ? pages - first : 512;
    const uint64_t place = (aside / layout::kPage + first) * 8;
    const long got =
        raw(__NR_pread64, static_cast<uint64_t>(fd), address_of(entries), count * 8, place);
    check(got == static_cast<long>(count * 8), "/proc/self/pagemap is too short", got);
    for (uint64_t i = 0; i < count; ++i) {
      if ((entries[i] & (kPresent | kSwapped)) == 0 || (entries[i] & kOfFile) != 0) continue;
      const uint64_t offset = (first + i) * layout::kPage;
      weft_copy_guarded(pointer_to<void>(address + offset), pointer_to<void>(aside + offset),
                        layout::kPage);
    }
  }
  raw(__NR_close, static_cast<uint64_t>(fd));
}

long map_file(const MapLine& line, const SharedFile& file, uint64_t kind) {
  return raw(__NR_mmap, line.begin, line.end - line.begin, PROT_READ | PROT_WRITE, kind | MAP_FIXED,
             static_cast<uint64_t>(file.fd), line.offset);
}

void remap_private(const MapLine& line, const SharedFile& file) {
  const uint64_t bytes = line.end - line.begin;
  const long room =
      raw(__NR_mmap, 0, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  check(!is_error(room), "no room for a copy of a mapping", room);
  const auto aside = static_cast<uint64_t>(room);
  const long moved =
      raw(__NR_mremap, line.begin, bytes, bytes, MREMAP_MAYMOVE | MREMAP_FIXED, aside);
  check(moved == room, "a mapping could not be moved aside", moved);
  raw(__NR_mprotect, aside, bytes, PROT_READ);
  check(!is_error(map_file(line, file, MAP_PRIVATE)), "a file could not be mapped again");
  carry_over_written_pages(aside, line.begin, bytes);
  raw(__NR_munmap, aside, bytes);
}

void remap(const MapLine& line, const SharedFile& file) {
  if (line.shared) {
    check(!is_error(map_file(line, file, MAP_SHARED)), "a file could not be mapped again");
  } else {
    remap_private(line, file);
  }
  raw(__NR_mprotect, line.begin, line.end - line.begin, line.protection);
}

}  // namespace

bool is_shared_file(const trace::MapRecord& record) {
  return find(record) != nullptr;
}

int shared_file(const trace::MapRecord& record, uint64_t bytes) {
  SharedFile* file = find(record);
  if (file == nullptr) {
    check(g_shared_count < kMaxSharedFiles, "too many shared file mappings", g_shared_count);
    file = &g_shared_files[g_shared_count++];
    *file = {record.device, record.inode, 0, record.file_size, create_file()};
  }
  if (record.file_size < file->file_bytes) {  // what was cut off is zero when it comes back
    raw(__NR_ftruncate, static_cast<uint64_t>(file->fd), record.file_size);
    raw(__NR_ftruncate, static_cast<uint64_t>(file->fd), file->bytes);
  }
  file->file_bytes = record.file_size;
  if (file->bytes < bytes) {
    raw(__NR_ftruncate, static_cast<uint64_t>(file->fd), bytes);
    file->bytes = bytes;
  }
  return file->fd;
}

uint64_t shared_memory_bytes() {
  uint64_t bytes = 0;
  for (int i = 0; i < g_shared_count; ++i) {
    struct stat status{};
    raw(__NR_fstat, static_cast<uint64_t>(g_shared_files[i].fd), address_of(&status));
    bytes += static_cast<uint64_t>(status.st_blocks) * 512;
  }
  return bytes;
}

void own_shared_memory() {
  if (g_shared_count == 0) return;
  static uint64_t inodes[kMaxSharedFiles];
  for (int i = 0; i < g_shared_count; ++i) {
    inodes[i] = inode_of(g_shared_files[i].fd);
    copy_file(g_shared_files[i]);
  }
  MapLines& lines = map_lines();
  lines.read("/memfd:weft-shared");
  for (const MapLine& line : lines) {
    for (int i = 0; i < g_shared_count; ++i) {
      if (inodes[i] == line.inode) remap(line, g_shared_files[i]);
    }
  }
}

}  // namespace weft::runtime
