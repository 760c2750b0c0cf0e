/// The catalogue's tables in SQLite, as virtual tables: nothing is copied, and nothing can be
/// written.
///
///   SELECT t.name FROM segments s JOIN tasks t ON t.id = s.task
///     xBestIndex: "tasks" is asked for one id: a look-up; "segments": all rows
///
/// Source: SQLite's documentation, "The Virtual Table Mechanism Of SQLite".
#pragma once

#include "debugger/analysis/questions/analysis.h"
#include "weft/base/result.h"

struct sqlite3;

namespace weft::query {

/// `analysis` must live as long as the connection.
Status add_model_tables(sqlite3* database, const analysis::Analysis& analysis);

}  // namespace weft::query
