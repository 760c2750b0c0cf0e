/// The program writes to its own memory through a file: /proc/self/mem and its like. Programs that
/// generate code into pages without PROT_WRITE do.
///
/// Such a file needs no mapping, and what is written to it is no change of a file: it is an effect
/// of the call, at the address that the offset is.
#pragma once

#include "recorder/runtime/calls/call.h"
#include "recorder/runtime/ground/state.h"

namespace weft::runtime {

/// Record: is the memory of this process behind `fd`, which is `file`?
bool is_own_memory(uint64_t fd, const FileIdentity& file);

inline constexpr uint64_t kNoOffset = UINT64_MAX;
/// Record: a write to it at `offset`, or at the file's position.
long write_own_memory(Call& call, uint64_t offset);

}  // namespace weft::runtime
