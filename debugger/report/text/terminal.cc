#include "debugger/report/text/terminal.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>

namespace weft::report {

namespace {

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

}  // namespace

Screen Screen::of(std::FILE* out) {
  Screen screen;
  screen.unicode = locale_is_utf8();
  const int fd = ::fileno(out);
  const bool is_terminal = fd >= 0 && ::isatty(fd) != 0;
  screen.width = screen_columns(out);
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

std::string pad(std::string_view text, size_t columns) {
  const size_t used = columns_of(text);
  return std::string(text) + std::string(used < columns ? columns - used : 0, ' ');
}

std::string pad_left(std::string_view text, size_t columns) {
  const size_t used = columns_of(text);
  return std::string(used < columns ? columns - used : 0, ' ') + std::string(text);
}

}  // namespace weft::report
