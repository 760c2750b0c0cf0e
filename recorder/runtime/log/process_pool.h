/// Record: the channels of child processes, as a recorded process sees them
/// (weft/channel/process_pool.h has the protocol).
#pragma once

#include <cstdint>

#include "weft/channel/process_pool.h"
#include "weft/trace/chunk_format.h"

namespace weft::runtime {

inline constexpr int kNoSlot = -1;

/// Maps the pool that follows the channel in the file `fd`. Without it no child is recorded.
void map_process_pool(int fd);

/// What the processes of the tree tell each other; nullptr if children are not recorded.
channel::KnownFacts* known_facts();

/// A channel for a child that is about to be made, whose log begins where that of this process
/// stands now: its slot. kNoSlot if children are not followed, or there are too many.
int claim_channel(trace::ProcessBegin begin);
/// The child is `pid`, or -errno.
void name_child(int slot, long pid);

/// In the child: the slot is this process's channel from here on.
void enter_channel(int slot);

}  // namespace weft::runtime
