#include "recorder/runtime/calls/nature.h"

#include <asm/socket.h>
#include <asm/stat.h>
#include <linux/fcntl.h>

#include "recorder/runtime/ground/kernel.h"
#include "recorder/runtime/ground/processes.h"

namespace weft::runtime {

namespace {

constexpr uint8_t kHabit = 4;

// sys/socket.h has these, with much that needs libc.
constexpr int kUnix = 1, kInternet = 2, kInternet6 = 10;
constexpr int kStream = 1, kDatagram = 2, kRaw = 3, kSequencedPacket = 5;
// linux/stat.h leaves these to libc.
constexpr uint32_t kTypeMask = 0170000, kTypeSocket = 0140000, kTypeFile = 0100000,
                   kTypeBlock = 0060000, kTypeDirectory = 0040000, kTypePipe = 0010000;

struct Known {
  bool is_known;
  uint8_t waits;  // times in a row that what receives had to wait
  Nature nature;
};

struct Natures {
  Known by_number[kMaxKnown];
  uint64_t highest;  // of those known
  bool distrusted;
};
Natures g_natures;

int32_t socket_option(uint64_t fd, int option) {
  int32_t value = 0;
  uint32_t bytes = sizeof value;
  raw(__NR_getsockopt, fd, SOL_SOCKET, static_cast<uint64_t>(option), address_of(&value),
      address_of(&bytes));
  return value;
}

void add_socket(uint64_t fd, Nature* nature) {
  const int32_t type = socket_option(fd, SO_TYPE), domain = socket_option(fd, SO_DOMAIN);
  const bool internet = domain == kInternet || domain == kInternet6;
  const bool whole = domain == kUnix || (internet && (type == kDatagram || type == kRaw));
  nature->kind = whole ? Nature::Kind::kAtomic : Nature::Kind::kStream;
  nature->seqpacket = type == kSequencedPacket;
  nature->low_water = socket_option(fd, SO_RCVLOWAT) > 1;
  nature->room = static_cast<uint32_t>(socket_option(fd, SO_SNDBUF)) / 4;
}

Nature find_nature(uint64_t fd) {
  Nature nature;
  struct stat status{};
  const long flags = raw(__NR_fcntl, fd, F_GETFL);
  if (is_error(flags) || raw(__NR_fstat, fd, address_of(&status)) != 0) return nature;
  nature.nonblocking = (flags & O_NONBLOCK) != 0;
  switch (status.st_mode & kTypeMask) {
    case kTypeSocket:
      add_socket(fd, &nature);
      break;
    case kTypePipe:
      nature.kind = Nature::Kind::kPipe;
      break;
    case kTypeFile:
    case kTypeDirectory:
    case kTypeBlock:
      nature.kind = Nature::Kind::kFile;
      break;
    case 0:
      nature.kind = Nature::Kind::kAnonymous;
      break;
    default:
      nature.kind = Nature::Kind::kOther;
  }
  return nature;
}

}  // namespace

Nature nature_of(uint64_t fd) {
  if (fd >= kMaxKnown || g_natures.distrusted || is_in_child(current())) return {};
  Known& known = g_natures.by_number[fd];
  if (!known.is_known) {
    known.is_known = true;
    known.nature = find_nature(fd);
    known.waits = 0;
    if (fd > g_natures.highest) g_natures.highest = fd;
  }
  return known.nature;
}

bool usually_waits(uint64_t fd) {
  return fd < kMaxKnown && g_natures.by_number[fd].waits >= kHabit;
}

void note_wait(uint64_t fd, bool waited) {
  if (fd >= kMaxKnown) return;
  uint8_t& waits = g_natures.by_number[fd].waits;
  waits = !waited ? 0 : waits < kHabit ? static_cast<uint8_t>(waits + 1) : kHabit;
}

void forget_natures(uint64_t first, uint64_t last) {
  if (last > g_natures.highest) last = g_natures.highest;
  for (uint64_t fd = first; fd <= last; ++fd) g_natures.by_number[fd].is_known = false;
}

void trust_natures(bool trusted) {
  g_natures.distrusted = !trusted;
}

}  // namespace weft::runtime
