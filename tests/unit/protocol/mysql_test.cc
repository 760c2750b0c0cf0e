#include <gtest/gtest.h>

#include "debugger/protocol/mysql/mysql_decoder.h"
#include "tests/unit/protocol/conversation.h"

namespace weft::protocol::test {
namespace {

std::string little_endian(uint64_t value, size_t bytes) {
  std::string out;
  for (size_t i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i));
  return out;
}
std::string packet(const std::string& payload, int sequence = 0) {
  return little_endian(payload.size(), 3) + static_cast<char>(sequence) + payload;
}

std::string greeting() {
  return packet(std::string("\x0a") + "8.0.36" + '\0' + std::string(40, '\x11'));
}
const std::string kOk = packet(std::string("\x00\x00\x00\x02\x00\x00\x00", 7), 1);
std::string eof(uint64_t status = 2) {
  return packet("\xfe" + little_endian(0, 2) + little_endian(status, 2), 5);
}
/// The end of rows where EOF packets are left out.
std::string ok_at_end(uint64_t status = 2) {
  return packet("\xfe" + std::string(2, '\0') + little_endian(status, 2) + little_endian(0, 2), 5);
}
std::string column() {
  return packet(
      "\x03"
      "def"
      "\x00"
      "\x01t",
      2);
}
std::string row(const std::string& value) {
  return packet(std::string(1, static_cast<char>(value.size())) + value, 4);
}
std::string command(int code, const std::string& rest = "") {
  return packet(static_cast<char>(code) + rest);
}

class MysqlTest : public testing::Test {
 protected:
  static constexpr uint64_t kProtocol41 = 0x200, kWithDb = 0x8, kDeprecateEof = 0x1000000,
                            kSsl = 0x800;
  void log_in(uint64_t more = 0) {
    talk.answer(greeting());
    const uint64_t capabilities = kProtocol41 | kWithDb | more;
    talk.ask(packet(little_endian(capabilities, 4) + little_endian(0, 28) + "app" + '\0' +
                        "\x02"
                        "xx" +
                        "shop" + '\0',
                    1));
    talk.answer(
        packet("\xfe"
               "caching_sha2_password",
               2));
    talk.ask(packet("proof", 3));
    talk.answer(kOk);
  }
  Conversation talk{Protocol::kMysql};
};

TEST_F(MysqlTest, LoginAndQueries) {
  log_in();
  talk.ask(command(3, "SELECT * FROM `orders` WHERE id = 7"));
  talk.answer(packet("\x01", 1) + column() + eof() + row("a") + row("b") + eof());
  talk.ask(command(3, "UPDATE orders SET state = 'x'"));
  talk.answer(packet(std::string("\x00\x03\x00\x02\x00\x00\x00", 7), 1));
  talk.ask(command(3, "INSERT INTO orders VALUES (1)"));
  talk.answer(packet(std::string("\xff\x26\x04#23000") + "Duplicate entry", 1));
  talk.ask(command(0x0e));
  talk.answer(kOk);
  talk.ask(command(1));
  EXPECT_EQ(talk.lines(),
            (Lines{"connect user=app database=shop -> OK", "SELECT ... FROM orders -> 2 rows",
                   "UPDATE orders -> OK, 3 affected",
                   "INSERT INTO orders -> ERROR 1062 23000 Duplicate entry !", "ping -> OK"}));
  EXPECT_EQ(talk[1].tables, "orders");
  EXPECT_EQ(talk[1].statement, "SELECT * FROM `orders` WHERE id = 7");
}

/// Clients of today: no EOF packets, and several results.
TEST_F(MysqlTest, WithoutEofPackets) {
  constexpr uint64_t kMore = 8;
  log_in(kDeprecateEof);
  talk.ask(command(3, "SELECT 1 FROM a"));
  talk.answer_slowly(packet("\x01", 1) + column() + row("1") + ok_at_end(kMore) +
                     packet("\x01", 1) + column() + row("2") + row("3") + ok_at_end());
  talk.ask(command(3, "SELECT 2 FROM b"));
  talk.answer(packet("\x02", 1) + column() + column() + ok_at_end());
  EXPECT_EQ(talk.lines(), (Lines{"connect user=app database=shop -> OK",
                                 "SELECT ... FROM a -> 3 rows", "SELECT ... FROM b -> 0 rows"}));
}

TEST_F(MysqlTest, PreparedStatements) {
  log_in();
  talk.ask(command(0x16, "SELECT name FROM users WHERE id = ?"));
  talk.answer(packet(std::string("\0\x07\0\0\0\x01\0\x01\0\0\0\0", 12), 1) + column() + eof() +
              column() + eof());
  talk.ask(command(0x17, little_endian(7, 4) + std::string(5, '\0')));
  talk.answer(packet("\x01", 1) + column() + eof() + packet(std::string("\0\0\x01x", 4), 3) +
              eof());
  talk.ask(command(0x19, little_endian(7, 4)));  // it is not answered
  talk.ask(command(0x17, little_endian(9, 4)));
  talk.answer(kOk);
  EXPECT_EQ(talk.lines(),
            (Lines{"connect user=app database=shop -> OK", "PREPARE SELECT ... FROM users -> OK",
                   "SELECT ... FROM users -> 1 row", "EXECUTE -> OK"}));
}

/// A server that was recorded: of a long answer only the beginning is there.
TEST_F(MysqlTest, RowsThatAreNotRecorded) {
  log_in();
  talk.ask(command(3, "SELECT * FROM orders"));
  talk.call(Side::kAnswers, packet("\x01", 1) + column() + eof() + row("a"), 5000);
  talk.ask(command(3, "SELECT * FROM items"));
  talk.answer(packet("\x01", 1) + column() + eof() + row("a") + eof());
  EXPECT_EQ(talk.lines(),
            (Lines{"connect user=app database=shop -> OK",
                   "SELECT ... FROM orders -> (not recorded)", "SELECT ... FROM items -> 1 row"}));
}

TEST_F(MysqlTest, AnEncryptedConnection) {
  talk.answer(greeting());
  talk.ask(packet(little_endian(kProtocol41 | kSsl, 4) + little_endian(0, 28), 1));
  EXPECT_TRUE(talk.given_up());
  EXPECT_EQ(talk.lines(), (Lines{"TLS -> (not understood) !"}));
}

TEST_F(MysqlTest, ALoginThatIsRefused) {
  talk.answer(greeting());
  talk.ask(packet(little_endian(kProtocol41, 4) + little_endian(0, 28) + "bob" + '\0' + '\0', 1));
  talk.answer(packet(std::string("\xff\x15\x04#28000") + "Access denied", 2));
  EXPECT_EQ(talk.lines(), (Lines{"connect user=bob -> ERROR 1045 28000 Access denied !"}));
}

TEST(MysqlDetection, ByTheGreetingOfTheServer) {
  EXPECT_EQ(detect(Side::kAnswers, greeting()), Protocol::kMysql);
  EXPECT_EQ(detect(Side::kAnswers, "220 mail.example.org ESMTP\r\n"), Protocol::kUnknown);
  EXPECT_EQ(detect(Side::kAnswers, "HTTP/1.1 200 OK\r\n"), Protocol::kHttp);
}

}  // namespace
}  // namespace weft::protocol::test
