#include <gtest/gtest.h>

#include "tests/unit/protocol/conversation.h"

namespace weft::protocol::test {
namespace {

/// A command as clients send it.
std::string resp(const std::vector<std::string>& words) {
  std::string out = "*" + std::to_string(words.size()) + "\r\n";
  for (const std::string& word : words)
    out += "$" + std::to_string(word.size()) + "\r\n" + word + "\r\n";
  return out;
}

class RedisTest : public testing::Test {
 protected:
  Conversation talk{Protocol::kRedis};
};

TEST_F(RedisTest, CommandsAndReplies) {
  talk.ask(resp({"set", "key:1", "abc"}));
  talk.answer("+OK\r\n");
  talk.ask(resp({"GET", "key:1"}));
  talk.answer("$3\r\nabc\r\n");
  talk.ask(resp({"GET", "none"}));
  talk.answer("$-1\r\n");
  talk.ask(resp({"LRANGE", "list", "0", "-1"}));
  talk.answer("*3\r\n$1\r\na\r\n:7\r\n*1\r\n+x\r\n");
  talk.ask(resp({"INCR", "key:1"}));
  talk.answer("-ERR value is not an integer\r\n");
  EXPECT_EQ(talk.lines(), (Lines{"SET key:1 <3 bytes> -> OK", "GET key:1 -> <3 bytes>",
                                 "GET none -> nil", "LRANGE list 0 -1 -> 3 elements",
                                 "INCR key:1 -> ERR value is not an integer !"}));
}

TEST_F(RedisTest, ByteByByte) {
  talk.ask_slowly(resp({"MSET", "a", "1", "b", "22"}));
  talk.answer_slowly("*2\r\n$3\r\nabc\r\n$-1\r\n");
  EXPECT_EQ(talk.lines(), (Lines{"MSET a <1 byte> b <2 bytes> -> 2 elements"}));
  EXPECT_EQ(talk[0].first, 1);
  EXPECT_EQ(talk[0].request_last, static_cast<int>(talk[0].request_bytes));
}

TEST_F(RedisTest, Pipelined) {
  talk.ask(resp({"SET", "a", "1"}) + resp({"GET", "a"}) + resp({"PING"}).substr(0, 6));
  talk.ask(resp({"PING"}).substr(6));
  talk.answer("+OK\r\n$1\r\n1\r\n+PO");
  talk.answer("NG\r\n");
  EXPECT_EQ(talk.lines(), (Lines{"SET a <1 byte> -> OK", "GET a -> <1 byte>", "PING -> PONG"}));
  EXPECT_EQ(talk[2].first, 1);
  EXPECT_EQ(talk[2].request_last, 2);
  EXPECT_EQ(talk[2].answer_first, 3);
  EXPECT_EQ(talk[2].answer_last, 4);
}

TEST_F(RedisTest, InlineCommands) {
  talk.ask("PING\r\nset k  value\r\n");
  talk.answer("+PONG\r\n+OK\r\n");
  EXPECT_EQ(talk.lines(), (Lines{"PING -> PONG", "SET k <5 bytes> -> OK"}));
}

TEST_F(RedisTest, Transaction) {
  talk.ask(resp({"MULTI"}) + resp({"INCR", "a"}) + resp({"EXEC"}));
  talk.answer("+OK\r\n+QUEUED\r\n*1\r\n-ERR no\r\n");
  EXPECT_EQ(talk.lines(),
            (Lines{"MULTI -> OK", "INCR a -> QUEUED", "EXEC -> 1 elements, 1 error !"}));
}

TEST_F(RedisTest, Resp3) {
  talk.ask(resp({"HELLO", "3"}) + resp({"X"}) + resp({"Y"}) + resp({"Z"}));
  talk.answer("%1\r\n+server\r\n+redis\r\n_\r\n#t\r\n|1\r\n+ttl\r\n:5\r\n,1.5\r\n");
  EXPECT_EQ(talk.lines(), (Lines{"HELLO 3 -> 1 pairs", "X -> nil", "Y -> true", "Z -> 1.5"}));
}

TEST_F(RedisTest, MessagesOfASubscription) {
  const std::string confirm = "*3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n";
  talk.ask(resp({"SUBSCRIBE", "a", "b"}));
  talk.answer(confirm + confirm);
  talk.answer("*3\r\n$7\r\nmessage\r\n$1\r\na\r\n$5\r\nhello\r\n");
  talk.ask(resp({"PING"}));
  talk.answer("*2\r\n$4\r\npong\r\n$0\r\n\r\n");
  EXPECT_EQ(talk.lines(), (Lines{"SUBSCRIBE a b -> 3 elements", "push message a -> 3 elements",
                                 "PING -> 2 elements"}));
}

TEST_F(RedisTest, PushesOfResp3) {
  talk.ask(resp({"GET", "a"}));
  talk.answer(">2\r\n$10\r\ninvalidate\r\n*1\r\n$1\r\na\r\n$1\r\nx\r\n");
  EXPECT_EQ(talk.lines(), (Lines{"GET a -> <1 byte>", "push invalidate  -> 2 elements"}));
}

TEST_F(RedisTest, RepliesSwitchedOff) {
  talk.ask(resp({"CLIENT", "REPLY", "OFF"}) + resp({"SET", "a", "1"}));
  talk.ask(resp({"CLIENT", "REPLY", "ON"}));
  talk.answer("+OK\r\n");
  EXPECT_EQ(talk.lines(), (Lines{"CLIENT REPLY OFF -> (no answer)", "SET a <1 byte> -> (no answer)",
                                 "CLIENT REPLY ON -> OK"}));
}

TEST_F(RedisTest, LongValueThatWasNotRecorded) {
  const std::string set = resp({"SET", "k", std::string(1000, 'x')});
  talk.call(Side::kRequests, set.substr(0, 512), set.size() - 512);
  talk.answer("+OK\r\n");
  talk.ask(resp({"GET", "k"}));
  talk.call(Side::kAnswers, "$1000\r\nxxx", 999);
  talk.ask(resp({"PING"}));
  talk.answer("+PONG\r\n");
  EXPECT_EQ(talk.lines(),
            (Lines{"SET k <1000 bytes> -> OK", "GET k -> <1000 bytes>", "PING -> PONG"}));
}

TEST_F(RedisTest, LostRepliesAreFoundAgain) {
  talk.ask(resp({"LRANGE", "l", "0", "9"}) + resp({"GET", "a"}));
  talk.call(Side::kAnswers, "*2\r\n$3\r\nabc\r\n", 40);
  talk.ask(resp({"PING"}));
  talk.answer("+PONG\r\n");
  EXPECT_EQ(talk.lines(),
            (Lines{"LRANGE l 0 9 -> 2 elements", "GET a -> (not recorded)", "PING -> PONG"}));
  EXPECT_EQ(talk[0].answer_last, 2);
}

TEST_F(RedisTest, PartialCallIsContinuedInTheMiddle) {
  talk.ask(resp({"LRANGE", "l", "0", "9"}));
  talk.call(Side::kAnswers, "*2\r\n$3\r\nabc\r\n", 40, true);
  talk.ask(resp({"PING"}));
  talk.answer("$3\r\nabc\r\n+PONG\r\n");
  EXPECT_EQ(talk.lines()[0], "LRANGE l 0 9");
  talk.ask(resp({"GET", "a"}));
  talk.answer("$-1\r\n");
  EXPECT_EQ(talk.lines(),
            (Lines{"LRANGE l 0 9 -> 2 elements", "PING -> (not recorded)", "GET a -> nil"}));
}

TEST_F(RedisTest, NonsenseIsGivenUp) {
  talk.ask("*2\r\n:1\r\n");
  EXPECT_TRUE(talk.given_up());
  Conversation deep(Protocol::kRedis);
  deep.ask(resp({"X"}));
  for (int i = 0; i < 100; ++i) deep.answer("*1\r\n");
  EXPECT_TRUE(deep.given_up());
}

TEST_F(RedisTest, PasswordsAreNotShown) {
  talk.ask(resp({"AUTH", "user", "secret"}));
  EXPECT_EQ(talk[0].what, "AUTH <4 bytes> <6 bytes>");
}

}  // namespace
}  // namespace weft::protocol::test
