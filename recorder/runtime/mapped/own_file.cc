#include "recorder/runtime/mapped/own_file.h"

#include <asm/stat.h>
#include <sys/mman.h>

#include "recorder/runtime/ground/kernel.h"
#include "recorder/runtime/ground/map_lines.h"
#include "recorder/runtime/ground/report.h"
#include "weft/channel/layout.h"

namespace weft::runtime {

namespace {

constexpr const char* kName = "weft-file";
constexpr const char* kPath = "/memfd:weft-file";  // in /proc/self/maps

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
void copy_file(const MappedFile& file) {
  constexpr uint64_t kSeekData = 3, kSeekHole = 4;
  const auto from = static_cast<uint64_t>(file.fd), to = static_cast<uint64_t>(create_memfd());
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

long map_file(const MapLine& line, const MappedFile& file, uint64_t kind) {
  return raw(__NR_mmap, line.begin, line.end - line.begin, PROT_READ | PROT_WRITE,
             kind | MAP_FIXED | MAP_NORESERVE, static_cast<uint64_t>(file.fd), line.offset);
}

void remap_private(const MapLine& line, const MappedFile& file) {
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

void remap(const MapLine& line, const MappedFile& file) {
  if (line.shared) {
    check(!is_error(map_file(line, file, MAP_SHARED)), "a file could not be mapped again");
  } else {
    remap_private(line, file);
  }
  raw(__NR_mprotect, line.begin, line.end - line.begin, line.protection);
}

}  // namespace

int create_memfd() {
  constexpr uint64_t kCloseOnExec = 1, kMayBeExecuted = 16;  // the latter since Linux 6.3
  long fd = raw(__NR_memfd_create, address_of(kName), kCloseOnExec | kMayBeExecuted);
  if (fd == -kEINVAL) fd = raw(__NR_memfd_create, address_of(kName), kCloseOnExec);
  check(fd >= 0, "no descriptor for a mapped file (ulimit -n)", fd);
  return static_cast<int>(fd);
}

void own_file(MappedFile* file) {
  if (file->own) return;
  const uint64_t inode = inode_of(file->fd);
  copy_file(*file);
  file->own = true;
  map_lines().read(kPath);
  for (const MapLine& line : map_lines()) {
    if (line.inode == inode) remap(line, *file);
  }
}

}  // namespace weft::runtime
