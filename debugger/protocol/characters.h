/// What kind of character this is, whatever the locale.
#pragma once

namespace weft::protocol {

inline bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

}  // namespace weft::protocol
