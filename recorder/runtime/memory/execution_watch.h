/// What the kernel is told of memory that the program may execute. That is decided by the code that
/// looks at generated code (sites/generated_code.h, a room above; door/execution_watch.cc).
#pragma once

#include <cstdint>

namespace weft::runtime {

/// Memory that may be executed now.
enum class CodeAge : uint8_t {
  kMapped,   ///< it was mapped so: nobody has written to it, and no call is about to
  kChanged,  ///< it was there before
};

/// What the kernel is told where the program wants anonymous memory with `protection`, or memory that
/// is no text of a file; and what the program has then.
uint64_t protection_to_set(uint64_t protection);
void protection_was_set(uint64_t begin, uint64_t end, uint64_t protection, CodeAge age);
/// Before [begin, end) moves: the protection to say in protection_was_set of its new place; 0: none.
uint64_t protection_that_moves(uint64_t begin, uint64_t end);

}  // namespace weft::runtime
