/// `weft why FILE REQUEST`: what this request did that the others did not.
#pragma once

#include <string>
#include <vector>

#include "debugger/report/why/finding.h"
#include "weft/base/result.h"

namespace weft::report {

/// `name`: its number, or its trace ID. An error if there is no such request.
Status explain_request(const Scene& scene, const std::string& name, std::vector<Finding>& found);

}  // namespace weft::report
