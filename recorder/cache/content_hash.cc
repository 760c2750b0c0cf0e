#include "recorder/cache/content_hash.h"

#include <sys/random.h>

#include <cstring>

namespace weft::cache {

namespace {

uint64_t multiply_and_fold(uint64_t a, uint64_t b) {
  const auto product = static_cast<unsigned __int128>(a) * b;
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

uint64_t word_at(const std::byte* bytes) {
  uint64_t word;
  std::memcpy(&word, bytes, sizeof word);
  return word;
}

}  // namespace

bool HashKey::make_random() {
  uint64_t random[4];
  if (::getrandom(random, sizeof random, GRND_NONBLOCK) != static_cast<ssize_t>(sizeof random))
    return false;
  std::memcpy(word, random, sizeof word);
  return true;
}

ContentHash hash_of(const HashKey& key, std::span<const std::byte> content) {
  uint64_t a = key.word[0] ^ content.size();
  uint64_t b = key.word[1];
  size_t at = 0;
  for (; at + 16 <= content.size(); at += 16) {
    const uint64_t first = word_at(content.data() + at);
    const uint64_t second = word_at(content.data() + at + 8);
    a = multiply_and_fold(first ^ key.word[2] ^ a, second ^ key.word[3]) + first;
    b = multiply_and_fold(first ^ key.word[1], second ^ key.word[0] ^ b) + second;
  }
  if (at == content.size()) return {{a, b}};
  std::byte rest[16] = {};
  std::memcpy(rest, content.data() + at, content.size() - at);
  a = multiply_and_fold(word_at(rest) ^ key.word[2] ^ a, word_at(rest + 8) ^ key.word[3]);
  b = multiply_and_fold(word_at(rest) ^ key.word[1], word_at(rest + 8) ^ key.word[0] ^ b);
  return {{a, b}};
}

}  // namespace weft::cache
