/// What a person wants to know of an SQL statement at a glance.
///
/// A scanner, not a parser: it knows comments, strings and quoted names, and looks for the words
/// that a table's name follows (FROM, JOIN, INTO, UPDATE, TABLE, COPY, USING of DELETE). What it
/// cannot tell apart (a view from a table, a function's result) it takes for a table or leaves out.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace weft::protocol {

struct SqlSummary {
  std::string what;                 ///< "SELECT ... FROM orders, items"; at most kMaxWhat bytes
  std::vector<std::string> tables;  ///< in the order of their first use, each once; at most 16
};

SqlSummary summarize_sql(std::string_view statement);

/// "orders, items", at most kMaxTables bytes.
std::string join_tables(const std::vector<std::string>& tables);

}  // namespace weft::protocol
