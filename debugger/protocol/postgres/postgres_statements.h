/// The prepared statements and portals of one PostgreSQL connection: which SQL a name stands for.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

namespace weft::protocol {

class PostgresStatements {
 public:
  void parse(std::string_view name, std::string_view sql) { put(statements_, name, sql); }
  /// Binds a statement to a portal. An unknown statement stands as "EXECUTE name".
  void bind(std::string_view portal, std::string_view name);
  /// The SQL of a portal; empty if it is unknown.
  std::string_view sql_of_portal(std::string_view portal) const { return find(portals_, portal); }
  std::string_view sql_of_statement(std::string_view name) const { return find(statements_, name); }

 private:
  using Names = std::unordered_map<std::string, std::string>;
  static void put(Names& names, std::string_view name, std::string_view sql);
  static std::string_view find(const Names& names, std::string_view name);

  Names statements_;
  Names portals_;
};

}  // namespace weft::protocol
