// The tables of storefront_db, and the few statements that it understands:
//
//   SELECT <column, ... | count(*)> FROM <table> WHERE <column> = <number>
//   UPDATE <table> SET <column> = '<text>' WHERE <column> = '<text>'
//
// An update of a table keeps all others out of it for as long as that takes (as a bulk update
// under LOCK TABLE, or a trigger of that kind, does on a real server); others read at the same
// time.
#pragma once

#include <chrono>
#include <map>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

using Row = std::vector<std::string>;

struct Table {
  Row columns;
  std::vector<Row> rows;
  std::shared_mutex mutex = {};
};

/// What a statement gives: rows of `columns`, or (no columns) only the tag, as in "UPDATE 12".
struct Answer {
  Row columns;
  std::vector<Row> rows;
  std::string tag;
  std::string error;
};

class Tables {
 public:
  /// Some customers, products and orders. An update takes this long.
  explicit Tables(std::chrono::milliseconds update_takes);

  Answer run(std::string_view statement);

 private:
  Answer select(const std::vector<std::string>& words);
  Answer update(const std::vector<std::string>& words);

  std::chrono::milliseconds update_takes_;
  std::map<std::string, Table, std::less<>> tables_;
};
