/// Which system calls of an expression are answered, and how: see diversion.h. Rules only, nothing
/// of a process.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace weft::process {

enum class Way {
  kKernel,
  kNothing,     ///< 0, without doing anything
  kDescriptor,  ///< argument 0 is one
  kPath,        ///< reads what is at a path
  kMap,
  kFutex,
  kWaits,    ///< refused: nobody else runs
  kReaches,  ///< refused: it would change something outside
  kEnds,     ///< refused
};

/// Empty: it cannot be answered.
std::optional<Way> way_of(uint64_t call);

/// A parameter of the kernel's that is an int: what stands in the rest of its register is anything.
inline uint32_t low_half(uint64_t argument) {
  return static_cast<uint32_t>(argument);
}

/// ioctl and fcntl can do anything to what they are asked about: a terminal takes input from them, a
/// file may get other attributes or a lock. True for requests that ask, or are about the descriptor
/// alone; of other calls always.
bool only_asks(uint64_t call, uint32_t request);

/// False for devices and pipes: to open one may wait for others, or do something.
bool is_safe_to_open(const std::string& path);

/// What a call does with a path that names a symbolic link.
enum class LastLink : uint8_t { kFollowed, kItself };

/// True if a path leads to /proc, under whatever name, for a call that treats its last link so.
bool leads_to_proc(const std::string& path, LastLink last);

}  // namespace weft::process
