/// Memory as the processor can watch it.
#pragma once

#include <cstdint>
#include <vector>

#include "debugger/process/watch.h"

namespace weft::shell {

/// Aligned pieces of 1, 2, 4 or 8 bytes.
inline std::vector<process::Watch> watches_of(Address address, uint64_t bytes,
                                              process::WatchFor what) {
  std::vector<process::Watch> pieces;
  for (Address at = address; at < address + bytes;) {
    uint64_t length = 8;
    while (at.value() % length != 0 || at + length > address + bytes) length /= 2;
    pieces.push_back({at, static_cast<uint8_t>(length), what});
    at += length;
  }
  return pieces;
}

}  // namespace weft::shell
