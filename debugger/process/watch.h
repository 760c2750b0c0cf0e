/// Memory that is watched.
#pragma once

#include <compare>
#include <cstdint>

namespace weft::process {

struct Watch {
  uint64_t address;
  uint8_t length;   ///< 1, 2, 4 or 8; the address is a multiple of it
  bool on_reading;  ///< also when it is read
  friend auto operator<=>(const Watch&, const Watch&) = default;
};

}  // namespace weft::process
