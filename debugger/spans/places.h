/// What each probe of a pass over functions means.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "replayer/probes/exits.h"
#include "replayer/probes/functions.h"

namespace weft::spans {

inline constexpr uint32_t kNoFunction = UINT32_MAX;

/// Unwinding past functions: of the C++ runtime.
enum class Unwinding : uint8_t { kNone, kThrow, kCatch };

/// What a hit means: a function may begin and end at one instruction (`f: ret`, `f: jmp g`).
struct Meaning {
  uint32_t entry_of = kNoFunction;
  uint32_t exit_of = kNoFunction;
  probes::Exit exit{};
  Unwinding unwinding = Unwinding::kNone;
};

/// Words of a hit: the exit's, then the arguments.
inline constexpr uint32_t kExitWord = 0, kFirstArgument = 1;

/// A traced function.
struct TracedFunction {
  probes::Function code;
  uint32_t module = 0;  ///< in the list of modules
  std::string name;     ///< for people
  std::string file;     ///< of its first line; empty: not known
  int line = 0;
  bool loops_to_start = false;  ///< a jump inside of it goes to its first instruction
  unsigned unknown_exits = 0;   ///< jumps that no probe could follow
};

}  // namespace weft::spans
