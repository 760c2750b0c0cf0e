/// Variables and values of the program, as the source-level debugger reports them.
#pragma once

#include <cstdint>
#include <string>

#include "weft/base/address.h"

namespace weft::shell {

enum class VariableKind { kArguments, kLocals, kAll };

/// What is told of a type: its name (whatis), or its members, too (ptype).
enum class TypeDetail : uint8_t { kName, kMembers };

/// Where a value lies in memory.
struct ValuePlace {
  std::string error{};  ///< why it is nowhere; empty: it is somewhere
  Address address{};
  uint64_t bytes = 0;
  int type = 0;  ///< for SourceDebugger::value_text()
};

}  // namespace weft::shell
