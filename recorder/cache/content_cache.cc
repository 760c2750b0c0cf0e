#include "recorder/cache/content_cache.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>

namespace weft::cache {

namespace {

constexpr size_t kWriteBytes = 4u << 20;  // kept in memory at most

uint64_t multiply_and_fold(uint64_t a, uint64_t b) {
  const auto product = static_cast<unsigned __int128>(a) * b;
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

uint64_t word_at(const std::byte* bytes) {
  uint64_t word;
  std::memcpy(&word, bytes, sizeof word);
  return word;
}

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
  new_ = CacheFiles(directory_, "new", true);
  old_ = CacheFiles(directory_, "old", false);
}

/// The key of the directory; the first one who comes makes it.
bool ContentCache::read_key() {
  const UniqueFd file(
      ::openat(directory_.get(), "key", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file || ::flock(file.get(), LOCK_EX) != 0) return false;
  if (::pread(file.get(), key_, sizeof key_, 0) == sizeof key_) return true;
  return ::getrandom(key_, sizeof key_, GRND_NONBLOCK) == sizeof key_ &&
         ::pwrite(file.get(), key_, sizeof key_, 0) == sizeof key_;
}

ContentHash ContentCache::hash_of(std::span<const std::byte> content) const {
  uint64_t a = key_[0] ^ content.size();
  uint64_t b = key_[1];
  size_t at = 0;
  for (; at + 16 <= content.size(); at += 16) {
    const uint64_t first = word_at(content.data() + at);
    const uint64_t second = word_at(content.data() + at + 8);
    a = multiply_and_fold(first ^ key_[2] ^ a, second ^ key_[3]) + first;
    b = multiply_and_fold(first ^ key_[1], second ^ key_[0] ^ b) + second;
  }
  std::byte rest[16] = {};
  if (at < content.size()) std::memcpy(rest, content.data() + at, content.size() - at);
  a = multiply_and_fold(word_at(rest) ^ key_[2] ^ a, word_at(rest + 8) ^ key_[3]);
  b = multiply_and_fold(word_at(rest) ^ key_[1], word_at(rest + 8) ^ key_[0] ^ b);
  return {{a, b}};
}

size_t ContentCache::take(const ContentHash& hash, uint32_t content_bytes,
                          std::vector<std::byte>& out, size_t at) {
  for (const CacheFiles* files : {&new_, &old_}) {
    const CacheEntry* entry = files->find(hash, content_bytes);
    if (entry == nullptr) continue;
    if (out.size() < at + entry->frame_bytes) out.resize(at + entry->frame_bytes);
    if (!files->read(*entry, out.data() + at)) continue;
    if (files == &old_) keep(hash, content_bytes, {out.data() + at, entry->frame_bytes});
    return entry->frame_bytes;
  }
  return 0;
}

void ContentCache::keep(const ContentHash& hash, uint32_t content_bytes,
                        std::span<const std::byte> frame) {
  if (!*this) return;
  kept_.push_back({hash, content_bytes, {frame.begin(), frame.end()}});
  kept_bytes_ += frame.size();
  if (kept_bytes_ >= kWriteBytes) write();
}

void ContentCache::write() {
  if (kept_.empty()) return;
  if (new_.bytes() + kept_bytes_ > limit_ / 2) rotate();
  if (kept_bytes_ <= limit_ / 2) new_.add(kept_);
  kept_.clear();
  kept_bytes_ = 0;
}

/// Another recorder may do the same at the same time: then a generation is lost, and nothing else.
void ContentCache::rotate() {
  for (const char* part : {".index", ".data"}) {
    ::renameat(directory_.get(), (std::string("new") + part).c_str(), directory_.get(),
               (std::string("old") + part).c_str());
  }
  old_ = std::move(new_);
  new_ = CacheFiles(directory_, "new", true);
}

}  // namespace weft::cache
