#include "debugger/report/text/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

namespace weft::report {

namespace {

constexpr size_t kNarrowest = 80, kWidest = 1000;

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
}

bool locale_is_utf8() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const char* value = std::getenv(name);
    if (value == nullptr || value[0] == '\0') continue;
    const std::string_view text = value;
    return text.find("UTF-8") != std::string_view::npos ||
           text.find("utf8") != std::string_view::npos;
  }
  return false;
}

/// $COLUMNS, else as many as fit everywhere.
size_t columns_wanted() {
  const char* text = std::getenv("COLUMNS");
  const long columns = text != nullptr ? std::strtol(text, nullptr, 10) : 0;
  return columns > 0 ? std::clamp<size_t>(static_cast<size_t>(columns), kNarrowest, kWidest)
                     : kNarrowest;
}

}  // namespace

Screen Screen::of(std::FILE* out) {
  Screen screen;
  screen.unicode = locale_is_utf8();
  const int fd = ::fileno(out);
  winsize size{};
  const bool is_terminal = fd >= 0 && ::isatty(fd) != 0;
  if (is_terminal && ::ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    screen.width = std::clamp<size_t>(size.ws_col, kNarrowest, kWidest);
  } else {
    screen.width = columns_wanted();
  }
  const char* no_color = std::getenv("NO_COLOR");
  const char* terminal = std::getenv("TERM");
  screen.colours = is_terminal && (no_color == nullptr || no_color[0] == '\0') &&
                   (terminal == nullptr || std::string_view(terminal) != "dumb");
  return screen;
}

std::string Screen::coloured(const char* code, std::string_view text) const {
  if (!colours) return std::string(text);
  return "\x1b[" + std::string(code) + "m" + std::string(text) + "\x1b[0m";
}

size_t columns_of(std::string_view text) {
  size_t columns = 0;
  for (size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\x1b') {
      at = std::min(text.find('m', at), text.size());  // a colour of coloured()
    } else {
      columns += is_continuation(text[at]) ? 0 : 1;
    }
  }
  return columns;
}

std::string cut(std::string_view text, size_t columns) {
  if (columns_of(text) <= columns) return std::string(text);
  if (columns <= 3) return std::string(columns, '.');
  size_t at = 0, taken = 0;
  while (at < text.size() && taken < columns - 3) {
    ++at;
    while (at < text.size() && is_continuation(text[at])) ++at;
    ++taken;
  }
  return std::string(text.substr(0, at)) + "...";
}

namespace {

/// Where the first word ends, the blanks before it and the unit of a number after it included.
size_t word_end(std::string_view line) {
  const size_t end = line.find(' ', line.find_first_not_of(' '));
  if (end == std::string_view::npos || line[end - 1] < '0' || line[end - 1] > '9') return end;
  for (const std::string_view unit : {" us", " ms", " s", " %"}) {
    if (!line.substr(end).starts_with(unit)) continue;
    const size_t behind = end + unit.size();
    if (behind == line.size() || std::string_view(" ,;:)").find(line[behind]) != std::string::npos)
      return line.find(' ', behind);
  }
  return end;
}

std::string wrap_line(std::string_view line, size_t columns, size_t indent) {
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

}  // namespace

std::string wrap(std::string_view text, size_t columns, size_t indent) {
  std::string out;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    out += wrap_line(text.substr(0, end), columns, indent);
    if (end < text.size()) out += '\n';
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::string pad(std::string_view text, size_t columns) {
  const size_t used = columns_of(text);
  return std::string(text) + std::string(used < columns ? columns - used : 0, ' ');
}

std::string pad_left(std::string_view text, size_t columns) {
  const size_t used = columns_of(text);
  return std::string(used < columns ? columns - used : 0, ' ') + std::string(text);
}

}  // namespace weft::report
