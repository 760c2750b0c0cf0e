// Parts of the page by themselves.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "debugger/analysis/model/redaction.h"
#include "debugger/page/json_block.h"
#include "debugger/page/overview.h"
#include "debugger/page/source_lines.h"
#include "debugger/page/time_buckets.h"

namespace weft::page {
namespace {

TEST(TimeBuckets, AveragesOfIntervals) {
  TimeBuckets buckets(Ticks(100), Ticks(200), 4);  // 25 each
  buckets.add(Ticks(100), Ticks(200));
  buckets.add(Ticks(110), Ticks(120));  // inside of one
  buckets.add(Ticks(120), Ticks(180));  // ends, goes through, begins
  buckets.add(Ticks(0), Ticks(50));     // before all
  const auto values = buckets.averages();
  EXPECT_DOUBLE_EQ(values[0], 1 + 10 / 25.0 + 5 / 25.0);
  EXPECT_DOUBLE_EQ(values[1], 2);
  EXPECT_DOUBLE_EQ(values[2], 2);
  EXPECT_DOUBLE_EQ(values[3], 1 + 5 / 25.0);
}

TEST(Embedded, NothingMeansAnythingToHtml) {
  EXPECT_EQ(embedded(Json("</script>&\xe2\x80\xa8")), "\"\\u003c/script\\u003e\\u0026\\u2028\"");
  EXPECT_EQ(embedded(Json("\xff")), "\"\\ufffd\"");
  EXPECT_EQ(html_text("<a href=\"x\">&"), "&lt;a href=&quot;x&quot;&gt;&amp;");
}

TEST(Embedded, LinesStayLines) {
  EXPECT_EQ(lines_text("a\n\tb\x1b\n"), "a\n\\tb\\x1b\n");
  EXPECT_EQ(lines_text(""), "");
}

TEST(Strings, EachOnce) {
  Strings strings;
  EXPECT_EQ(strings.add(""), 0u);
  EXPECT_EQ(strings.add("a"), 1u);
  EXPECT_EQ(strings.add("b"), 2u);
  EXPECT_EQ(strings.add("a"), 1u);
  EXPECT_EQ(strings.json(), Json({"", "a", "b"}));
}

TEST(Redaction, Sql) {
  using analysis::sql_shape;
  EXPECT_EQ(sql_shape("SELECT * FROM users WHERE name = 'bob' AND age > 41"),
            "SELECT * FROM users WHERE name = ? AND age > ?");
  EXPECT_EQ(sql_shape("SELECT 'it''s', E'it\\'s' FROM t1"), "SELECT ?, E? FROM t1");
  EXPECT_EQ(sql_shape("SELECT $tag$ secret ' $tag$ || $1"), "SELECT ? || $1");
  EXPECT_EQ(sql_shape("SELECT 1 -- secret\nFROM t /* secret */"), "SELECT ? \nFROM t ");
  EXPECT_EQ(sql_shape("SELECT 'not ended"), "SELECT ?");
  EXPECT_EQ(sql_shape("SELECT x1, 0x1F, 1.5e3"), "SELECT x1, ?, ?");
  EXPECT_EQ(sql_shape("SELECT -41, a-17, 5-3"), "SELECT -?, a-?, ?-?");
  EXPECT_EQ(sql_shape("SELECT \"it's\" FROM t WHERE n='bob'"), "SELECT \"it's\" FROM t WHERE n=?");
  EXPECT_EQ(sql_shape("SELECT \"not ended"), "SELECT \"not ended");
  EXPECT_EQ(sql_shape("SELECT 1 /* a /* b */ secret */ FROM t"), "SELECT ?  FROM t");
  EXPECT_EQ(sql_shape("x LIKE'\\' OR y='secret'"), "x LIKE? OR y=?");
}

TEST(Redaction, QuestionsAndAnswers) {
  using analysis::answer_shape, analysis::question_shape;
  EXPECT_EQ(question_shape("http", "GET /cart/7?x=1"), "GET /cart/*?*");
  EXPECT_EQ(question_shape("http", "GET /k3y"), "GET /*");
  EXPECT_EQ(question_shape("http", "GET /"), "GET /");
  EXPECT_EQ(question_shape("redis", "SET session:17 <32 bytes>"), "SET *");
  EXPECT_EQ(question_shape("redis", "PING"), "PING");
  EXPECT_EQ(question_shape("postgres", "connect user=bob"), "connect *");
  EXPECT_EQ(question_shape("postgres", "SELECT ... FROM t1"), "SELECT ... FROM t1");
  EXPECT_EQ(question_shape("unknown", "k3y data"), "* *");
  EXPECT_EQ(question_shape("memcached", "get session:17"), "get *");
  EXPECT_EQ(question_shape("mysql", "SELECT ... FROM t1"), "SELECT ... FROM t1");
  EXPECT_EQ(question_shape("mysql", "SET x = \"bob\""), "SET *");
  EXPECT_EQ(answer_shape("mysql", "OK, 1 affected"), "OK, 1 affected");
  EXPECT_EQ(answer_shape("mysql", "ERROR 1062 23000 Duplicate entry 'bob'"), "ERROR *");
  EXPECT_EQ(answer_shape("http", "200 (cut)"), "200");
  EXPECT_EQ(answer_shape("postgres", "SELECT 3"), "SELECT 3");
  EXPECT_EQ(answer_shape("postgres", "ERROR 23505 duplicate \"bob\""), "ERROR *");
  EXPECT_EQ(answer_shape("redis", "OK"), "OK");
  EXPECT_EQ(answer_shape("redis", "bob"), "*");
}

class Sources : public testing::Test {
 protected:
  void SetUp() override {
    std::ofstream file(path_);
    for (int line = 1; line <= 20; ++line) file << "line " << line << "\n";
  }
  void TearDown() override { std::remove(path_.c_str()); }
  static Json of(const std::string& path, int64_t recorded_ns, bool redact = false) {
    SourceLines lines(recorded_ns, redact);
    lines.want(path, 10);
    return lines.json()[path];
  }
  const std::string path_ = testing::TempDir() + "weft_sources_" + std::to_string(getpid()) + ".cc";
};

TEST_F(Sources, LinesAroundAPlace) {
  const Json file = of(path_, INT64_MAX);
  EXPECT_EQ(file["state"], "read");
  EXPECT_EQ(file["lines"].size(), 9u);
  EXPECT_EQ(file["lines"]["10"], "line 10");
}

TEST_F(Sources, NothingThatIsNotWhatWasRecorded) {
  EXPECT_EQ(of(path_, 0)["state"], "changed");
  EXPECT_EQ(of("/nowhere/a.cc", INT64_MAX)["state"], "missing");
  EXPECT_EQ(of("/etc/hostname", INT64_MAX)["state"], "missing");  // named like no source
  EXPECT_EQ(of(path_, INT64_MAX, true)["state"], "redacted");
}

}  // namespace
}  // namespace weft::page
