/// The view of time for the page: a lane a thread with the tasks that ran on it, the calls that kept it
/// waiting, the tasks that were ready for it; and how much went on at the same time.
#pragma once

#include "debugger/page/json_block.h"

namespace weft::page {

/// Of each kind the longest are kept; for what is left out, how busy each thread was.
struct LaneLimits {
  size_t segments = 40'000, blocked = 15'000, ready = 6'000;
};

Json thread_lanes(const Analysis& analysis, const LaneLimits& limits = {});

}  // namespace weft::page
