/// The tables of a trace as a database of its own, that any tool of SQLite's reads.
#pragma once

#include <string>

#include "debugger/analysis/questions/analysis.h"
#include "weft/base/result.h"

namespace weft::query {

/// Only the owner can read it; it is there as a whole or not at all. A file of that name must not
/// exist.
Status save_tables(const analysis::Analysis& analysis, const std::string& path);

}  // namespace weft::query
