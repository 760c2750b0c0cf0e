/// Reading from bytes that came from elsewhere: never past their end.
#pragma once

#include <cstddef>
#include <cstring>
#include <optional>
#include <span>

namespace weft {

/// The T whose bytes start at `offset`; none if it does not lie within `bytes` as a whole.
template <class T>
std::optional<T> read_at(std::span<const std::byte> bytes, size_t offset = 0) {
  if (offset > bytes.size() || bytes.size() - offset < sizeof(T)) return std::nullopt;
  T value;
  std::memcpy(&value, bytes.data() + offset, sizeof value);
  return value;
}

}  // namespace weft
