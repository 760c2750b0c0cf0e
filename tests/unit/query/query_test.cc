// `weft query`: SQL over the tables, and nothing but reading.
#include "debugger/query/query.h"

#include "debugger/query/catalogue.h"
#include "tests/unit/report/report_fixture.h"

namespace weft::query::test {
namespace {

class Query : public report::test::ReportTest {
 protected:
  std::string ask(const std::string& sql, const std::string& format = "csv", int status = 0) {
    return print(run_query, QueryOptions{.sql = sql, .format = format}, status);
  }
};

TEST_F(Query, Joins) {
  record_shop();
  EXPECT_EQ(ask("SELECT r.what, count(*) AS n FROM tasks t JOIN requests r ON r.id = t.request "
                "WHERE r.what LIKE 'GET%' GROUP BY r.id"),
            "what,n\r\nGET /cart/7,5\r\n");
}

TEST_F(Query, OneRowByItsId) {
  record_shop();
  EXPECT_EQ(ask("SELECT what FROM requests WHERE id = 2"), "what\r\nGET /cart/7\r\n");
  EXPECT_EQ(ask("SELECT what FROM requests WHERE id IN (0, 99, 'x', NULL)"), "what\r\n");
  for (const char* id : {"2.0", "'2'", "'2.0'", "4 / 2.0"})
    EXPECT_EQ(ask(std::string("SELECT what FROM requests WHERE id = ") + id),
              "what\r\nGET /cart/7\r\n")
        << id;
  for (const char* id : {"2.5", "-2.0", "1e300", "-1e300", "9223372036854775807", "1e999"})
    EXPECT_EQ(ask(std::string("SELECT what FROM requests WHERE id = ") + id), "what\r\n") << id;
}

TEST_F(Query, Formats) {
  record_shop();
  EXPECT_EQ(ask("SELECT 1 AS a, 0.5 AS b, NULL AS c, 'x\"y' AS d", "json"),
            "{\"a\":1,\"b\":0.5,\"c\":null,\"d\":\"x\\\"y\"}\n");
  EXPECT_EQ(ask("SELECT 1 AS a, 'x' AS b", "table"), "a  b\n1  x\n1 row\n");
}

TEST_F(Query, ColumnsOfOneName) {
  record_shop();
  EXPECT_EQ(ask("SELECT 1 AS id, 2 AS id, 3 AS id", "json"), "{\"id\":1,\"id:1\":2,\"id:2\":3}\n");
  EXPECT_EQ(ask("SELECT 1 AS id, 2 AS id"), "id,id\r\n1,2\r\n");
}

TEST_F(Query, TablesFitTheScreen) {
  record_shop();
  for (const Table& table : tables())
    expect_fits(ask(std::string("SELECT * FROM ") + table.name, "table"));
}

TEST_F(Query, AllNamedQueriesAndTables) {
  record_shop();
  for (const NamedQuery& named : named_queries()) EXPECT_FALSE(ask(named.name).empty());
  for (const Table& table : tables()) {
    EXPECT_FALSE(ask(std::string("SELECT * FROM ") + table.name).empty());
    EXPECT_NE(schema_text().find(std::string("CREATE TABLE ") + table.name), std::string::npos);
    for (const Column& column : table.columns)
      EXPECT_STRNE(column.help, "") << table.name << "." << column.name << " is not explained";
  }
}

TEST_F(Query, NothingIsWritten) {
  record_shop();
  for (const char* sql :
       {"DELETE FROM tasks", "CREATE TABLE x(y)", "ATTACH 'x' AS y", "PRAGMA user_version = 1",
        "SELECT 1; SELECT 2", "SELECT nothing", ";", " ", "-- nothing"})
    EXPECT_TRUE(ask(sql, "csv", 2).starts_with("weft: SQL: ")) << sql;
}

}  // namespace
}  // namespace weft::query::test
