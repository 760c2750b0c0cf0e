#include "debugger/report/logs/line_joiner.h"

#include <algorithm>
#include <utility>

namespace weft::report {
namespace {

constexpr char kEscape = '\x1b', kBell = '\a';

/// Where what begins with the escape character at `at` ends.
size_t end_of_sequence(std::string_view text, size_t at) {
  const size_t kind = at + 1;
  if (kind >= text.size()) return text.size();
  if (text[kind] == '[') {  // parameters and intermediates, then a final byte
    size_t end = kind + 1;
    while (end < text.size() && text[end] >= 0x20 && text[end] <= 0x3f) ++end;
    return std::min(end + 1, text.size());
  }
  constexpr std::string_view kStrings = "]PX^_";  // up to a bell or ESC backslash
  if (kStrings.find(text[kind]) == std::string_view::npos) {
    size_t end = kind;  // intermediates, then a final byte: "ESC ( B" chooses characters
    while (end < text.size() && text[end] >= 0x20 && text[end] <= 0x2f) ++end;
    return std::min(end + 1, text.size());
  }
  for (size_t end = kind + 1; end < text.size(); ++end) {
    if (text[end] == kBell) return end + 1;
    if (text[end] == kEscape) return std::min(end + 2, text.size());
  }
  return text.size();
}

}  // namespace

std::string without_escapes(std::string_view text) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    const size_t escape = std::min(text.find(kEscape, at), text.size());
    out += text.substr(at, escape - at);
    at = escape == text.size() ? escape : end_of_sequence(text, escape);
  }
  return out;
}

void LineJoiner::end_line(const connections::Mark& write, const Take& take) {
  line_.last = write;
  if (line_.text.ends_with('\r')) line_.text.pop_back();
  line_.text = without_escapes(line_.text);
  take(std::exchange(line_, {}));
  began_ = false;
}

void LineJoiner::write(const connections::Mark& write, std::string_view bytes, uint64_t missing,
                       const Take& take) {
  while (!bytes.empty() || missing > 0) {
    if (!std::exchange(began_, true)) line_.first = write;
    const size_t end = std::min(bytes.find('\n'), bytes.size());
    const size_t kept = std::min(end, kMostBytes - std::min(kMostBytes, line_.text.size()));
    line_.text += bytes.substr(0, kept);
    line_.missing += end - kept;
    if (end < bytes.size()) {
      bytes.remove_prefix(end + 1);
      end_line(write, take);
      continue;
    }
    bytes = {};
    line_.last = write;
    if (missing == 0) break;
    line_.missing += std::exchange(missing, 0);
    end_line(write, take);
  }
}

void LineJoiner::finish(const Take& take) {
  if (!began_) return;
  line_.complete = false;
  const connections::Mark last = line_.last;
  end_line(last, take);
}

}  // namespace weft::report
