#include "debugger/analysis/model/string_table.h"

#include <cstring>

namespace weft::analysis {

namespace {

constexpr size_t kBlockBytes = 64 * 1024;
/// Of all texts together. A program that notes a new text at every event would fill the memory.
constexpr size_t kMaxKeptBytes = 192u << 20;
constexpr std::string_view kNotKept = "(not kept)";

}  // namespace

StringTable::StringTable() {
  texts_.push_back({});
  numbers_.emplace(std::string_view{}, kNone);
}

std::string_view StringTable::keep(std::string_view text) {
  if (text.size() > left_in_block_) {
    blocks_.push_back(std::make_unique<char[]>(kBlockBytes));
    left_in_block_ = kBlockBytes;
  }
  char* at = blocks_.back().get() + (kBlockBytes - left_in_block_);
  std::memcpy(at, text.data(), text.size());
  left_in_block_ -= text.size();
  kept_bytes_ += text.size() + sizeof(std::string_view);
  return {at, text.size()};
}

std::optional<StringIndex> StringTable::find(std::string_view text) const {
  const auto known = numbers_.find(text.substr(0, kMaxText));
  return known == numbers_.end() ? std::nullopt : std::optional(known->second);
}

StringIndex StringTable::add(std::string_view text) {
  text = text.substr(0, kMaxText);
  if (const auto known = numbers_.find(text); known != numbers_.end()) return known->second;
  if (kept_bytes_ > kMaxKeptBytes && text != kNotKept) return add(kNotKept);
  const std::string_view kept = keep(text);
  const StringIndex number(texts_.size());
  texts_.push_back(kept);
  numbers_.emplace(kept, number);
  return number;
}

}  // namespace weft::analysis
