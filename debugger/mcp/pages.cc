#include "debugger/mcp/pages.h"

#include <algorithm>

namespace weft::mcp {
namespace {

constexpr const char* kCut = " ... (the line goes on)";

/// The longest beginning of at most so many bytes that ends where a character does.
size_t whole_characters(const std::string& text, size_t begin, size_t bytes) {
  size_t end = begin + bytes;
  while (end > begin && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return end - begin;
}

}  // namespace

Page page_of(const std::string& text, uint64_t number) {
  Page page{"", number, 1};
  size_t bytes = 0;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size() - 1) + 1;
    std::string line = text.substr(at, end - at);
    if (line.size() > kPageBytes)
      line = text.substr(at, whole_characters(text, at, kPageBytes)) + kCut + "\n";
    if (bytes > 0 && bytes + line.size() > kPageBytes) ++page.count, bytes = 0;
    if (page.count == number) page.text += line;
    bytes += line.size();
    at = end;
  }
  if (number == 0 || number > page.count) return {"", number, 0};
  return page;
}

}  // namespace weft::mcp
