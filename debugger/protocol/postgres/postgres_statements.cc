#include "debugger/protocol/postgres/postgres_statements.h"

#include "debugger/protocol/protocol.h"

namespace weft::protocol {

namespace {

constexpr size_t kMaxNames = 4096;
constexpr size_t kMaxNameBytes = 128;

}  // namespace

void PostgresStatements::put(Names& names, std::string_view name, std::string_view sql) {
  std::string key(name.substr(0, kMaxNameBytes));
  if (names.size() >= kMaxNames && !names.contains(key)) names.clear();
  names[std::move(key)] = sql.substr(0, kMaxStatement);
}

std::string_view PostgresStatements::find(const Names& names, std::string_view name) {
  const auto found = names.find(std::string(name.substr(0, kMaxNameBytes)));
  return found == names.end() ? std::string_view{} : std::string_view(found->second);
}

void PostgresStatements::bind(std::string_view portal, std::string_view name) {
  if (const std::string sql(sql_of_statement(name)); !sql.empty()) {
    put(portals_, portal, sql);
  } else {
    put(portals_, portal, "EXECUTE " + std::string(name.substr(0, kMaxNameBytes)));
  }
}

}  // namespace weft::protocol
