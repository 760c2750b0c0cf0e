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
constexpr uint64_t kScan = 0xc060'6610;                        // PAGEMAP_SCAN
constexpr uint64_t kProtectMatching = 1, kCheckAsync = 2;      // flags
constexpr uint64_t kWritten = 2, kPresent = 8, kSwapped = 16;  // categories
static_assert(sizeof(ScanArgument) == 96);

/// include/uapi/linux/userfaultfd.h
constexpr uint64_t kUserModeOnly = 1, kProtectMode = 2, kAsyncFeature = 1 << 15, kApiVersion = 0xaa;
constexpr uint64_t kApi = 0xc018'aa3f, kRegister = 0xc020'aa00, kUnregister = 0x8010'aa01,
                   kProtect = 0xc018'aa06;
struct ApiArgument {
  uint64_t api, features, ioctls;
};
struct RegisterArgument {
  uint64_t start, length, mode, ioctls;
};
struct ProtectArgument {
  uint64_t start, length, mode;
};

constexpr uint64_t kCloseOnExec = 02000000;
constexpr uint64_t kHighDescriptor = 1023;  // where programs seldom come

struct Tracking {
  bool kept;          // the last list: what is protected has not been written since
  bool no_scan;       // the kernel has no PAGEMAP_SCAN
  bool no_protector;  // or no userfaultfd
  int protector;      // its descriptor, 0: none yet
};
Tracking g_tracking;

long open_page_map() {
  return raw(__NR_open, address_of("/proc/self/pagemap"), kCloseOnExec);
}

/// A program may have made its own files in /proc the superuser's (PR_SET_DUMPABLE).
long open_page_map_anyway() {
  constexpr uint64_t kGetDumpable = 3, kSetDumpable = 4;
  const long fd = open_page_map();
  if (fd != -kEACCES || raw(__NR_prctl, kGetDumpable) == 1) return fd;
  raw(__NR_prctl, kSetDumpable, 1);
  const long second = open_page_map();
  raw(__NR_prctl, kSetDumpable, 0);
  return second;
}

/// The pages that exist, entry by entry.
bool add_by_entries(const WritableMap::Range& range, uint64_t page_map, PageRuns* runs) {
  constexpr uint64_t kExists = uint64_t{3} << 62;  // present, or swapped
  static uint64_t entries[512];
  for (uint64_t at = range.begin; at < range.end;) {
    const uint64_t left = (range.end - at) / layout::kPage;
    const uint64_t bytes = 8 * (left < 512 ? left : 512);
    const long got =
        raw(__NR_pread64, page_map, address_of(entries), bytes, at / layout::kPage * 8);
    if (got <= 0 || got % 8 != 0) return false;
    for (uint64_t i = 0; i < static_cast<uint64_t>(got) / 8; ++i, at += layout::kPage) {
      if ((entries[i] & kExists) != 0) runs->add(at, at + layout::kPage, range.end);
    }
  }
  return true;
}

/// The pages that exist and, with kProtectMatching, have been written since they were protected.
/// 0 or -errno.
long add_by_scan(const WritableMap::Range& range, uint64_t flags, uint64_t page_map,
                 PageRuns* runs) {
  static ScanRegion regions[512];
  ScanArgument scan{};
  scan.size = sizeof scan;
  scan.flags = flags;
  scan.start = range.begin;
  scan.end = range.end;
  scan.vec = address_of(regions);
  scan.vec_len = 512;
  scan.category_mask = flags != 0 ? kWritten : 0;
  scan.category_anyof_mask = kPresent | kSwapped;
  scan.return_mask = kPresent | kSwapped;
  while (scan.start < range.end) {
    const long got = raw(__NR_ioctl, page_map, kScan, address_of(&scan));
    if (got < 0) return got;
    for (long i = 0; i < got; ++i) runs->add(regions[i].start, regions[i].end, range.end);
    scan.start = scan.walk_end;
  }
  return 0;
}

