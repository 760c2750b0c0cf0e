#include "recorder/runtime/mapped/emulated_files.h"

#include <asm/stat.h>
#include <linux/falloc.h>
#include <sys/mman.h>

#include "recorder/runtime/ground/report.h"
#include "recorder/runtime/mapped/own_file.h"

namespace weft::runtime {

namespace {

uint64_t fd_of(const MappedFile* file) {
  return static_cast<uint64_t>(file->fd);
}

/// True if the file holds these bytes there.
bool holds(const MappedFile* file, uint64_t offset, const uint8_t* bytes, uint64_t count) {
  alignas(8) static uint8_t buffer[16 * 1024];
  while (count > 0) {
    const uint64_t part = count < sizeof buffer ? count : sizeof buffer;
    const long got = raw(__NR_pread64, fd_of(file), address_of(buffer), part, offset);
    if (got != static_cast<long>(part) || weft_same_guarded(buffer, bytes, part) != 1) return false;
    bytes += part, offset += part, count -= part;
  }
  return true;
}

}  // namespace

uint64_t emulated_file(MappedFile* file) {
  if (file->fd < 0) {
    file->fd = create_memfd();
    file->own = true;
    raw(__NR_ftruncate, fd_of(file), file->bytes);
  }
  return fd_of(file);
}

void resize_emulated_file(MappedFile* file, uint64_t bytes) {
  if (file->bytes == bytes) return;
  if (file->fd >= 0) {
    own_file(file);
    raw(__NR_ftruncate, fd_of(file), bytes);
  }
  file->bytes = bytes;
}

void write_emulated_file(MappedFile* file, uint64_t offset, const void* from, uint64_t bytes) {
  const uint64_t fd = emulated_file(file);
  if (!file->own && holds(file, offset, static_cast<const uint8_t*>(from), bytes)) return;
  own_file(file);
  const long written = raw(__NR_pwrite64, fd, address_of(from), bytes, offset);
  check(written == static_cast<long>(bytes), "no memory for a mapped file", written);
  if (offset + bytes > file->bytes) file->bytes = offset + bytes;
}

void punch_emulated_file(MappedFile* file, uint64_t offset, uint64_t bytes) {
  const uint64_t fd = emulated_file(file);
  own_file(file);
  raw(__NR_fallocate, fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, offset, bytes);
}

void let_write(MappedFile* file) {
  file->written = true;
  if (file->fd >= 0) own_file(file);
}

void write_emulated_files(uint64_t begin, uint64_t end) {
  g_memory_map.shared().for_each(begin, end, [](const Mapping& part) { let_write(part.file); });
}

uint64_t own_file_bytes() {
  uint64_t bytes = 0;
  for_each_mapped_file([&bytes](MappedFile& file) {
    struct stat status{};
    if (file.fd < 0 || !file.own) return;
    raw(__NR_fstat, fd_of(&file), address_of(&status));
    bytes += static_cast<uint64_t>(status.st_blocks) * 512;
  });
  return bytes;
}

void share_emulated_files() {
  for_each_mapped_file([](MappedFile& file) {
    if (!file.written) file.own = false;
  });
}

void own_emulated_files() {
  for_each_mapped_file([](MappedFile& file) {
    if (file.fd < 0 || !file.written) return;
    file.own = false;
    own_file(&file);
  });
}

}  // namespace weft::runtime
