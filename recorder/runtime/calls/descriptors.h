/// Which file is behind a descriptor, while recording: asked of the kernel once and remembered.
///
/// Every write() asks, for two reasons: does it go to the stdout or stderr that the program was
/// started with, and is its file mapped somewhere (file_changes.h)? A real fstat each time would
/// cost more than all else that the runtime does for a write.
///
/// Why the answer stays right: what is behind an open descriptor changes only by dup2 and dup3 onto
/// it, or by closing it and opening something else, and every call that closes one comes through
/// here. While such a call is on its way (it may end in the kernel before its thread has the baton
/// again), nothing is remembered; where a child shares the table (CLONE_FILES), nothing ever is. A
/// child in the program's memory has descriptors of its own: the kernel is asked each time.
#pragma once

#include "recorder/runtime/calls/call.h"
#include "recorder/runtime/ground/state.h"

namespace weft::runtime {

/// Zeros if `fd` is not open.
FileIdentity file_behind(uint64_t fd);

/// fcntl, ioctl, setsockopt: they may change a descriptor's nature.
long on_nature_change(Call& call);

/// All descriptors may have changed: execve closes some.
void forget_descriptors();
/// A process that is not recorded may change them from now on.
void distrust_descriptors();

/// close, close_range, dup2, dup3.
long on_descriptor_change(Call& call);

}  // namespace weft::runtime
