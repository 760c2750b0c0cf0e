/// One generation of the cache in the file system: two files that only grow.
///
///   NAME.index   | entry | entry | ...     CacheEntry, each with a checksum
///   NAME.data    | frame | frame | ...     where the entries say
///
/// Several recorders may use the same files. Each reads the index once, when it opens them. Whoever
/// adds takes the index's lock, writes the frames first, then their entries: what is cut short in
/// between is bytes that no entry names.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "recorder/cache/content_hash.h"
#include "weft/base/unique_fd.h"

namespace weft::cache {

struct CacheEntry {
  ContentHash hash;
  uint64_t offset = 0;         ///< of the frame in NAME.data
  uint32_t frame_bytes = 0;    ///< compressed
  uint32_t content_bytes = 0;  ///< how many it decompresses to
  uint32_t frame_crc = 0;      ///< CRC-32C of the frame
  uint32_t crc = 0;            ///< CRC-32C of the bytes before
};
static_assert(sizeof(CacheEntry) == 40);

/// What to do where there are no files yet.
enum class IfMissing : uint8_t { kLeave, kMake };

class CacheFiles {
 public:
  CacheFiles() = default;
  /// Opens `name` in the directory. Without files if that fails.
  CacheFiles(const UniqueFd& directory, const std::string& name, IfMissing if_missing);

  /// The entry of a content; nullptr if it is not there.
  const CacheEntry* find(const ContentHash& hash, uint32_t content_bytes) const;
  /// Reads the frame of an entry to `to` (frame_bytes of it). False if it is damaged; then the
  /// entry is not found any more.
  bool read(const CacheEntry& entry, std::byte* to);

  struct Addition {
    ContentHash hash;
    uint32_t content_bytes;
    std::vector<std::byte> frame;
  };
  /// Adds what is not there yet. What cannot be written is left out, and so is all of it while
  /// another recorder adds: nobody waits for a cache.
  void add(std::span<const Addition> additions);

  /// Of both files, as they are long now.
  uint64_t bytes() const;
  /// Are these the files that `name` names in the directory now?
  bool are_named(const UniqueFd& directory, const std::string& name) const;
  explicit operator bool() const { return static_cast<bool>(index_) && static_cast<bool>(data_); }

 private:
  void load();
  void insert(const CacheEntry& entry);
  size_t place_of(const ContentHash& hash, uint32_t content_bytes) const;

  UniqueFd index_;
  UniqueFd data_;
  std::vector<CacheEntry> table_;  ///< by hash, open addressing; frame_bytes 0: free
  size_t used_ = 0;
};

}  // namespace weft::cache
