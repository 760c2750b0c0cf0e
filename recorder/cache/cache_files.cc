#include "recorder/cache/cache_files.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "weft/trace/crc32c.h"

namespace weft::cache {

namespace {

constexpr size_t kFewestPlaces = 1024;
constexpr uint64_t kDamaged = UINT64_MAX;      // offset of an entry whose frame cannot be read
constexpr uint32_t kMaxFrameBytes = 1u << 20;  // larger: it is no entry of ours

uint32_t crc_of(const CacheEntry& entry) {
  return trace::crc32c(&entry, offsetof(CacheEntry, crc));
}

uint64_t size_of(const UniqueFd& file) {
  struct stat status{};
  return ::fstat(file.get(), &status) == 0 ? static_cast<uint64_t>(status.st_size) : 0;
}

bool read_all(const UniqueFd& file, void* to, size_t bytes, uint64_t offset) {
  for (size_t done = 0; done < bytes;) {
    const ssize_t count = ::pread(file.get(), static_cast<char*>(to) + done, bytes - done,
                                  static_cast<off_t>(offset + done));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    done += static_cast<size_t>(count);
  }
  return true;
}

bool write_all(const UniqueFd& file, const void* from, size_t bytes, uint64_t offset) {
  for (size_t done = 0; done < bytes;) {
    const ssize_t count = ::pwrite(file.get(), static_cast<const char*>(from) + done, bytes - done,
                                   static_cast<off_t>(offset + done));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    done += static_cast<size_t>(count);
  }
  return true;
}

UniqueFd open_in(const UniqueFd& directory, const std::string& name, IfMissing if_missing) {
  const int flags = O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK;
  UniqueFd file(::openat(directory.get(), name.c_str(),
                         flags | (if_missing == IfMissing::kMake ? O_CREAT : 0), 0600));
  struct stat status{};
  if (file && (::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode))) file.reset();
  return file;
}

}  // namespace

CacheFiles::CacheFiles(const UniqueFd& directory, const std::string& name, IfMissing if_missing)
    : index_(open_in(directory, name + ".index", if_missing)),
      data_(open_in(directory, name + ".data", if_missing)) {
  if (*this) load();
}

uint64_t CacheFiles::bytes() const {
  return size_of(index_) + size_of(data_);
}

bool CacheFiles::are_named(const UniqueFd& directory, const std::string& name) const {
  struct stat named{}, open{};
  return ::fstatat(directory.get(), (name + ".data").c_str(), &named, AT_SYMLINK_NOFOLLOW) == 0 &&
         ::fstat(data_.get(), &open) == 0 && named.st_dev == open.st_dev &&
         named.st_ino == open.st_ino;
}

void CacheFiles::load() {
  const size_t count = size_of(index_) / sizeof(CacheEntry);
  std::vector<CacheEntry> entries(count);
  if (!read_all(index_, entries.data(), count * sizeof(CacheEntry), 0)) entries.clear();
  size_t places = kFewestPlaces;
  while (places < entries.size() * 2) places *= 2;
  table_.assign(places, {});
  for (const CacheEntry& entry : entries) {
    const bool whole = entry.crc == crc_of(entry) && entry.frame_bytes != 0;
    if (whole && entry.frame_bytes <= kMaxFrameBytes) insert(entry);
  }
}

size_t CacheFiles::place_of(const ContentHash& hash, uint32_t content_bytes) const {
  size_t at = hash.word[0] & (table_.size() - 1);
  while (table_[at].frame_bytes != 0 &&
         !(table_[at].hash == hash && table_[at].content_bytes == content_bytes)) {
    at = (at + 1) & (table_.size() - 1);
  }
  return at;
}

void CacheFiles::insert(const CacheEntry& entry) {
  CacheEntry& place = table_[place_of(entry.hash, entry.content_bytes)];
  if (place.frame_bytes == 0) ++used_;
  place = entry;
  if (used_ * 2 <= table_.size()) return;
  std::vector<CacheEntry> before(table_.size() * 2);
  before.swap(table_);
  for (const CacheEntry& old : before) {
    if (old.frame_bytes != 0) table_[place_of(old.hash, old.content_bytes)] = old;
  }
}

const CacheEntry* CacheFiles::find(const ContentHash& hash, uint32_t content_bytes) const {
  if (table_.empty()) return nullptr;
  const CacheEntry& entry = table_[place_of(hash, content_bytes)];
  return entry.frame_bytes != 0 && entry.offset != kDamaged ? &entry : nullptr;
}

bool CacheFiles::read(const CacheEntry& entry, std::byte* to) {
  if (read_all(data_, to, entry.frame_bytes, entry.offset) &&
      trace::crc32c(to, entry.frame_bytes) == entry.frame_crc)
    return true;
  table_[place_of(entry.hash, entry.content_bytes)].offset = kDamaged;
  return false;
}

void CacheFiles::add(std::span<const Addition> additions) {
  if (!*this || ::flock(index_.get(), LOCK_EX | LOCK_NB) != 0) return;
  uint64_t end = size_of(data_);
  const uint64_t index_end = size_of(index_) / sizeof(CacheEntry) * sizeof(CacheEntry);
  std::vector<CacheEntry> entries;
  for (const Addition& addition : additions) {
    if (find(addition.hash, addition.content_bytes) != nullptr) continue;
    CacheEntry entry{addition.hash,
                     end,
                     static_cast<uint32_t>(addition.frame.size()),
                     addition.content_bytes,
                     trace::crc32c(addition.frame.data(), addition.frame.size()),
                     0};
    entry.crc = crc_of(entry);
    if (!write_all(data_, addition.frame.data(), addition.frame.size(), end)) break;
    end += addition.frame.size();
    entries.push_back(entry);
    insert(entry);
  }
  (void)write_all(index_, entries.data(), entries.size() * sizeof(CacheEntry), index_end);
  ::flock(index_.get(), LOCK_UN);
}

}  // namespace weft::cache
