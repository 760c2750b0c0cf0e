/// Where something lies in the recorded program's memory.
#pragma once

#include <compare>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <string>

namespace weft {

/// An address of the program that is looked at, never of weft's own memory. It does not mix with
/// counts, sizes, offsets in files, or values of registers:
///
///   const Address next = address + bytes;
///   const uint64_t bytes = next - address;   a distance is a plain number
///   next + address, address == 3             errors
///   Address(registers.rip)                   this value of a register is an address
///
/// As rr's remote_ptr. Address 0 is "nowhere", and false.
class Address {
 public:
  constexpr Address() = default;
  constexpr explicit Address(std::integral auto value) : value_(static_cast<uint64_t>(value)) {}

  constexpr uint64_t value() const { return value_; }
  constexpr explicit operator bool() const { return value_ != 0; }

  friend constexpr auto operator<=>(Address, Address) = default;
  constexpr Address& operator+=(uint64_t bytes) { return value_ += bytes, *this; }
  friend constexpr Address operator+(Address a, uint64_t bytes) {
    return Address(a.value_ + bytes);
  }
  friend constexpr Address operator-(Address a, uint64_t bytes) {
    return Address(a.value_ - bytes);
  }
  /// Around the end of the address space where `b` is higher: "a - start < size" asks whether a
  /// lies in a range.
  friend constexpr uint64_t operator-(Address a, Address b) { return a.value_ - b.value_; }

  /// "0x7f12ab", as everywhere in weft's output.
  std::string text() const {
    char text[2 + 2 * sizeof value_ + 1];
    std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(value_));
    return text;
  }

 private:
  uint64_t value_ = 0;
};
static_assert(sizeof(Address) == sizeof(uint64_t));  // arrays of pointers are read as such

}  // namespace weft

template <>
struct std::hash<weft::Address> {
  size_t operator()(weft::Address address) const { return std::hash<uint64_t>()(address.value()); }
};
