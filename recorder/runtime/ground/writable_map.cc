#include "recorder/runtime/ground/writable_map.h"

#include "recorder/runtime/ground/kernel.h"
#include "recorder/runtime/ground/placement.h"
#include "weft/channel/layout.h"

namespace weft::runtime {

namespace {

constexpr uint64_t kKernelPlaces = 0x7e00'0000'0000;  // from here on nothing is the program's

/// Not the stubs, which lie below the images, and below programs for low addresses.
bool is_programs(uint64_t address) {
  constexpr uint64_t kLowStubsEnd = layout::kLowStubs + layout::kLowStubBytes;
  if (address >= layout::kLowStubs && address < kLowStubsEnd) return false;
  return address < layout::kLogAddress || (address >= image_area() && address < kKernelPlaces);
}

uint64_t parse_hex(const char** at) {
  uint64_t value = 0;
  for (;; ++*at) {
    const char c = **at;
    if (c >= '0' && c <= '9') {
      value = value << 4 | static_cast<uint64_t>(c - '0');
    } else if (c >= 'a' && c <= 'f') {
      value = value << 4 | static_cast<uint64_t>(c - 'a' + 10);
    } else {
      return value;
    }
  }
}

}  // namespace

namespace {

/// The inode is 0: " r-xp 00000000 00:00 0".
bool is_anonymous(const char* line, const char* end) {
  for (int fields = 0; line < end && fields < 4; ++line) fields += *line == ' ' ? 1 : 0;
  return line < end && *line == '0' && (line + 1 == end || line[1] == ' ');
}

}  // namespace

/// "100001234000-100001236000 rw-p 00000000 fe:01 1234  /usr/lib/..."
void WritableMap::add_line(const char* line, const char* end) {
  const uint64_t first = parse_hex(&line);
  ++line;
  const uint64_t last = parse_hex(&line);
  if (end - line < 5 || !is_programs(first)) return;
  if (line[2] != 'w' && !(line[3] == 'x' && is_anonymous(line, end))) return;
  if (count_ == kMaxRanges) {
    complete_ = false;
  } else {
    ranges_[count_++] = {first, last, line[4] == 's'};
  }
}

bool WritableMap::read() {
  static char buffer[16 * 1024];
  uint64_t kept = 0;
  count_ = 0;
  complete_ = true;
  const long fd = raw(__NR_open, address_of("/proc/self/maps"), 02000000 /* O_CLOEXEC */);
  if (fd < 0) return false;
  for (;;) {
    const uint64_t room = sizeof buffer - kept;
    const long got = raw(__NR_read, static_cast<uint64_t>(fd), address_of(buffer + kept), room);
    if (got < 0) complete_ = false;
    if (got <= 0) break;
    const char* end = buffer + kept + got;
    const char* line = buffer;
    for (const char* at = buffer; at < end; ++at) {
      if (*at != '\n') continue;
      add_line(line, at);
      line = at + 1;
    }
    kept = static_cast<uint64_t>(end - line);
    for (uint64_t i = 0; i < kept; ++i) buffer[i] = line[i];  // forward: they may overlap
  }
  raw(__NR_close, static_cast<uint64_t>(fd));
  return complete_;
}

const WritableMap::Range* WritableMap::find(uint64_t address) const {
  int low = 0, high = count_;
  while (low < high) {
    const int middle = (low + high) / 2;
    if (ranges_[middle].end <= address) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low < count_ && ranges_[low].begin <= address ? &ranges_[low] : nullptr;
}

}  // namespace weft::runtime
