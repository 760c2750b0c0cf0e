/// What the page begins with: facts about the recording, what stands out, all requests in columns, and
/// what the slow ones have in common.
#pragma once

#include <string>
#include <vector>

#include "debugger/analysis/questions/request_groups.h"
#include "debugger/page/json_block.h"
#include "debugger/report/why/finding.h"

namespace weft::page {

/// The requests of the page: all, or if there are too many, the slowest and a sample of the others.
std::vector<RequestIndex> choose_requests(const Analysis& analysis);

struct OverviewParts {
  const std::vector<RequestIndex>& requests;
  const std::vector<report::Finding>& findings;
  std::vector<std::string> left_out;  ///< what the page does not hold, in sentences
  RequestIndex opened = kNone;        ///< the page was made for this one
  bool redacted = false;
};

Json overview(const Analysis& analysis, const RequestGroups& groups, const OverviewParts& parts);

}  // namespace weft::page
