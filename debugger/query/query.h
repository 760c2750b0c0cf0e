/// `weft query`: SQL over the tables of a trace.
#pragma once

#include <cstdio>
#include <string>

#include "debugger/report/text/terminal.h"

namespace weft::query {

struct QueryOptions {
  std::string path{};
  std::string sql{};             ///< or the name of a query (catalogue.h)
  std::string format = "table";  ///< or "json", "csv"
  std::string save{};            ///< write all tables to this database, which must not exist
  bool use_index = true;
  std::FILE* out = stdout;
  std::FILE* error_out = stderr;
  report::Screen screen = report::Screen::of(stdout);
};

/// Returns the exit status: 0; 2 usage, an error in the SQL too; 5 the trace is damaged.
int run_query(const QueryOptions& options);

}  // namespace weft::query
