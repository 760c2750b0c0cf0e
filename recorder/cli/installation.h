/// Where the parts of weft lie, relative to the `weft` that runs.
#pragma once

#include <string>

#include "weft/base/result.h"

namespace weft::cli {

/// The path of weft-runtime: beside weft (build tree), or in ../libexec/weft or ../lib/weft.
Result<std::string> find_runtime();
/// The path of weft-debugger: the same places.
Result<std::string> find_debugger();

/// The folder that holds weft/instrument/trace.h: ../include (installed, and in a build tree).
Result<std::string> find_headers();

}  // namespace weft::cli
