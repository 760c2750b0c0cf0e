/// Numbers that stand for something until the program stands elsewhere.
#pragma once

#include <cstdint>
#include <vector>

namespace weft::dap {

template <class Item>
class Handles {
 public:
  /// From 1 on: 0 means "none" to clients.
  int64_t add(Item item) {
    items_.push_back(std::move(item));
    return static_cast<int64_t>(items_.size());
  }
  /// Null: it means nothing.
  const Item* find(int64_t number) const {
    if (number < 1 || static_cast<uint64_t>(number) > items_.size()) return nullptr;
    return &items_[static_cast<size_t>(number) - 1];
  }
  void clear() { items_.clear(); }

 private:
  std::vector<Item> items_;
};

}  // namespace weft::dap
