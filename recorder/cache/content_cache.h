/// Contents of mapped files, compressed as they lie in a trace: what one recording has compressed,
/// the next one copies. The trace decodes to the same with and without it.
///
///   DIRECTORY (mode 0700, the user's own)
///     key           random, so that nobody can prepare two contents with the same hash
///     new.index     what was added lately             new.data
///     old.index     what was added before that        old.data
///
/// Contents are found by their hash (128 bits, keyed), not by a file's name or time: a file that
/// changes in place cannot lead to a wrong content. Frames are checked by CRC-32C when they are
/// taken. When the new files are longer than half of the limit, they become the old ones, and those go;
/// what is found in the old one is added to the new one again, so what is not used goes first.
///
/// Nothing here is an error: without a directory that only its owner can use, or with a full disk,
/// there is no cache.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "recorder/cache/cache_files.h"
#include "weft/base/unique_fd.h"

namespace weft::cache {

inline constexpr uint64_t kCacheBytes = 1u << 30;  ///< on the disk, both generations together

class ContentCache {
 public:
  /// Finds nothing and keeps nothing.
  ContentCache() = default;
  /// In `directory`, which is made if it is missing, with what is above it.
  explicit ContentCache(const std::string& directory, uint64_t limit = kCacheBytes);

  explicit operator bool() const { return static_cast<bool>(new_); }

  ContentHash hash_of(std::span<const std::byte> content) const {
    return cache::hash_of(key_, content);
  }
  /// Copies the frame of this content to out[at], making `out` longer if need be: its bytes, 0 if
  /// there is none.
  size_t take(const ContentHash& hash, uint32_t content_bytes, std::vector<std::byte>& out,
              size_t at);
  /// Keeps a frame; it is written with others.
  void keep(const ContentHash& hash, uint32_t content_bytes, std::span<const std::byte> frame);
  /// Writes what was kept.
  void write();

 private:
  bool read_key();
  void rotate();

  UniqueFd directory_;
  HashKey key_;
  uint64_t limit_ = 0;
  CacheFiles new_;
  CacheFiles old_;
  std::vector<CacheFiles::Addition> kept_;
  size_t kept_bytes_ = 0;
};

}  // namespace weft::cache
