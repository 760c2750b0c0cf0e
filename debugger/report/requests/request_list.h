/// Which requests `weft requests` shows, in which order, and what it leaves out.
#pragma once

#include <string>
#include <vector>

#include "debugger/analysis/questions/request_groups.h"
#include "debugger/report/requests/requests.h"
#include "debugger/report/text/words.h"

namespace weft::report {

struct RequestList {
  std::vector<RequestIndex> shown;
  size_t total = 0;       ///< of all kinds
  size_t root_tasks = 0;  ///< left out, because there are requests of other kinds
  size_t others = 0;      ///< left out: they do not match --where
  size_t faster = 0;      ///< left out: --slowest
};

RequestList list_requests(const Analysis& analysis, const RequestGroups& groups,
                          const RequestsOptions& options);

}  // namespace weft::report
