/// What if an answer had been there at once? The recorded graph of each request, with the waits for
/// some exchanges at zero.
///
/// Each segment of a task began when its task had stopped and what woke it had happened. If one of
/// both is earlier, so is the segment, down to the later one of both; how long a task ran, and how
/// long it was ready, stays as it was:
///
///   recorded   page ▓░░░░░░░░░░░░▓          page awaits both; prices is the last one
///              stock  ▓░░░▓
///              prices ▓░░SELECT░░▓
///   without    page ▓░░░░▓                  now it is stock
///              stock  ▓░░░▓
///              prices ▓▓
///
/// What other requests do stays where it was: that they, too, would be done sooner, and locks,
/// connections and threads be free sooner, is not counted. So it is an estimate.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "debugger/analysis/questions/analysis.h"
#include "debugger/analysis/questions/request_groups.h"

namespace weft::analysis {

struct Shortened {
  std::vector<Ticks> before{}, after{};  ///< how long each of the requests took, and would take
  uint32_t requests = 0;                 ///< how many of them waited for such an exchange
  Ticks waited{};                        ///< they, for those, in all
};

/// `gone`: is this one's answer there at once?
Shortened without(const Analysis& analysis, const RequestGroups& groups,
                  std::span<const RequestIndex> requests,
                  const std::function<bool(const Exchange&)>& gone);

}  // namespace weft::analysis
