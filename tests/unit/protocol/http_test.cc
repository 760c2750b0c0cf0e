/// The decoder of HTTP/1, detection, and the decoder of what nobody knows.
#include <gtest/gtest.h>

#include "tests/unit/protocol/conversation.h"

namespace weft::protocol::test {
namespace {

class HttpTest : public testing::Test {
 protected:
  Conversation talk{Protocol::kHttp};
};

TEST_F(HttpTest, KeepAlive) {
  talk.ask("GET /orders/7 HTTP/1.1\r\nHost: x\r\n\r\n");
  talk.answer("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
  talk.ask("POST /orders HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc");
  talk.answer("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(talk.lines(), (Lines{"GET /orders/7 -> 200", "POST /orders -> 503 !"}));
  EXPECT_EQ(talk[0].request_bytes, 35u);
  EXPECT_EQ(talk[0].answer_bytes, 43u);
  EXPECT_EQ(talk[1].first, 3);
  EXPECT_EQ(talk[1].answer_last, 4);
}

TEST_F(HttpTest, ByteByByte) {
  talk.ask_slowly("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
  talk.answer_slowly(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1a;x=y\r\n"
      "abcdefghijklmnopqrstuvwxyz\r\n0\r\nTrailer: x\r\n\r\n");
  talk.ask_slowly("GET /b HTTP/1.1\r\n\r\n");
  EXPECT_EQ(talk.lines(), (Lines{"POST / -> 200", "GET /b"}));
  EXPECT_EQ(talk[0].first, 1);
  EXPECT_EQ(talk[0].request_last, 60);
}

TEST_F(HttpTest, PipelinedRequestsAreAnsweredInOrder) {
  talk.ask("GET /1 HTTP/1.1\r\n\r\nGET /2 HTTP/1.1\r\n\r\nHEAD /3 HTTP/1.1\r\n\r\n");
  talk.answer(
      "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\naHTTP/1.1 404 Not Found\r\n"
      "Content-Length: 1\r\n\r\nb");
  talk.answer("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n");
  EXPECT_EQ(talk.lines(), (Lines{"GET /1 -> 200", "GET /2 -> 404", "HEAD /3 -> 200"}));
  EXPECT_EQ(talk[2].answer_first, 3);
}

TEST_F(HttpTest, InterimResponseIsNotTheAnswer) {
  talk.ask("PUT /x HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  talk.answer("HTTP/1.1 100 Continue\r\n\r\n");
  talk.ask("ab");
  talk.answer("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(talk.lines(), (Lines{"PUT /x -> 201"}));
  EXPECT_EQ(talk[0].answer_first, 4);
}

TEST_F(HttpTest, ResponseUntilTheConnectionCloses) {
  talk.ask("GET / HTTP/1.0\r\n\r\n");
  talk.answer("HTTP/1.0 200 OK\r\n\r\nsome");
  talk.answer("thing");
  EXPECT_EQ(talk.lines(), (Lines{"GET /"}));
  talk.close();
  EXPECT_EQ(talk.lines(), (Lines{"GET / -> 200"}));
  EXPECT_EQ(talk[0].answer_last, 3);
}

TEST_F(HttpTest, ClosedBeforeTheEnd) {
  talk.ask("GET /1 HTTP/1.1\r\n\r\nGET /2 HTTP/1.1\r\n\r\n");
  talk.answer("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nsome");
  talk.close();
  EXPECT_EQ(talk.lines(), (Lines{"GET /1 -> 200 (cut) !", "GET /2 -> (no answer) !"}));
}

TEST_F(HttpTest, BodyThatWasNotRecorded) {
  talk.ask("GET /big HTTP/1.1\r\n\r\n");
  talk.call(Side::kAnswers, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nabc", 497);
  talk.call(Side::kAnswers, "", 500);
  EXPECT_EQ(talk.lines(), (Lines{"GET /big -> 200"}));
  talk.ask("GET /chunks HTTP/1.1\r\n\r\n");
  talk.call(Side::kAnswers, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3e8\r\nabc",
            1000 - 3 + 7);
  EXPECT_EQ(talk.lines()[1], "GET /chunks -> 200");
}

TEST_F(HttpTest, ResponseHeadThatWasNotRecorded) {
  talk.ask("GET /1 HTTP/1.1\r\n\r\n");
  talk.call(Side::kAnswers, "HTTP/1.1 200 OK\r\nX-Long: aaaaaaaa", 3000);
  talk.answer("and more");
  talk.ask("GET /2 HTTP/1.1\r\n\r\n");
  talk.answer("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(talk.lines(), (Lines{"GET /1 -> 200", "GET /2 -> 404"}));
  EXPECT_EQ(talk[0].answer_last, 3);
}

TEST_F(HttpTest, RequestHeadThatWasNotRecorded) {
  talk.call(Side::kRequests, "GET /long HTTP/1.1\r\nHost: x\r\nCookie: aaaa", 3000);
  talk.answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  talk.ask("GET /2 HTTP/1.1\r\n\r\n");
  talk.answer("HTTP/1.1 204 No Content\r\n\r\n");
  EXPECT_EQ(talk.lines(), (Lines{"GET /long -> 200", "GET /2 -> 204"}));
}

TEST_F(HttpTest, LostBatchIsAnsweredWhenTheNextOneComes) {
  talk.ask("GET /1 HTTP/1.1\r\n\r\nGET /2 HTTP/1.1\r\n\r\n");
  talk.call(Side::kAnswers, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", 60);
  talk.ask("GET /3 HTTP/1.1\r\n\r\n");
  talk.answer("HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(talk.lines(), (Lines{"GET /1 -> 200", "GET /2 -> (not recorded)", "GET /3 -> 500 !"}));
}

TEST_F(HttpTest, UpgradeEndsIt) {
  talk.ask("GET /ws HTTP/1.1\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n");
  talk.answer("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n\x81\x01x");
  EXPECT_EQ(talk.lines(), (Lines{"GET /ws -> 101"}));
  EXPECT_TRUE(talk.given_up());
}

TEST_F(HttpTest, TraceParentIsTakenOver) {
  const std::string parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  talk.ask("GET / HTTP/1.1\r\nTraceParent: " + parent + "\r\n\r\n");
  EXPECT_EQ(talk[0].traceparent, parent);
}

TEST_F(HttpTest, NonsenseIsGivenUp) {
  talk.ask("GET / HTTP/1.1\r\n\r\n");
  talk.answer("\x01\x02\x03\r\n\r\n");
  EXPECT_TRUE(talk.given_up());
  EXPECT_EQ(talk.lines(), (Lines{"GET / -> (not understood) !"}));
}

TEST_F(HttpTest, LongTargetIsCut) {
  talk.ask("GET /" + std::string(5000, 'x') + " HTTP/1.1\r\n\r\n");
  EXPECT_LE(talk[0].what.size(), kMaxWhat);
}

TEST(Detect, KnowsProtocolsByTheirFirstBytes) {
  EXPECT_EQ(detect(Side::kRequests, "GET / HTTP/1.1\r\n"), Protocol::kHttp);
  EXPECT_EQ(detect(Side::kRequests, "OPTIONS * HTTP/1.0\r\n"), Protocol::kHttp);
  EXPECT_EQ(detect(Side::kRequests, "*1\r\n$4\r\nPING\r\n"), Protocol::kRedis);
  EXPECT_EQ(detect(Side::kRequests, "PING\r\n"), Protocol::kRedis);
  EXPECT_EQ(detect(Side::kRequests, "GET key\r\n"), Protocol::kRedis);
  EXPECT_EQ(detect(Side::kRequests, std::string_view("\0\0\0\x08\x04\xd2\x16\x2f", 8)),
            Protocol::kPostgres);
  EXPECT_EQ(detect(Side::kRequests, "\x16\x03\x01\x02\x05\x01"), Protocol::kTls);
  EXPECT_EQ(detect(Side::kRequests, "EHLO me\r\n"), Protocol::kUnknown);
  EXPECT_EQ(detect(Side::kRequests, ""), Protocol::kUnknown);
  EXPECT_EQ(detect(Side::kAnswers, "HTTP/1.1 200 OK\r\n"), Protocol::kHttp);
}

TEST(Unknown, BytesInThenBytesOut) {
  Conversation talk(Protocol::kUnknown);
  talk.ask("abc");
  talk.ask("d");
  talk.answer("xy");
  talk.call(Side::kAnswers, "z", 7);
  talk.ask("e");
  talk.answer("f");
  talk.end_of_trace();
  EXPECT_EQ(talk.lines(), (Lines{"<4 bytes> -> <10 bytes>", "<1 byte> -> <1 byte>"}));
  EXPECT_EQ(talk[0].answer_last, 4);
}

}  // namespace
}  // namespace weft::protocol::test
