/// Long answers in pieces: an agent reads no more than it asked for.
#pragma once

#include <cstdint>
#include <string>

namespace weft::mcp {

struct Page {
  std::string text{};
  uint64_t number = 0;  ///< from 1 on
  uint64_t count = 0;   ///< of pages; 0: there is no such page
};

/// Whole lines, up to kPageBytes of them; a longer line is cut, and says so.
inline constexpr size_t kPageBytes = 6000;
Page page_of(const std::string& text, uint64_t number);

}  // namespace weft::mcp
