/// The tables that `weft query` offers: one row for each row of the model (model.h), read where it
/// lies. `weft query --schema` prints them from here.
///
/// The first column of each table is `id`. Columns that name a row of another table hold its id, or
/// NULL. Times are seconds since the start of the recording, durations are seconds.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <variant>

#include "debugger/analysis/questions/analysis.h"

namespace weft::query {

using Value = std::variant<std::monostate, int64_t, double, std::string>;

struct Column {
  const char* name;
  const char* type;  ///< of SQL: INTEGER, REAL, TEXT
  const char* help;
  Value (*get)(const analysis::Analysis& analysis, uint32_t row);
};

struct Table {
  const char* name;
  const char* help;
  int64_t first_id;  ///< requests are numbered from 1, as `weft requests` shows them
  uint32_t (*rows)(const analysis::Model& model);
  std::span<const Column> columns;
};

std::span<const Table> tables();

/// CREATE TABLE statements with comments.
std::string schema_text();

/// A query that has a name.
struct NamedQuery {
  const char* name;
  const char* help;
  const char* sql;
};
std::span<const NamedQuery> named_queries();

}  // namespace weft::query