/// A descriptor for userfaultfd. The program may close it by accident: then nothing is protected
/// any more, which shows, and there will be a new one.
bool open_protector() {
  const long fd = raw(__NR_userfaultfd, kCloseOnExec | kUserModeOnly);
  if (fd < 0) return false;
  ApiArgument api{kApiVersion, kAsyncFeature, 0};
  const bool works = raw(__NR_ioctl, static_cast<uint64_t>(fd), kApi, address_of(&api)) == 0;
  const long high =
      works ? raw(__NR_fcntl, static_cast<uint64_t>(fd), F_DUPFD_CLOEXEC, kHighDescriptor) : -1;
  if (works && high < 0) {
    g_tracking.protector = static_cast<int>(fd);
    return true;
  }
  raw(__NR_close, static_cast<uint64_t>(fd));
  g_tracking.protector = works ? static_cast<int>(high) : 0;
  return works;
}

long protector_call(uint64_t request, const void* argument) {
  return raw(__NR_ioctl, static_cast<uint64_t>(g_tracking.protector), request,
             address_of(argument));
}

void end_tracking(const WritableMap::Range& range) {
  const RegisterArgument argument{range.begin, range.end - range.begin, 0, 0};
  if (g_tracking.protector != 0) protector_call(kUnregister, &argument);
}

bool begin_tracking(const WritableMap::Range& range) {
  constexpr long kEBADF = 9, kENOTTY = 25;  // the program has closed it, and has another one there
  const uint64_t bytes = range.end - range.begin;
  const RegisterArgument registration{range.begin, bytes, kProtectMode, 0};
  long result = g_tracking.protector == 0 ? -kEBADF : protector_call(kRegister, &registration);
  if (result == -kEBADF || result == -kENOTTY) {
    g_tracking.no_protector = !open_protector();
    if (g_tracking.no_protector) return false;
    result = protector_call(kRegister, &registration);
  }
  if (result != 0) return false;
  // What is left of an earlier protection (older kernels move it with mremap) would hide writes.
  const ProtectArgument nothing{range.begin, bytes, 0};
  if (protector_call(kProtect, &nothing) == 0) return true;
  end_tracking(range);
  return false;
}

/// False if it cannot be tracked.
bool add_tracked(const WritableMap::Range& range, uint64_t page_map, PageRuns* runs) {
  constexpr uint64_t kFlags = kProtectMatching | kCheckAsync;
  if (g_tracking.no_protector) return false;
  long result = add_by_scan(range, kFlags, page_map, runs);
  if (result == -kEPERM && begin_tracking(range))
    result = add_by_scan(range, kFlags, page_map, runs);
  return result == 0;
}

}  // namespace

WrittenPages::WrittenPages() : page_map_(open_page_map_anyway()), all_(!g_tracking.kept) {
  g_tracking.kept = false;
}

WrittenPages::~WrittenPages() {
  if (page_map_ >= 0) raw(__NR_close, static_cast<uint64_t>(page_map_));
}

bool WrittenPages::add(const WritableMap::Range& range, PageRuns* runs) {
  const auto page_map = static_cast<uint64_t>(page_map_);
  if (page_map_ < 0) return false;
  if (all_) end_tracking(range);
  if (!g_tracking.no_scan) {
    if (add_tracked(range, page_map, runs)) return true;
    if (add_by_scan(range, 0, page_map, runs) == 0) return true;
    g_tracking.no_scan = true;
  }
  return add_by_entries(range, page_map, runs);
}

void WrittenPages::keep() {
  g_tracking.kept = true;
}

bool WrittenPages::are_tracked() {
  return g_tracking.kept && g_tracking.protector != 0 && !g_tracking.no_scan;
}

void WrittenPages::leave() {
  if (g_tracking.protector != 0) raw(__NR_close, static_cast<uint64_t>(g_tracking.protector));
  g_tracking = {};
}

}  // namespace weft::runtime
