#include "recorder/trace/page_index.h"

#include "weft/trace/chunk_format.h"

namespace weft::trace {

PageIndex::PageIndex() : slots_(1024, Entry{{}, kNew}) {
  (void)key_.make_random();  // without it only the promise about enemies is gone
}

uint64_t PageIndex::find_or_add(const std::byte* page, uint64_t offset) {
  const cache::ContentHash hash = cache::hash_of(key_, {page, kContentPage});
  size_t at = hash.word[0] & (slots_.size() - 1);
  for (; slots_[at].offset != kNew; at = (at + 1) & (slots_.size() - 1)) {
    if (slots_[at].hash == hash) return slots_[at].offset;
  }
  if (used_ >= kMaxPages) return kNew;
  slots_[at] = {hash, offset};
  if (++used_ * 2 > slots_.size()) grow();
  return kNew;
}

void PageIndex::grow() {
  std::vector<Entry> larger(slots_.size() * 2, Entry{{}, kNew});
  for (const Entry& entry : slots_) {
    if (entry.offset == kNew) continue;
    size_t at = entry.hash.word[0] & (larger.size() - 1);
    while (larger[at].offset != kNew) at = (at + 1) & (larger.size() - 1);
    larger[at] = entry;
  }
  slots_.swap(larger);
}

}  // namespace weft::trace
