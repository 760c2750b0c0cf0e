/// Texts, each stored once and known by a number. Number 0 is the empty text.
///
/// Texts come from the program and are neither escaped nor cut when they are shown: they are bytes
/// (replayer/inspect/escape.h makes them fit for a terminal). What is kept of all of them together
/// is bounded; beyond that every new text is "(not kept)".
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "weft/base/index.h"

namespace weft::analysis {

/// kNone: the empty text.
using StringIndex = Index<struct Text, uint32_t, 0>;

class StringTable {
 public:
  /// Longer texts are cut, bytes.
  static constexpr size_t kMaxText = 1024;

  StringTable();
  StringTable(StringTable&&) = default;
  StringTable& operator=(StringTable&&) = default;

  StringIndex add(std::string_view text);
  std::optional<StringIndex> find(std::string_view text) const;
  std::string_view operator[](StringIndex index) const {
    return index.value() < texts_.size() ? texts_[index.value()] : std::string_view{};
  }
  IndexRange<StringIndex> numbers() const { return IndexRange<StringIndex>(texts_.size()); }
  uint32_t size() const { return static_cast<uint32_t>(texts_.size()); }

 private:
  std::string_view keep(std::string_view text);

  std::vector<std::string_view> texts_;
  std::unordered_map<std::string_view, StringIndex> numbers_;
  std::vector<std::unique_ptr<char[]>> blocks_;
  size_t left_in_block_ = 0;
  size_t kept_bytes_ = 0;
};

}  // namespace weft::analysis
