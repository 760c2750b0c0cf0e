#include "replayer/trace/earlier_chunks.h"

#include <algorithm>
#include <cstring>

#include "replayer/trace/trace_reader.h"

namespace weft::trace {

bool EarlierChunks::copy(uint64_t place_of_page, std::span<std::byte> to) {
  const auto process = static_cast<uint32_t>(place_of_page >> kPlaceProcessShift);
  const uint64_t raw_offset = place_of_page - page_place(process, 0);
  if (!reader_->tree().has(process)) return false;
  const std::vector<ChunkRef>& chunks = reader_->tree().process(process).chunks;
  auto found = std::upper_bound(
      chunks.begin(), chunks.end(), raw_offset,
      [](uint64_t offset, const ChunkRef& chunk) { return offset < chunk.raw_offset; });
  if (found == chunks.begin()) return false;
  const ChunkRef& chunk = *--found;
  const uint64_t at = raw_offset - chunk.raw_offset;
  if (at > chunk.raw_bytes || to.size() > chunk.raw_bytes - at) return false;
  auto place = std::find_if(cache_.begin(), cache_.end(),
                            [&](const Cached& cached) { return cached.number == chunk.number; });
  if (place == cache_.end()) {
    place = std::min_element(cache_.begin(), cache_.end(), [](const Cached& a, const Cached& b) {
      return a.last_use < b.last_use;
    });
    place->number = UINT64_MAX;
    place->events.resize(chunk.raw_bytes);
    if (reader_->read_stored(chunk, stored_) != nullptr ||
        decoder_.decode(chunk.header, stored_, place->events, nullptr) != nullptr)
      return false;
    place->number = chunk.number;
  }
  place->last_use = ++uses_;
  std::memcpy(to.data(), place->events.data() + at, to.size());
  return true;
}

}  // namespace weft::trace
