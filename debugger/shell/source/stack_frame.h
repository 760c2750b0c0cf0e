/// A frame of the stack, as the source-level debugger reports it.
#pragma once

#include <cstdint>
#include <string>

#include "weft/base/address.h"

namespace weft::shell {

enum class CodeOwner {
  kProgram,  ///< what the user wrote
  kLibrary,  ///< of the system, or a header of a library
  kWeft,     ///< what the tracing flag added
};

struct StackFrame {
  unsigned index;  ///< for `frame select`
  CodeOwner owner;
  std::string module;     ///< base name of the file
  std::string library;    ///< kLibrary: what people call it, "Boost.Asio"
  std::string function;   ///< without arguments; template arguments shortened
  std::string arguments;  ///< "a=1, b=2"
  std::string file;       ///< base name of the source; empty: there is none
  uint32_t line;
  bool selected;
  std::string path{};  ///< of the source
  Address pc{};
  bool inlined = false;    ///< its code is in the frame that comes next
  bool selectable = true;  ///< LLDB has such a frame
};

}  // namespace weft::shell
