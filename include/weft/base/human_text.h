/// Numbers and errors as people read them, the same in every command.
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>

#include "weft/base/result.h"
#include "weft/base/wrapped_text.h"

namespace weft {

/// "38.1 MB": decimal units, as disks and `ls --si` have them.
inline std::string bytes_text(uint64_t bytes) {
  const char* units[] = {"B", "kB", "MB", "GB", "TB"};
  auto value = static_cast<double>(bytes);
  int unit = 0;
  for (; value >= 999.95 && unit < 4; ++unit) value /= 1000;
  char text[32];
  std::snprintf(text, sizeof text, unit == 0 ? "%.0f %s" : "%.1f %s", value, units[unit]);
  return text;
}

/// "8.2 s", "0.035 s".
inline std::string seconds_text(double seconds) {
  char text[32];
  std::snprintf(text, sizeof text, seconds < 1 ? "%.3f s" : "%.1f s", seconds);
  return text;
}

/// "weft: MESSAGE", and what the user can do on a second line.
inline std::string error_text(const Error& error) {
  std::string text = "weft: " + error.message;
  if (!error.hint.empty()) text += "\n      " + error.hint;
  return text;
}

/// Prints error_text() on stderr and returns the exit status that goes with the error.
inline int report_error(const Error& error) {
  std::fprintf(stderr, "%s\n", fit_for(stderr, error_text(error), 6).c_str());
  return static_cast<int>(error.error_class);
}

}  // namespace weft
