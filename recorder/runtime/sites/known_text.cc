#include "recorder/runtime/sites/known_text.h"

#include <asm/stat.h>

#include "recorder/runtime/log/process_pool.h"

namespace weft::runtime {

using channel::KnownText;

namespace {

constexpr uint32_t kCertain = 1;  // KnownText::state of an identity

bool same_text(const KnownText& a, const KnownText& b) {
  return a.device == b.device && a.inode == b.inode && a.file_bytes == b.file_bytes &&
         a.changed_ns == b.changed_ns && a.offset == b.offset && a.bytes == b.bytes;
}

void identify(const FileMapping& mapping, KnownText* identity) {
  constexpr int64_t kSecond = 1'000'000'000, kTimeIsFresh = 50'000'000;
  struct stat status{};
  int64_t now[2] = {};
  identity->state.store(0);
  if (raw(__NR_fstat, static_cast<uint64_t>(mapping.fd), address_of(&status)) != 0) return;
  raw(__NR_clock_gettime, 0 /* CLOCK_REALTIME */, address_of(now));
  identity->device = status.st_dev;
  identity->inode = status.st_ino;
  identity->file_bytes = static_cast<uint64_t>(status.st_size);
  identity->changed_ns =
      static_cast<int64_t>(status.st_ctime) * kSecond + static_cast<int64_t>(status.st_ctime_nsec);
  identity->offset = mapping.offset;
  identity->bytes = mapping.bytes;
  const int64_t age = now[0] * kSecond + now[1] - identity->changed_ns;
  if (age > kTimeIsFresh && mapping.bytes < channel::kPathSite) identity->state.store(kCertain);
}

}  // namespace

void FoundSites::add(uint64_t distance, uint32_t kind) {
  if (count_ < kMost) sites_[count_] = static_cast<uint32_t>(distance) | kind;
  ++count_;
}

const KnownText* find_known_text(const FileMapping& mapping, KnownText* identity) {
  identity->state.store(0);
  const channel::KnownFacts* facts = known_facts();
  if (facts == nullptr) return nullptr;
  identify(mapping, identity);
  if (identity->state.load() == 0) return nullptr;
  for (uint64_t at = 0; at + sizeof(KnownText) <= channel::kKnownTextBytes;) {
    const auto* known = reinterpret_cast<const KnownText*>(facts->text + at);
    if (known->state.load(std::memory_order_acquire) != channel::kIsWhole) return nullptr;
    const uint64_t bytes = channel::known_text_bytes(known->sites);
    if (bytes > channel::kKnownTextBytes - at) return nullptr;
    if (same_text(*known, *identity)) return known;
    at += bytes;
  }
  return nullptr;
}

void tell_known_text(const KnownText& identity, const FoundSites& found) {
  channel::KnownFacts* facts = known_facts();
  if (facts == nullptr || identity.state.load() != kCertain || !found.all()) return;
  const auto bytes = static_cast<uint32_t>(channel::known_text_bytes(found.count()));
  uint32_t taken = facts->text_taken.load(std::memory_order_relaxed);
  do {
    if (taken > channel::kKnownTextBytes || bytes > channel::kKnownTextBytes - taken) return;
  } while (!facts->text_taken.compare_exchange_weak(taken, taken + bytes));
  auto* known = reinterpret_cast<KnownText*>(facts->text + taken);
  known->sites = found.count();
  known->device = identity.device;
  known->inode = identity.inode;
  known->file_bytes = identity.file_bytes;
  known->changed_ns = identity.changed_ns;
  known->offset = identity.offset;
  known->bytes = identity.bytes;
  known->unknown = identity.unknown;
  __builtin_memcpy(static_cast<void*>(known + 1), found.begin_of(), uint64_t{found.count()} * 4);
  known->state.store(channel::kIsWhole, std::memory_order_release);
}

}  // namespace weft::runtime
