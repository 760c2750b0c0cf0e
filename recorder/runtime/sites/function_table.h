/// Functions of the program that weft replaces or listens to, wherever an image defines them.
///
///   std::random_device::_M_getval()   reads the CPU: replaced (random_device.h)
///   make_, jump_, ontop_fcontext      Boost.Context's fibers: listened to (fiber_hooks.h)
///
/// They are found by name in the symbol tables of each file whose text is mapped: libstdc++,
/// libboost_context, and programs that have them linked in. A stripped static program hides them.
#pragma once

#include <cstdint>

#include "recorder/runtime/mapped/map_listeners.h"

namespace weft::runtime {

enum class Function : uint8_t { kRandomDevice, kMakeContext, kJumpContext, kOntopContext };
inline constexpr int kFunctions = 4;

/// Where the functions are in a mapping; 0: not there.
struct FunctionTable {
  uint64_t address[kFunctions] = {};
  uint64_t operator[](Function function) const { return address[static_cast<int>(function)]; }
};

/// Record: what `mapping`, text of the file `path`, defines of them.
FunctionTable find_functions(const FileMapping& mapping, const char* path);

}  // namespace weft::runtime
