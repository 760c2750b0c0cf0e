#include "debugger/query/model_tables.h"

#include <sqlite3.h>

#include <cmath>
#include <cstdint>
#include <optional>
#include <string>

#include "debugger/query/catalogue.h"

namespace weft::query {

namespace {

/// How a table is gone through (xBestIndex tells xFilter).
enum Plan : int { kAllRows = 0, kOneId = 1 };

/// What a module belongs to.
struct Source {
  const analysis::Analysis* analysis;
  const Table* table;
};

// SQLite's structures come first in ours, so that it can be given a pointer to either.
struct OpenTable {
  sqlite3_vtab base{};
  Source source{};
};
struct Cursor {
  sqlite3_vtab_cursor base{};
  Source source{};
  uint32_t row = 0, end = 0;
};

OpenTable* table_of(sqlite3_vtab* table) {
  return reinterpret_cast<OpenTable*>(table);
}
Cursor* cursor_of(sqlite3_vtab_cursor* cursor) {
  return reinterpret_cast<Cursor*>(cursor);
}

int connect(sqlite3* database, void* source, int /*argc*/, const char* const* /*argv*/,
            sqlite3_vtab** table, char** /*error*/) {
  const auto& from = *static_cast<const Source*>(source);
  std::string declaration = "CREATE TABLE x(";
  for (const Column& column : from.table->columns) {
    if (&column != from.table->columns.data()) declaration += ", ";
    declaration += std::string(column.name) + " " + column.type;
  }
  const int status = sqlite3_declare_vtab(database, (declaration + ")").c_str());
  if (status != SQLITE_OK) return status;
  auto* opened = new OpenTable();
  opened->source = from;
  *table = &opened->base;
  return SQLITE_OK;
}

int disconnect(sqlite3_vtab* table) {
  delete table_of(table);
  return SQLITE_OK;
}

/// One id is a look-up; everything else goes through all rows.
int best_index(sqlite3_vtab* table, sqlite3_index_info* info) {
  const Source& source = table_of(table)->source;
  const uint32_t rows = source.table->rows(source.analysis->model());
  info->idxNum = kAllRows;
  info->estimatedCost = 10.0 + rows;
  info->estimatedRows = rows;
  for (int i = 0; i < info->nConstraint; ++i) {
    const auto& constraint = info->aConstraint[i];
    if (constraint.usable == 0 || constraint.iColumn != 0 ||
        constraint.op != SQLITE_INDEX_CONSTRAINT_EQ)
      continue;
    info->idxNum = kOneId;
    info->aConstraintUsage[i].argvIndex = 1;
    info->estimatedCost = 1;
    info->estimatedRows = 1;
    info->idxFlags = SQLITE_INDEX_SCAN_UNIQUE;
    return SQLITE_OK;
  }
  return SQLITE_OK;
}

int open(sqlite3_vtab* table, sqlite3_vtab_cursor** cursor) {
  auto* opened = new Cursor();
  opened->source = table_of(table)->source;
  *cursor = &opened->base;
  return SQLITE_OK;
}

int close(sqlite3_vtab_cursor* cursor) {
  delete cursor_of(cursor);
  return SQLITE_OK;
}

/// The id that a row must have to equal the value, as SQLite compares: 2, 2.0, '2', '2.0'.
std::optional<int64_t> as_id(sqlite3_value* value) {
  const int type = sqlite3_value_numeric_type(value);
  if (type == SQLITE_INTEGER) return sqlite3_value_int64(value);
  if (type != SQLITE_FLOAT) return std::nullopt;
  const double real = sqlite3_value_double(value);
  const bool is_whole = real >= 0 && real <= UINT32_MAX && real == std::floor(real);
  return is_whole ? std::optional(static_cast<int64_t>(real)) : std::nullopt;
}

int filter(sqlite3_vtab_cursor* base, int plan, const char* /*name*/, int count,
           sqlite3_value** values) {
  Cursor& cursor = *cursor_of(base);
  const Source& source = cursor.source;
  const uint32_t rows = source.table->rows(source.analysis->model());
  cursor.row = 0;
  cursor.end = rows;
  if (plan != kOneId || count < 1) return SQLITE_OK;
  cursor.end = 0;
  const auto id = as_id(values[0]);
  if (!id || *id < source.table->first_id || *id - source.table->first_id >= rows) return SQLITE_OK;
  cursor.row = static_cast<uint32_t>(*id - source.table->first_id);
  cursor.end = cursor.row + 1;
  return SQLITE_OK;
}

int next(sqlite3_vtab_cursor* cursor) {
  ++cursor_of(cursor)->row;
  return SQLITE_OK;
}

int is_at_end(sqlite3_vtab_cursor* cursor) {
  return cursor_of(cursor)->row >= cursor_of(cursor)->end ? 1 : 0;
}

int column(sqlite3_vtab_cursor* base, sqlite3_context* context, int number) {
  const Cursor& cursor = *cursor_of(base);
  const Value value = cursor.source.table->columns[static_cast<size_t>(number)].get(
      *cursor.source.analysis, cursor.row);
  if (const auto* integer = std::get_if<int64_t>(&value)) {
    sqlite3_result_int64(context, *integer);
  } else if (const auto* real = std::get_if<double>(&value)) {
    sqlite3_result_double(context, *real);
  } else if (const auto* text = std::get_if<std::string>(&value)) {
    sqlite3_result_text64(context, text->data(), text->size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  } else {
    sqlite3_result_null(context);
  }
  return SQLITE_OK;
}

int row_id(sqlite3_vtab_cursor* base, sqlite3_int64* id) {
  const Cursor& cursor = *cursor_of(base);
  *id = cursor.row + cursor.source.table->first_id;
  return SQLITE_OK;
}

/// Without xCreate the table exists in each connection; without xUpdate it cannot be written.
sqlite3_module make_module() {
  sqlite3_module module{};
  module.iVersion = 1;
  module.xConnect = connect;
  module.xDisconnect = disconnect;
  module.xBestIndex = best_index;
  module.xOpen = open;
  module.xClose = close;
  module.xFilter = filter;
  module.xNext = next;
  module.xEof = is_at_end;
  module.xColumn = column;
  module.xRowid = row_id;
  return module;
}

}  // namespace

Status add_model_tables(sqlite3* database, const analysis::Analysis& analysis) {
  static const sqlite3_module kModule = make_module();
  for (const Table& table : tables()) {
    auto* source = new Source{&analysis, &table};
    int status = sqlite3_create_module_v2(database, table.name, &kModule, source,
                                          [](void* held) { delete static_cast<Source*>(held); });
    // It connects when it is used first: here, before anybody restricts what statements may do.
    const std::string use = std::string("SELECT 1 FROM ") + table.name + " LIMIT 0";
    if (status == SQLITE_OK)
      status = sqlite3_exec(database, use.c_str(), nullptr, nullptr, nullptr);
    if (status != SQLITE_OK)
      return Error{ErrorClass::kUsage, "SQLite: " + std::string(sqlite3_errmsg(database)), ""};
  }
  return {};
}

}  // namespace weft::query
