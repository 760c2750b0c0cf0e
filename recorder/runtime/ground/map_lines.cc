#include "recorder/runtime/ground/map_lines.h"

#include <sys/mman.h>

#include "recorder/runtime/ground/kernel.h"
#include "recorder/runtime/ground/report.h"

namespace weft::runtime {

namespace {

uint64_t parse(const char** at, const char* end, uint64_t base) {
  uint64_t value = 0;
  for (; *at < end; ++*at) {
    const char c = **at;
    if (c >= '0' && c <= '9') {
      value = value * base + static_cast<uint64_t>(c - '0');
    } else if (base == 16 && c >= 'a' && c <= 'f') {
      value = value * base + static_cast<uint64_t>(c - 'a' + 10);
    } else {
      break;
    }
  }
  return value;
}

void skip(const char** at, const char* end, char c) {
  while (*at < end && **at != c) ++*at;
  while (*at < end && **at == c) ++*at;
}

}  // namespace

/// "100001234000-100001236000 rw-s 00000000 00:01 1234        /memfd:weft-file (deleted)"
void MapLines::add(const char* line, const char* end, const char* path) {
  MapLine map{};
  map.begin = parse(&line, end, 16);
  ++line;
  map.end = parse(&line, end, 16);
  ++line;
  if (end - line < 5) return;
  map.protection = (line[0] == 'r' ? PROT_READ : 0u) | (line[1] == 'w' ? PROT_WRITE : 0u) |
                   (line[2] == 'x' ? PROT_EXEC : 0u);
  map.shared = line[3] == 's';
  line += 5;
  map.offset = parse(&line, end, 16);
  ++line;
  skip(&line, end, ' ');  // the device
  map.inode = parse(&line, end, 10);
  skip(&line, end, ' ');
  const auto length = static_cast<int64_t>(__builtin_strlen(path));
  if (end - line < length || __builtin_memcmp(line, path, static_cast<uint64_t>(length)) != 0) {
    return;
  }
  check(count_ < kMost, "too many mappings", count_);
  lines_[count_++] = map;
}

void MapLines::read(const char* path) {
  static char buffer[16 * 1024];
  uint64_t kept = 0;
  count_ = 0;
  const long fd = raw(__NR_open, address_of("/proc/self/maps"), 02000000 /* O_CLOEXEC */);
  check(fd >= 0, "/proc/self/maps cannot be read", fd);
  for (;;) {
    const long got =
        raw(__NR_read, static_cast<uint64_t>(fd), address_of(buffer + kept), sizeof buffer - kept);
    if (got <= 0) break;
    const char* end = buffer + kept + got;
    const char* line = buffer;
    for (const char* at = buffer; at < end; ++at) {
      if (*at != '\n') continue;
      add(line, at, path);
      line = at + 1;
    }
    kept = static_cast<uint64_t>(end - line);
    for (uint64_t i = 0; i < kept; ++i) buffer[i] = line[i];  // forward: they may overlap
  }
  raw(__NR_close, static_cast<uint64_t>(fd));
}

MapLines& map_lines() {
  static MapLines lines;
  return lines;
}

}  // namespace weft::runtime
