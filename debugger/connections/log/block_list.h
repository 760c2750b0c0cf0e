/// A list that grows without moving what it holds: millions of entries, no doubling, no copies.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

namespace weft::connections {

template <class T, size_t kBlock = 16 * 1024>
class BlockList {
 public:
  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  T& operator[](size_t at) { return blocks_[at / kBlock][at % kBlock]; }
  const T& operator[](size_t at) const { return blocks_[at / kBlock][at % kBlock]; }
  T& back() { return (*this)[size_ - 1]; }

  T& push_back(const T& value) {
    if (size_ % kBlock == 0) blocks_.push_back(std::make_unique<T[]>(kBlock));
    return (*this)[size_++] = value;
  }

 private:
  std::vector<std::unique_ptr<T[]>> blocks_;
  size_t size_ = 0;
};

}  // namespace weft::connections
