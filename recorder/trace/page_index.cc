#include "recorder/trace/page_index.h"

#include <sys/random.h>

#include <cstring>

#include "weft/trace/chunk_format.h"

namespace weft::trace {

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

PageIndex::PageIndex() : slots_(1024, Entry{{0, 0}, kNew}) {
  // Without randomness it still works: only the promise about enemies is gone.
  constexpr uint64_t kFallback[4] = {0xa0761d6478bd642f, 0xe7037ed1a0b428db, 0x8ebc6af09c88c6e3,
                                     0x589965cc75374cc3};
  if (::getrandom(key_, sizeof key_, GRND_NONBLOCK) != static_cast<ssize_t>(sizeof key_))
    std::memcpy(key_, kFallback, sizeof key_);
}

uint64_t PageIndex::find_or_add(const std::byte* page, uint64_t offset) {
  uint64_t a = key_[0];
  uint64_t b = key_[1];
  for (uint32_t i = 0; i < kContentPage; i += 16) {
    const uint64_t first = word_at(page + i);
    const uint64_t second = word_at(page + i + 8);
    a = multiply_and_fold(first ^ key_[2] ^ a, second ^ key_[3]) + first;
    b = multiply_and_fold(first ^ key_[1], second ^ key_[0] ^ b) + second;
  }
  size_t at = a & (slots_.size() - 1);
  for (; slots_[at].offset != kNew; at = (at + 1) & (slots_.size() - 1)) {
    if (slots_[at].hash[0] == a && slots_[at].hash[1] == b) return slots_[at].offset;
  }
  if (used_ >= kMaxPages) return kNew;
  slots_[at] = {{a, b}, offset};
  if (++used_ * 2 > slots_.size()) grow();
  return kNew;
}

void PageIndex::grow() {
  std::vector<Entry> larger(slots_.size() * 2, Entry{{0, 0}, kNew});
  for (const Entry& entry : slots_) {
    if (entry.offset == kNew) continue;
    size_t at = entry.hash[0] & (larger.size() - 1);
    while (larger[at].offset != kNew) at = (at + 1) & (larger.size() - 1);
    larger[at] = entry;
  }
  slots_.swap(larger);
}

}  // namespace weft::trace
