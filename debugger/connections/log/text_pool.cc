#include "debugger/connections/log/text_pool.h"

#include <cstring>
#include <functional>

namespace weft::connections {

namespace {

constexpr size_t kBlockBytes = 256 * 1024;

size_t hash(std::string_view text) {
  return std::hash<std::string_view>{}(text);
}

}  // namespace

TextPool::TextPool(size_t max_bytes) : max_bytes_(max_bytes), texts_(1), table_(1024) {
  left_out_ = store(kLeftOut);
}

TextPool::Id TextPool::store(std::string_view text) {
  if (text.size() > block_left_) {
    block_left_ = text.size() > kBlockBytes ? text.size() : kBlockBytes;
    blocks_.push_back(std::make_unique_for_overwrite<char[]>(block_left_));
    block_at_ = blocks_.back().get();
  }
  std::memcpy(block_at_, text.data(), text.size());
  texts_.emplace_back(block_at_, text.size());
  block_at_ += text.size();
  block_left_ -= text.size();
  bytes_ += text.size();
  return static_cast<Id>(texts_.size() - 1);
}

void TextPool::grow() {
  std::vector<Id> larger(table_.size() * 2);
  for (const Id id : table_) {
    if (id == 0) continue;
    size_t at = hash(texts_[id]) & (larger.size() - 1);
    while (larger[at] != 0) at = (at + 1) & (larger.size() - 1);
    larger[at] = id;
  }
  table_ = std::move(larger);
}

TextPool::Id TextPool::intern(std::string_view text) {
  if (text.empty()) return 0;
  size_t at = hash(text) & (table_.size() - 1);
  for (; table_[at] != 0; at = (at + 1) & (table_.size() - 1)) {
    if (texts_[table_[at]] == text) return table_[at];
  }
  if (bytes_ + text.size() > max_bytes_ || texts_.size() > max_bytes_ / 16) return left_out_;
  const Id id = store(text);
  table_[at] = id;
  if (texts_.size() * 2 > table_.size()) grow();
  return id;
}

}  // namespace weft::connections
