/// What is said of where a value came into the program.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "debugger/shell/session/shell.h"

namespace weft::shell {

/// "read(7, 0x1000 "PING", 64) = 4", and in further lines the peer and the request, where they are
/// known.
std::string call_words(Shell& shell, EventIndex event);

/// What a call has written at an address.
struct BroughtBytes {
  std::vector<std::byte> bytes{};  ///< from there on; empty: it wrote nothing there that is known
  uint64_t offset = 0;             ///< of the first one, in what it wrote
};
BroughtBytes brought_bytes(Shell& shell, EventIndex event, Address address);

/// How memory with this content came to be, that nobody wrote to before `moment`.
struct MappedWords {
  bool known;
  std::string text;
};
MappedWords mapped_words(Shell& shell, EventIndex moment, Address address,
                         std::span<const std::byte> content);

}  // namespace weft::shell
