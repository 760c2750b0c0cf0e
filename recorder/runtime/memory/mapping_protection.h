/// Memory that the program may execute is not executable for the kernel until it is executed
/// (execution_watch.h): how the calls of the memory map say it. The same in record and replay.
#pragma once

#include "recorder/runtime/calls/call.h"

namespace weft::runtime {

/// mmap: what the kernel is told of the mapping's protection; and that it has mapped [begin, end).
uint64_t protection_of(const Call& call);
void note_protection(const Call& call, uint64_t begin, uint64_t end);

/// mprotect. Text of files was looked at when it was mapped.
long change_protection(const Call& call, uint64_t address, uint64_t bytes);

/// mremap: the memory that it was asked about is at `address` now; `protection` as
/// protection_that_moves said before.
void note_move(const Call& call, uint64_t address, uint64_t protection);

}  // namespace weft::runtime
