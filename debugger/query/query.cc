#include "debugger/query/query.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <vector>

#include "debugger/query/catalogue.h"
#include "debugger/query/csv.h"
#include "debugger/query/model_tables.h"
#include "debugger/query/save_tables.h"
#include "debugger/report/text/columns.h"
#include "debugger/report/text/opening.h"
#include "replayer/inspect/escape.h"

namespace weft::query {

using nlohmann::ordered_json;

namespace {

using Database = std::unique_ptr<sqlite3, decltype(&sqlite3_close)>;
using Statement = std::unique_ptr<sqlite3_stmt, decltype(&sqlite3_finalize)>;

Error sql_error(sqlite3* database) {
  return {ErrorClass::kUsage, "SQL: " + inspect::printable(sqlite3_errmsg(database)),
          "weft query --schema prints the tables, weft query --list the queries with a name"};
}

/// Nothing but reading: no statement that writes, attaches or sets anything.
int only_reads(void* /*context*/, int action, const char* /*first*/, const char* /*second*/,
               const char* /*database*/, const char* /*trigger*/) {
  switch (action) {
    case SQLITE_SELECT:
    case SQLITE_READ:
    case SQLITE_FUNCTION:
    case SQLITE_RECURSIVE:
      return SQLITE_OK;
    default:
      return SQLITE_DENY;
  }
}

/// Prints the rows of a statement as they come.
class Rows {
 public:
  Rows(sqlite3_stmt* statement, const QueryOptions& options)
      : statement_(statement), options_(options), count_(sqlite3_column_count(statement)) {}

  /// SQLITE_DONE, or an error.
  int print() {
    return options_.format == "json"  ? print_json()
           : options_.format == "csv" ? print_csv()
                                      : print_table();
  }

 private:
  std::string name(int column) const { return sqlite3_column_name(statement_, column); }
  bool is(int column, int type) const { return sqlite3_column_type(statement_, column) == type; }
  std::string text(int column) const {
    const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
    return bytes == nullptr
               ? ""
               : std::string(bytes, static_cast<size_t>(sqlite3_column_bytes(statement_, column)));
  }

  /// Of two columns of one name the second is "name:1", as in SQLite's own subqueries: an object
  /// has each name once.
  std::vector<std::string> distinct_names() const {
    std::vector<std::string> names;
    for (int i = 0; i < count_; ++i) {
      std::string distinct = name(i);
      for (int same = 1; std::ranges::find(names, distinct) != names.end(); ++same)
        distinct = fmt::format("{}:{}", name(i), same);
      names.push_back(std::move(distinct));
    }
    return names;
  }

  int print_json() {
    const std::vector<std::string> names = distinct_names();
    int status = SQLITE_OK;
    while ((status = sqlite3_step(statement_)) == SQLITE_ROW) {
      ordered_json row = ordered_json::object();
      for (int i = 0; i < count_; ++i) {
        ordered_json& cell = row[names[static_cast<size_t>(i)]];
        if (is(i, SQLITE_INTEGER)) {
          cell = sqlite3_column_int64(statement_, i);
        } else if (is(i, SQLITE_FLOAT)) {
          cell = sqlite3_column_double(statement_, i);
        } else if (!is(i, SQLITE_NULL)) {
          cell = text(i);
        }
      }
      report::put(row.dump(-1, ' ', true, ordered_json::error_handler_t::replace) + "\n",
                  options_.out);
    }
    return status;
  }

  int print_csv() {
    std::string line;
    for (int i = 0; i < count_; ++i) line += (i > 0 ? "," : "") + csv_field(name(i));
    report::put(line + "\r\n", options_.out);
    int status = SQLITE_OK;
    while ((status = sqlite3_step(statement_)) == SQLITE_ROW) {
      line.clear();
      for (int i = 0; i < count_; ++i) line += (i > 0 ? "," : "") + csv_field(text(i));
      report::put(line + "\r\n", options_.out);
    }
    return status;
  }

  int print_table() {
    std::vector<std::vector<std::string>> rows;
    std::vector<bool> is_number(static_cast<size_t>(count_), true);
    int status = SQLITE_OK;
    while ((status = sqlite3_step(statement_)) == SQLITE_ROW) {
      std::vector<std::string> row;
      for (int i = 0; i < count_; ++i) {
        const bool number = is(i, SQLITE_INTEGER) || is(i, SQLITE_FLOAT);
        if (!number && !is(i, SQLITE_NULL)) is_number[static_cast<size_t>(i)] = false;
        row.push_back(is(i, SQLITE_FLOAT)
                          ? fmt::format("{:.6f}", sqlite3_column_double(statement_, i))
                          : inspect::printable(text(i)));
      }
      rows.push_back(std::move(row));
    }
    if (status != SQLITE_DONE) return status;
    std::vector<report::Columns::Column> columns;
    for (int i = 0; i < count_; ++i) {
      const bool number = is_number[static_cast<size_t>(i)];
      using Align = report::Columns::Align;
      columns.push_back(
          {inspect::printable(name(i)), number ? Align::kRight : Align::kLeft, !number, i > 0});
    }
    report::Columns table(std::move(columns));
    const size_t found = rows.size();
    for (auto& row : rows) table.add(std::move(row));
    report::put(
        table.text(options_.screen) + fmt::format("{} row{}\n", found, found == 1 ? "" : "s"),
        options_.out);
    return status;
  }

  sqlite3_stmt* statement_;
  const QueryOptions& options_;
  int count_;
};

Status run_sql(sqlite3* database, const QueryOptions& options, const std::string& sql) {
  sqlite3_set_authorizer(database, only_reads, nullptr);
  sqlite3_stmt* prepared = nullptr;
  const char* rest = nullptr;
  const int status = sqlite3_prepare_v2(database, sql.c_str(), -1, &prepared, &rest);
  const Statement statement(prepared, sqlite3_finalize);
  if (status != SQLITE_OK) return sql_error(database);
  if (prepared == nullptr ||
      std::string_view(rest).find_first_not_of(" \t\r\n;") != std::string_view::npos)
    return Error{ErrorClass::kUsage, "SQL: one statement is wanted", "Put it in quotes"};
  return Rows(prepared, options).print() == SQLITE_DONE ? Status() : Status(sql_error(database));
}

}  // namespace

int run_query(const QueryOptions& options) {
  auto analysis = analysis::Analysis::open(options.path, {.use_index = options.use_index});
  if (!analysis) return inspect::fail(analysis.error(), options.error_out);
  sqlite3* opened = nullptr;
  const int status =
      sqlite3_open_v2(":memory:", &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
  const Database database(opened, sqlite3_close);
  if (status != SQLITE_OK) return inspect::fail(sql_error(opened), options.error_out);
  if (const Status added = add_model_tables(opened, *analysis); !added)
    return inspect::fail(added.error(), options.error_out);
  if (!options.save.empty()) {
    if (const Status saved = save_tables(*analysis, options.save); !saved)
      return inspect::fail(saved.error(), options.error_out);
  }
  if (!options.sql.empty()) {
    const auto named = named_queries();
    const auto known = std::ranges::find(named, options.sql, &NamedQuery::name);
    const Status ran = run_sql(opened, options, known != named.end() ? known->sql : options.sql);
    if (!ran) return inspect::fail(ran.error(), options.error_out);
  }
  return report::finish(*analysis, options.error_out);
}

}  // namespace weft::query
