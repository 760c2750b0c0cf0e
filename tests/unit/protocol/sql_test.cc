#include <gtest/gtest.h>

#include "debugger/protocol/postgres/sql_text.h"
#include "debugger/protocol/protocol.h"

namespace weft::protocol {
namespace {

struct Case {
  const char* sql;
  const char* what;
  const char* tables;
};

constexpr Case kCases[] = {
    {"select * from orders", "SELECT ... FROM orders", "orders"},
    {"SELECT a, b FROM x, y AS z, w WHERE a IN (SELECT c FROM v, u)",
     "SELECT ... FROM x, y, w, v, u", "x, y, w, v, u"},
    {"SELECT 1", "SELECT 1", ""},
    {"  SELECT\n  pg_sleep(1) ; ", "SELECT pg_sleep(1)", ""},
    {"/* FROM no */ SELECT a -- FROM no\nFROM yes", "SELECT ... FROM yes", "yes"},
    {"SELECT 'x FROM no', \"FROM\" FROM \"My Table\"", "SELECT ... FROM My Table", "My Table"},
    {"SELECT extract(year FROM t) FROM times", "SELECT ... FROM times", "times"},
    {"SELECT a IS DISTINCT FROM b FROM c", "SELECT ... FROM c", "c"},
    {"SELECT * FROM a LEFT JOIN s.b USING (id), c FOR UPDATE", "SELECT ... FROM a, s.b", "a, s.b"},
    {"SELECT * FROM generate_series(1, 3)", "SELECT * FROM generate_series(1, 3)", ""},
    {"INSERT INTO orders(a, b) SELECT a, b FROM carts ON CONFLICT DO UPDATE SET a = 1",
     "INSERT INTO orders", "orders, carts"},
    {"UPDATE ONLY stock SET n = n - 1, m = 2 WHERE id = $1", "UPDATE stock", "stock"},
    {"DELETE FROM old USING other WHERE 1 = 1", "DELETE FROM old", "old"},
    {"WITH t AS (SELECT * FROM a) UPDATE b SET x = t.x FROM t", "UPDATE b", "a, b"},
    {"CREATE TABLE IF NOT EXISTS log (a int)", "CREATE TABLE IF NOT EXISTS log (a int)", "log"},
    {"TRUNCATE TABLE a, b", "TRUNCATE TABLE a, b", "a, b"},
    {"SELECT $$ FROM no $$, $x$ FROM $$ no $x$ FROM yes", "SELECT ... FROM yes", "yes"},
    {"BEGIN", "BEGIN", ""},
    {"SELECT 'no end FROM", "SELECT 'no end FROM", ""},
    {"", "", ""},
    {"(((((", "(((((", ""},
};

TEST(Sql, NamesAndTables) {
  for (const Case& example : kCases) {
    const SqlSummary summary = summarize_sql(example.sql);
    EXPECT_EQ(summary.what, example.what) << example.sql;
    EXPECT_EQ(join_tables(summary.tables), example.tables) << example.sql;
  }
}

TEST(Sql, LongTextsAreCut) {
  std::string many = "SELECT * FROM t0";
  for (int i = 1; i < 200; ++i) many += ", table_with_a_long_name_" + std::to_string(i);
  const SqlSummary summary = summarize_sql(many);
  EXPECT_LE(summary.what.size(), kMaxWhat);
  EXPECT_LE(join_tables(summary.tables).size(), kMaxTables);
}

}  // namespace
}  // namespace weft::protocol
