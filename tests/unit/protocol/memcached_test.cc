#include <gtest/gtest.h>

#include "debugger/protocol/memcached/memcached_decoder.h"
#include "tests/unit/protocol/conversation.h"

namespace weft::protocol::test {
namespace {

class MemcachedTest : public testing::Test {
 protected:
  Conversation talk{Protocol::kMemcached};
};

TEST_F(MemcachedTest, CommandsAndAnswers) {
  talk.ask("set key:1 0 60 3\r\nabc\r\n");
  talk.answer("STORED\r\n");
  talk.ask("get key:1 key:2\r\n");
  talk.answer("VALUE key:1 0 3\r\nabc\r\nEND\r\n");
  talk.ask("get none\r\n");
  talk.answer("END\r\n");
  talk.ask("incr counter 2\r\n");
  talk.answer("17\r\n");
  talk.ask("stats\r\n");
  talk.answer("STAT pid 7\r\nSTAT uptime 8\r\nEND\r\n");
  talk.ask("cas key:1 0 60 1 9\r\nx\r\n");
  talk.answer("SERVER_ERROR out of memory\r\n");
  EXPECT_EQ(talk.lines(), (Lines{"set key:1 <3 bytes> -> STORED", "get key:1 key:2 -> 1 value",
                                 "get none -> miss", "incr counter 2 -> 17", "stats -> 2 lines",
                                 "cas key:1 <1 byte> -> SERVER_ERROR out of memory !"}));
}

TEST_F(MemcachedTest, MetaCommands) {
  talk.ask("ms key:1 3 T60\r\nabc\r\nmg key:1 v\r\nmg none v\r\nmn\r\n");
  talk.answer("HD\r\nVA 3\r\nabc\r\nEN\r\nMN\r\n");
  EXPECT_EQ(talk.lines(), (Lines{"ms key:1 <3 bytes> -> HD", "mg key:1 v -> <3 bytes>",
                                 "mg none v -> EN", "mn -> MN"}));
}

/// What is stored may look like a command.
TEST_F(MemcachedTest, ByteByByte) {
  talk.ask_slowly("set a 0 0 7\r\nget b\r\n\r\nget a\r\n");
  talk.answer_slowly("STORED\r\nVALUE a 0 8\r\nEND\r\nx\r\n\r\nEND\r\n");
  EXPECT_EQ(talk.lines(), (Lines{"set a <7 bytes> -> STORED", "get a -> 1 value"}));
}

TEST_F(MemcachedTest, WithoutAReply) {
  talk.ask("delete a noreply\r\n");
  talk.ask("get a\r\nset b 0 0 1 noreply\r\nx\r\nget b\r\n");
  talk.answer("END\r\n");
  talk.answer("VALUE b 0 1\r\nx\r\nEND\r\n");
  EXPECT_EQ(talk.lines(), (Lines{"delete a noreply -> (no reply)", "get a -> miss",
                                 "set b <1 byte> -> (no reply)", "get b -> 1 value"}));
}

/// Of what a call sent, only the first 512 bytes are there.
TEST_F(MemcachedTest, ValuesThatAreNotRecorded) {
  talk.call(Side::kRequests, "set a 0 0 1000\r\nabc", 999);
  talk.answer("STORED\r\n");
  talk.ask("mg a v\r\n");
  talk.call(Side::kAnswers, "VA 1000\r\nabc", 999);
  talk.ask("get a\r\n");
  talk.call(Side::kAnswers, "VALUE a 0 1000\r\nabc", 1004);
  talk.ask("get b\r\n");
  talk.answer("END\r\n");
  EXPECT_EQ(talk.lines(), (Lines{"set a <1000 bytes> -> STORED", "mg a v -> <1000 bytes>",
                                 "get a -> (not recorded)", "get b -> miss"}));
}

TEST_F(MemcachedTest, NonsenseIsGivenUp) {
  talk.ask("get a\r\n");
  talk.answer("VALUE a 0 x\r\n");
  EXPECT_TRUE(talk.given_up());
  EXPECT_EQ(talk.lines(), (Lines{"get a -> (not understood) !"}));
}

/// Quiet commands are answered only if they have something to say: which of them, is not known.
TEST_F(MemcachedTest, QuietCommandsAreNotUnderstood) {
  talk.ask("mg a v q\r\nmn\r\n");
  EXPECT_TRUE(talk.given_up());
}

TEST(MemcachedDetection, TellsItFromRedis) {
  for (const char* text : {"get key\r\n", "set a 0 -1 3\r\nabc\r\n", "mg a v\r\n", "version\r\n"})
    EXPECT_EQ(detect(Side::kRequests, text), Protocol::kMemcached) << text;
  for (const char* text : {"GET key\r\n", "set k value\r\n", "PING\r\n", "*1\r\n$4\r\nPING\r\n"})
    EXPECT_EQ(detect(Side::kRequests, text), Protocol::kRedis) << text;
}

}  // namespace
}  // namespace weft::protocol::test
