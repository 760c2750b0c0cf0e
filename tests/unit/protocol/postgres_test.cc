/// The decoder of PostgreSQL's protocol: what it makes of conversations, whole, in pieces and with gaps.
#include <gtest/gtest.h>

#include "tests/unit/protocol/conversation.h"

namespace weft::protocol::test {
namespace {

std::string number(uint32_t value) {
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift & 0xff);
  return out;
}
std::string text(std::string_view value) {
  return std::string(value) + '\0';
}
std::string message(char type, const std::string& content) {
  return type + number(static_cast<uint32_t>(content.size() + 4)) + content;
}
std::string untyped(uint32_t code, const std::string& content = "") {
  return number(static_cast<uint32_t>(content.size() + 8)) + number(code) + content;
}
std::string query(std::string_view sql) {
  return message('Q', text(sql));
}
std::string done(std::string_view tag) {
  return message('C', text(tag));
}
std::string error(std::string_view severity, std::string_view code, std::string_view words) {
  return message('E', "S" + text("FEHLER") + "V" + text(severity) + "C" + text(code) + "M" +
                          text(words) + '\0');
}
const std::string kReady = message('Z', "I");
const std::string kSync = message('S', "");
std::string parse(std::string_view name, std::string_view sql) {
  return message('P', text(name) + text(sql) + std::string(2, '\0'));
}
std::string bind(std::string_view portal, std::string_view name) {
  return message('B', text(portal) + text(name) + std::string(6, '\0'));
}
std::string execute(std::string_view portal) {
  return message('E', text(portal) + number(0));
}

class PostgresTest : public testing::Test {
 protected:
  PostgresTest() {
    talk.ask(untyped(80877103));
    talk.answer("N");
    talk.ask(untyped(0x30000, text("user") + text("app") + text("database") + text("shop") + '\0'));
    talk.answer(message('R', number(0)) + message('S', text("x") + text("y")) + kReady);
  }
  Lines lines() const {
    Lines all = talk.lines();
    return {all.begin() + 2, all.end()};
  }
  Conversation talk{Protocol::kPostgres};
};

TEST_F(PostgresTest, Startup) {
  EXPECT_EQ(talk.lines(),
            (Lines{"SSLRequest -> refused", "connect user=app database=shop -> connected"}));
}

TEST_F(PostgresTest, SimpleQuery) {
  talk.ask(query("SELECT id, name FROM orders o JOIN items i ON o.id = i.o WHERE x = 'FROM y'"));
  talk.answer(message('T', "") + message('D', "abc") + done("SELECT 3") + kReady);
  EXPECT_EQ(lines(), (Lines{"SELECT ... FROM orders, items -> SELECT 3"}));
  EXPECT_EQ(talk[2].tables, "orders, items");
  EXPECT_EQ(talk[2].statement.substr(0, 14), "SELECT id, nam");
}

TEST_F(PostgresTest, ErrorWithItsState) {
  talk.ask(query("UPDATE orders SET x = 1"));
  talk.answer(error("ERROR", "40001", "could not serialize access") + kReady);
  EXPECT_EQ(lines(), (Lines{"UPDATE orders -> ERROR 40001 could not serialize access !"}));
}

TEST_F(PostgresTest, RefusedConnection) {
  Conversation other(Protocol::kPostgres);
  other.ask(untyped(0x30000, text("user") + text("x") + '\0'));
  other.answer(error("FATAL", "28000", "no such role"));
  EXPECT_EQ(other.lines(), (Lines{"connect user=x -> FATAL 28000 no such role !"}));
}

TEST_F(PostgresTest, PreparedStatement) {
  talk.ask(parse("s1", "INSERT INTO shop.orders (a) VALUES ($1)") + kSync);
  talk.answer(message('1', "") + kReady);
  talk.ask(bind("", "s1") + execute("") + kSync);
  talk.answer(message('2', "") + done("INSERT 0 1") + kReady);
  talk.ask(bind("", "s9") + execute("") + kSync);
  talk.answer(error("ERROR", "26000", "no such statement") + kReady);
  EXPECT_EQ(lines(),
            (Lines{"PREPARE INSERT INTO shop.orders -> OK", "INSERT INTO shop.orders -> INSERT 0 1",
                   "EXECUTE s9 -> ERROR 26000 no such statement !"}));
  EXPECT_EQ(talk[3].statement, "INSERT INTO shop.orders (a) VALUES ($1)");
}

TEST_F(PostgresTest, Pipeline) {
  const std::string select = parse("", "SELECT 1") + bind("", "") + execute("");
  talk.ask(select + kSync + select + select + kSync);
  talk.answer(done("SELECT 1") + kReady + done("SELECT 1"));
  talk.answer(done("SELECT 1") + kReady);
  EXPECT_EQ(lines(), (Lines{"SELECT 1 -> SELECT 1", "SELECT 1 (+1 more) -> SELECT 1"}));
  EXPECT_EQ(talk[3].answer_last - talk[3].answer_first, 1);
}

TEST_F(PostgresTest, ByteByByte) {
  talk.ask_slowly(query("BEGIN"));
  talk.answer_slowly(done("BEGIN") + message('Z', "T"));
  EXPECT_EQ(lines(), (Lines{"BEGIN -> BEGIN"}));
}

TEST_F(PostgresTest, CopyIn) {
  talk.ask(query("COPY log FROM STDIN"));
  talk.answer(message('G', std::string(3, '\0')));
  talk.ask(message('d', "line\n") + message('c', ""));
  talk.answer(done("COPY 1") + kReady);
  EXPECT_EQ(lines(), (Lines{"COPY log FROM STDIN -> COPY 1"}));
  EXPECT_EQ(talk[2].tables, "log");
}

TEST_F(PostgresTest, LongQueryThatWasNotRecorded) {
  const std::string long_query = query("SELECT " + std::string(900, 'x') + " FROM orders");
  talk.call(Side::kRequests, long_query.substr(0, 512), long_query.size() - 512);
  talk.answer(done("SELECT 0") + kReady);
  talk.ask(query("COMMIT"));
  talk.answer(done("COMMIT") + kReady);
  EXPECT_EQ(lines()[0].substr(0, 10), "SELECT xxx");
  EXPECT_EQ(lines()[1], "COMMIT -> COMMIT");
}

TEST_F(PostgresTest, LostAnswersAreFoundAgain) {
  talk.ask(query("SELECT a FROM b"));
  talk.call(Side::kAnswers, message('D', "abc").substr(0, 6), 4000);
  talk.ask(query("COMMIT"));
  talk.answer(done("COMMIT") + kReady);
  EXPECT_EQ(lines(), (Lines{"SELECT ... FROM b -> (not recorded)", "COMMIT -> COMMIT"}));
}

TEST_F(PostgresTest, Notification) {
  talk.answer(message('A', number(7) + text("jobs") + text("payload")));
  EXPECT_EQ(lines(), (Lines{"push NOTIFY jobs -> "}));
}

TEST_F(PostgresTest, AnswerBeforeTheRequestHasEnded) {
  talk.ask(parse("", "SELECT 1"));
  talk.answer(kReady + kReady);
  talk.ask(kSync + query("SELECT 2"));
  talk.answer(kReady + done("SELECT 1") + kReady);
  EXPECT_FALSE(talk.given_up());
}

TEST_F(PostgresTest, EncryptionEndsIt) {
  Conversation other(Protocol::kPostgres);
  other.ask(untyped(80877103));
  other.answer("S");
  EXPECT_TRUE(other.given_up());
  EXPECT_EQ(other.lines(), (Lines{"SSLRequest -> accepted"}));
}

TEST_F(PostgresTest, NonsenseIsGivenUp) {
  talk.ask(std::string("Q\xff\xff\xff\xff", 5));
  EXPECT_TRUE(talk.given_up());
}

}  // namespace
}  // namespace weft::protocol::test
