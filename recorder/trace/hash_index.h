/// Finds numbered things by what they are: forms, shapes and threads of a chunk (chunk_model.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace weft::trace {

/// For things that are numbered from 0 and never removed. Knows their numbers only; what they are,
/// and their hashes, it asks for.
class HashIndex {
 public:
  void clear() {
    slots_.assign(slots_.size(), 0);
    used_ = 0;
  }

  /// The number n for which `is_same(n)`; or `next`, which is put in: then the caller makes it. By
  /// the next call, `hash_of` must know it.
  template <class IsSame, class HashOf>
  uint32_t find_or_add(uint64_t hash, uint32_t next, IsSame is_same, HashOf hash_of) {
    if (used_ * 2 >= slots_.size()) grow(hash_of);
    const size_t mask = slots_.size() - 1;
    size_t at = hash & mask;
    for (; slots_[at] != 0; at = (at + 1) & mask) {
      if (is_same(slots_[at] - 1)) return slots_[at] - 1;
    }
    slots_[at] = next + 1;
    ++used_;
    return next;
  }

 private:
  template <class HashOf>
  void grow(HashOf hash_of) {
    std::vector<uint32_t> larger(slots_.size() * 4);
    const size_t mask = larger.size() - 1;
    for (const uint32_t taken : slots_) {
      if (taken == 0) continue;
      size_t at = hash_of(taken - 1) & mask;
      while (larger[at] != 0) at = (at + 1) & mask;
      larger[at] = taken;
    }
    slots_.swap(larger);
  }

  std::vector<uint32_t> slots_ = std::vector<uint32_t>(1024);  ///< number + 1; 0: free
  size_t used_ = 0;
};

}  // namespace weft::trace
