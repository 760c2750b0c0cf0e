/// Texts that fit on a screen: lines that are too wide are made several, at blanks.
#pragma once

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace weft {

/// Columns that a text takes up: one for each code point, none for colours.
inline size_t columns_of(std::string_view text) {
  size_t columns = 0;
  for (size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\x1b') {
      at = std::min(text.find('m', at), text.size());
    } else {
      columns += (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80 ? 0 : 1;
    }
  }
  return columns;
}

/// Of a terminal its width, of a file or pipe $COLUMNS; at least 80, which is also what an unknown
/// width is.
inline size_t screen_columns(std::FILE* out) {
  constexpr size_t kNarrowest = 80, kWidest = 1000;
  const int fd = out == nullptr ? -1 : ::fileno(out);
  winsize size{};
  if (fd >= 0 && ::isatty(fd) != 0 && ::ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    return std::clamp<size_t>(size.ws_col, kNarrowest, kWidest);
  const char* text = std::getenv("COLUMNS");
  const long columns = text != nullptr ? std::strtol(text, nullptr, 10) : 0;
  return columns > 0 ? std::clamp<size_t>(static_cast<size_t>(columns), kNarrowest, kWidest)
                     : kNarrowest;
}

/// Where the first word ends, the blanks before it and the unit of a number after it included.
inline size_t word_end(std::string_view line) {
  const size_t end = line.find(' ', line.find_first_not_of(' '));
  if (end == std::string_view::npos || line[end - 1] < '0' || line[end - 1] > '9') return end;
  for (const std::string_view unit :
       {" us", " ms", " s", " %", " B", " kB", " MB", " GB", " events"}) {
    if (!line.substr(end).starts_with(unit)) continue;
    const size_t behind = end + unit.size();
    if (behind == line.size() || std::string_view(" ,;:)").find(line[behind]) != std::string::npos)
      return line.find(' ', behind);
  }
  return end;
}

inline std::string wrap_line(std::string_view line, size_t columns, size_t indent) {
  std::string out;
  size_t used = 0;
  while (!line.empty()) {
    const std::string_view word = line.substr(0, word_end(line));
    const size_t width = columns_of(word);
    if (used > indent && used + width > columns) {
      const std::string_view bare = word.substr(std::min(word.find_first_not_of(' '), word.size()));
      out += '\n' + std::string(indent, ' ') + std::string(bare);
      used = indent + columns_of(bare);
    } else {
      out += word;
      used += width;
    }
    line.remove_prefix(word.size());
  }
  return out;
}

/// Lines that are wider than `columns` made several, at blanks; those after the first begin with
/// `indent` blanks. Nothing is cut.
inline std::string wrap(std::string_view text, size_t columns, size_t indent) {
  std::string out;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    out += wrap_line(text.substr(0, end), columns, indent);
    if (end < text.size()) out += '\n';
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

/// What is said on stderr, fit for a terminal; for a program that reads it, a line stays a line.
inline std::string fit_for(std::FILE* out, std::string_view text, size_t indent) {
  const int fd = out == nullptr ? -1 : ::fileno(out);
  return fd >= 0 && ::isatty(fd) != 0 ? wrap(text, screen_columns(out), indent) : std::string(text);
}

}  // namespace weft
