/// A hash of 128 bits, of content, with a key that nobody else knows: nobody can make two contents
/// that have the same one, and chance needs about 2^64 contents for that.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace weft::cache {

struct ContentHash {
  uint64_t word[2] = {0, 0};
  friend bool operator==(const ContentHash&, const ContentHash&) = default;
};

struct HashKey {
  uint64_t word[4] = {0xa0761d6478bd642f, 0xe7037ed1a0b428db, 0x8ebc6af09c88c6e3,
                      0x589965cc75374cc3};

  /// Makes it random. False without randomness: then it still works, but for enemies.
  bool make_random();
};

/// Of any number of bytes; how many there are is part of it.
ContentHash hash_of(const HashKey& key, std::span<const std::byte> content);

}  // namespace weft::cache
