#include "recorder/runtime/preempt/written_pages.h"

#include <linux/fcntl.h>

#include "recorder/runtime/ground/kernel.h"

namespace weft::runtime {

namespace {

/// include/uapi/linux/fs.h
struct ScanArgument {
  uint64_t size, flags, start, end, walk_end, vec, vec_len, max_pages;
  uint64_t category_inverted, category_mask, category_anyof_mask, return_mask;
};
struct ScanRegion {
  uint64_t start, end, categories;
};
constexpr uint64_t kScan = 0xc060'6610;                                    // PAGEMAP_SCAN
constexpr uint64_t kProtectMatching = 1, kCheckAsync = 2;                  // flags
constexpr uint64_t kWritten = 2, kPresent = 8, kSwapped = 16, kZero = 32;  // categories
static_assert(sizeof(ScanArgument) == 96);

/// include/uapi/linux/userfaultfd.h
constexpr uint64_t kUserModeOnly = 1, kProtectMode = 2, kAsyncFeature = 1 << 15, kApiVersion = 0xaa;
constexpr uint64_t kApi = 0xc018'aa3f, kRegister = 0xc020'aa00, kUnregister = 0x8010'aa01;
struct ApiArgument {
  uint64_t api, features, ioctls;
};
struct RegisterArgument {
  uint64_t start, length, mode, ioctls;
};

constexpr uint64_t kCloseOnExec = 02000000;
constexpr uint64_t kHighDescriptor = 1023;  // where programs seldom come

struct Written {
  bool settled;     // the last list was kept: what is protected has not been written since
  bool all;         // it was not: this list is of all that exists
  bool no_scan;     // the kernel has no PAGEMAP_SCAN
  bool no_tracker;  // or no userfaultfd
  int tracker;      // its descriptor, 0: none yet
};
Written g_written;

class PageMapFile {
 public:
  PageMapFile() : fd_(raw(__NR_open, address_of("/proc/self/pagemap"), kCloseOnExec)) {}
  PageMapFile(const PageMapFile&) = delete;
  PageMapFile& operator=(const PageMapFile&) = delete;
  ~PageMapFile() {
    if (fd_ >= 0) raw(__NR_close, fd());
  }
  uint64_t fd() const { return static_cast<uint64_t>(fd_); }

 private:
  long fd_;
};

/// The pages that exist, entry by entry.
bool add_by_entries(const WritableMap::Range& range, const PageMapFile& file, PageRuns* runs) {
  constexpr uint64_t kExists = uint64_t{3} << 62;  // present, or swapped
  static uint64_t entries[512];
  for (uint64_t at = range.begin; at < range.end;) {
    const uint64_t left = (range.end - at) / layout::kPage;
    const uint64_t bytes = 8 * (left < 512 ? left : 512);
    const long got =
        raw(__NR_pread64, file.fd(), address_of(entries), bytes, at / layout::kPage * 8);
    if (got <= 0 || got % 8 != 0) return false;
    for (uint64_t i = 0; i < static_cast<uint64_t>(got) / 8; ++i, at += layout::kPage) {
      if ((entries[i] & kExists) != 0) runs->add(at, at + layout::kPage, range.end);
    }
  }
  return true;
}

/// The pages that exist and, with kProtectMatching, have been written since they were protected.
/// 0 or -errno.
long add_by_scan(const WritableMap::Range& range, uint64_t flags, const PageMapFile& file,
                 PageRuns* runs) {
  static ScanRegion regions[512];
  ScanArgument scan{};
  scan.size = sizeof scan;
  scan.flags = flags;
  scan.start = range.begin;
  scan.end = range.end;
  scan.vec = address_of(regions);
  scan.vec_len = 512;
  // A page of zeros that was only read is not written.
  scan.category_inverted = kZero;
  scan.category_mask = kZero | (flags != 0 ? kWritten : 0);
  scan.category_anyof_mask = kPresent | kSwapped;
  scan.return_mask = kPresent | kSwapped;
  while (scan.start < range.end) {
    const long got = raw(__NR_ioctl, file.fd(), kScan, address_of(&scan));
    if (got < 0) return got;
    for (long i = 0; i < got; ++i) runs->add(regions[i].start, regions[i].end, range.end);
    scan.start = scan.walk_end;
  }
  return 0;
}

/// A descriptor for userfaultfd. The program may close it by accident: then nothing is protected
/// any more, which shows, and there will be a new one.
bool open_tracker() {
  const long fd = raw(__NR_userfaultfd, kCloseOnExec | kUserModeOnly);
  if (fd < 0) return false;
  ApiArgument api{kApiVersion, kAsyncFeature, 0};
  const bool works = raw(__NR_ioctl, static_cast<uint64_t>(fd), kApi, address_of(&api)) == 0;
  const long high =
      works ? raw(__NR_fcntl, static_cast<uint64_t>(fd), F_DUPFD_CLOEXEC, kHighDescriptor) : -1;
  if (works && high < 0) {
    g_written.tracker = static_cast<int>(fd);
    return true;
  }
  raw(__NR_close, static_cast<uint64_t>(fd));
  g_written.tracker = static_cast<int>(high);
  return works;
}

bool try_register(const WritableMap::Range& range) {
  RegisterArgument argument{range.begin, range.end - range.begin, kProtectMode, 0};
  return g_written.tracker > 0 && raw(__NR_ioctl, static_cast<uint64_t>(g_written.tracker),
                                      kRegister, address_of(&argument)) == 0;
}

bool begin_tracking(const WritableMap::Range& range) {
  if (try_register(range)) return true;
  if (!open_tracker()) {
    g_written.no_tracker = true;
    return false;
  }
  return try_register(range);
}

void end_tracking(const WritableMap::Range& range) {
  RegisterArgument argument{range.begin, range.end - range.begin, 0, 0};
  if (g_written.tracker > 0)
    raw(__NR_ioctl, static_cast<uint64_t>(g_written.tracker), kUnregister, address_of(&argument));
}

/// False if it cannot be tracked; then nothing has been added.
bool add_tracked(const WritableMap::Range& range, const PageMapFile& file, PageRuns* runs) {
  constexpr uint64_t kFlags = kProtectMatching | kCheckAsync;
  if (g_written.no_tracker) return false;
  if (g_written.all) end_tracking(range);
  long result = add_by_scan(range, kFlags, file, runs);
  if (result == -kEPERM && begin_tracking(range)) result = add_by_scan(range, kFlags, file, runs);
  return result == 0;
}

}  // namespace

void begin_written() {
  g_written.all = !g_written.settled;
  g_written.settled = false;
}

bool add_written(const WritableMap::Range& range, bool track, PageRuns* runs) {
  const PageMapFile file;
  if (!g_written.no_scan) {
    if (track && add_tracked(range, file, runs)) return true;
    if (add_by_scan(range, 0, file, runs) == 0) return true;
    g_written.no_scan = true;
  }
  return add_by_entries(range, file, runs);
}

void settle_written() {
  g_written.settled = true;
}

}  // namespace weft::runtime
