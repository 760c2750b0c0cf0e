/// What the reports may do with the screen, and texts that fit on it.
#pragma once

#include <cstddef>
#include <cstdio>
#include <string>
#include <string_view>

#include "weft/base/wrapped_text.h"

namespace weft::report {

struct Screen {
  size_t width = 80;  ///< columns
  bool colours = false;
  bool unicode = true;  ///< lines of trees may be drawn with box characters

  /// Of a terminal its real width (at least 80 columns) and colours, unless NO_COLOR is set; a file
  /// or pipe gets no colours and $COLUMNS columns, 80 if that is not set.
  static Screen of(std::FILE* out);

  std::string bold(std::string_view text) const { return coloured("1", text); }
  std::string red(std::string_view text) const { return coloured("31", text); }
  std::string dim(std::string_view text) const { return coloured("2", text); }

 private:
  std::string coloured(const char* code, std::string_view text) const;
};

using weft::columns_of;
using weft::wrap;
/// At most `columns` wide; three dots stand for what was cut.
std::string cut(std::string_view text, size_t columns);
/// Filled up with blanks on the right (or left) to `columns`.
std::string pad(std::string_view text, size_t columns);
std::string pad_left(std::string_view text, size_t columns);

}  // namespace weft::report
