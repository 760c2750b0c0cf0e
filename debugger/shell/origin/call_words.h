/// What is said of where a value came into the program.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "debugger/shell/origin/replaced_memory.h"
#include "debugger/shell/session/shell.h"

namespace weft::shell {

/// "read(7, 0x1000 "PING", 64) = 4", and in further lines the peer and the request, where they are
/// known.
std::string call_words(Shell& shell, EventIndex event);

/// What a call has written to some memory.
struct BroughtBytes {
  Address address{};               ///< of the first byte
  std::vector<std::byte> bytes{};  ///< empty: it wrote nothing there that is known
  uint64_t offset = 0;             ///< of the first one, in what it wrote
};
BroughtBytes brought_bytes(const EventLog& events, EventIndex call, Address address,
                           uint64_t bytes);

/// How memory with this content came to be, that nobody wrote to before `moment`, or (not empty)
/// after `replaced`.
struct MappedWords {
  bool known;
  std::string text;
};
MappedWords mapped_words(Shell& shell, EventIndex moment, Address address,
                         std::span<const std::byte> content,
                         const std::optional<Replacement>& replaced);

}  // namespace weft::shell
