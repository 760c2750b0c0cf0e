/// What is said of where a value came into the program.
#pragma once

#include <cstddef>
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

/// How memory came to be that nobody wrote to before `moment`.
enum class Content : uint8_t { kZero, kOther };
std::string mapped_words(Shell& shell, EventIndex moment, Address address, Content content);

}  // namespace weft::shell
