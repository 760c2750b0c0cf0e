/// Comma-separated values, RFC 4180.
#pragma once

#include <string>

namespace weft::query {

/// In quotes if it has to be.
inline std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string field = "\"";
  for (const char c : text) {
    if (c == '"') field += '"';
    field += c;
  }
  return field + "\"";
}

}  // namespace weft::query
