#include "recorder/cache/content_cache.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace weft::cache {

namespace {

constexpr size_t kWriteBytes = 4u << 20;  // kept in memory at most

/// A directory that only its owner, who is this user, can use.
UniqueFd open_directory(const std::string& path) {
  for (size_t slash = path.find('/', 1); slash != std::string::npos;
       slash = path.find('/', slash + 1)) {
    ::mkdir(path.substr(0, slash).c_str(), 0700);
  }
  ::mkdir(path.c_str(), 0700);
  UniqueFd directory(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
  struct stat status{};
  if (!directory || ::fstat(directory.get(), &status) != 0 || status.st_uid != ::geteuid() ||
      (status.st_mode & 077) != 0) {
    directory.reset();
  }
  return directory;
}

}  // namespace

ContentCache::ContentCache(const std::string& directory, uint64_t limit)
    : directory_(open_directory(directory)), limit_(limit) {
  if (!directory_ || !read_key()) return;
  new_ = CacheFiles(directory_, "new", IfMissing::kMake);
  old_ = CacheFiles(directory_, "old", IfMissing::kLeave);
}

/// The key of the directory; the first recorder that comes makes it.
bool ContentCache::read_key() {
  const UniqueFd file(
      ::openat(directory_.get(), "key", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  const auto is_there = [&] { return ::pread(file.get(), &key_, sizeof key_, 0) == sizeof key_; };
  if (!file) return false;
  if (is_there()) return true;
  if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) return false;
  if (is_there()) return true;
  return key_.make_random() && ::pwrite(file.get(), &key_, sizeof key_, 0) == sizeof key_;
}

size_t ContentCache::take(const ContentHash& hash, uint32_t content_bytes,
                          std::vector<std::byte>& out, size_t at) {
  for (CacheFiles* files : {&new_, &old_}) {
    const CacheEntry* entry = files->find(hash, content_bytes);
    if (entry == nullptr) continue;
    const uint32_t bytes = entry->frame_bytes;
    if (out.size() < at + bytes) out.resize(at + bytes);
    if (!files->read(*entry, out.data() + at)) continue;
    if (files == &old_) keep(hash, content_bytes, {out.data() + at, bytes});
    return bytes;
  }
  return 0;
}

void ContentCache::keep(const ContentHash& hash, uint32_t content_bytes,
                        std::span<const std::byte> frame) {
  if (!*this) return;
  kept_.push_back({hash, content_bytes, {frame.begin(), frame.end()}});
  kept_bytes_ += sizeof(CacheEntry) + frame.size();
  if (kept_bytes_ >= kWriteBytes) write();
}

void ContentCache::write() {
  if (kept_.empty()) return;
  if (new_.bytes() + kept_bytes_ > limit_ / 2) rotate();
  if (kept_bytes_ <= limit_ / 2) new_.add(kept_);
  kept_.clear();
  kept_bytes_ = 0;
}

/// Another recorder may have done it already: then its new files are taken. If two do it at the same
/// moment, a generation is lost, and nothing else.
void ContentCache::rotate() {
  if (new_.are_named(directory_, "new")) {
    for (const char* part : {".index", ".data"}) {
      ::renameat(directory_.get(), (std::string("new") + part).c_str(), directory_.get(),
                 (std::string("old") + part).c_str());
    }
  }
  old_ = std::move(new_);
  new_ = CacheFiles(directory_, "new", IfMissing::kMake);
}

}  // namespace weft::cache
