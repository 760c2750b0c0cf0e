/// Exchanges, from the calls that moved their bytes.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/uio.h>

#include <cerrno>

#include "tests/unit/connections/call_script.h"

namespace weft::connections::test {
namespace {

const std::string kGet = "GET /a HTTP/1.1\r\n\r\n";
const std::string kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

TEST(Exchanges, OfAnAcceptedConnection) {
  CallScript script;
  script.listen(3);
  script.accept(3, 4, 4711);
  const trace::EventIndex asked = script.read(4, kGet);
  EXPECT_EQ(script.tracker.steps().size(), 2u);
  const trace::EventIndex answered = script.write(4, kOk);
  ASSERT_EQ(script.exchanges(), 1u);
  const Exchange exchange = script.exchange(0);
  EXPECT_EQ(exchange.what, "GET /a");
  EXPECT_EQ(exchange.outcome, "200");
  EXPECT_TRUE(exchange.incoming && exchange.finished && !exchange.failed);
  EXPECT_EQ(exchange.request_first.event, asked);
  EXPECT_EQ(exchange.answer_last.event, answered);
  const Connection& connection = script.tracker.connections()[exchange.connection];
  EXPECT_EQ(connection.peer, "127.0.0.1:4711");
  EXPECT_EQ(connection.kind, ConnectionKind::kAccepted);
  EXPECT_EQ(connection.bytes_out, kOk.size());
  EXPECT_EQ(connection.exchanges, 1u);
}

TEST(Exchanges, OfAConnectionThatTheProgramMade) {
  CallScript script;
  script.connect(5, 5432, 50000, -EINPROGRESS);
  script.write(5, "*1\r\n$4\r\nPING\r\n");
  script.read(5, "+PONG\r\n");
  ASSERT_EQ(script.exchanges(), 1u);
  EXPECT_FALSE(script.exchange(0).incoming);
  EXPECT_EQ(script.exchange(0).what, "PING");
  EXPECT_EQ(script.tracker.connections()[0].peer, "127.0.0.1:5432");
}

TEST(Exchanges, WhenItBecameReady) {
  CallScript script;
  script.call(SYS_epoll_create1, {0}, 7);
  script.accept(3, 4);
  script.watch(7, 4, 0xabcdef);
  const trace::EventIndex ready = script.epoll_wait(7, {{1, 0xabcdef}});
  script.epoll_wait(7, {{1, 0xabcdef}});
  script.read(4, kGet);
  script.write(4, kOk);
  script.read(4, kGet);
  EXPECT_EQ(script.exchange(0).ready.event, ready);
  EXPECT_EQ(script.exchange(1).ready.event, trace::EventIndex(0));
  EXPECT_FALSE(script.exchange(1).finished);
}

TEST(Exchanges, VectorsAndMessages) {
  CallScript script;
  script.accept(3, 4);
  script.call(SYS_readv, {4, 0x5000, 2}, static_cast<int64_t>(kGet.size()),
              {{kAbsolute, EffectKind::kWritten, kGet.substr(0, 5), 0x8000},
               {kAbsolute, EffectKind::kWritten, kGet.substr(5), 0x9000}});
  script.call(SYS_sendmsg, {4, 0x5000, 0}, static_cast<int64_t>(kOk.size()),
              {{kAbsolute, EffectKind::kSent, kOk.substr(0, 20), 0x8000},
               {kAbsolute, EffectKind::kSent, kOk.substr(20), 0x9000}});
  // Header, name and control data come before the bytes.
  script.call(SYS_recvmsg, {4, 0x5000, 0}, static_cast<int64_t>(kGet.size()),
              {{1, EffectKind::kWritten, std::string(56, 'h')},
               {kAbsolute, EffectKind::kWritten, std::string(16, 'n'), 0x7000},
               {kAbsolute, EffectKind::kWritten, kGet, 0x8000}});
  EXPECT_EQ(script.exchange(0).outcome, "200");
  EXPECT_EQ(script.exchange(1).what, "GET /a");
}

TEST(Exchanges, LargeReadsLieInDataEventsBeforeTheCall) {
  CallScript script;
  script.accept(3, 4);
  const std::string body(100'000, 'b');
  const std::string post =
      "POST /up HTTP/1.1\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  const uint64_t address = 0x5000;
  script.event(EventKind::kData, 0, raw(address) + post.substr(0, 65536));
  script.event(EventKind::kData, 0, raw(address + 65536) + post.substr(65536));
  script.call(SYS_read, {4, address, 1 << 20}, static_cast<int64_t>(post.size()));
  script.write(4, kOk);
  EXPECT_EQ(script.exchange(0).what, "POST /up");
  EXPECT_EQ(script.exchange(0).request_bytes, post.size());
  EXPECT_TRUE(script.exchange(0).finished);
}

TEST(Exchanges, FileThatIsSent) {
  CallScript script;
  script.accept(3, 4);
  script.read(4, kGet);
  script.write(4, "HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n");
  script.call(SYS_sendfile, {4, 9, 0, 5000}, 3000);
  EXPECT_FALSE(script.exchange(0).finished);
  script.call(SYS_sendfile, {4, 9, 0, 2000}, 2000);
  EXPECT_TRUE(script.exchange(0).finished);
}

TEST(Exchanges, PeekedBytesCountOnce) {
  CallScript script;
  script.accept(3, 4);
  script.call(SYS_recvfrom, {4, 0x5000, 100, MSG_PEEK, 0, 0}, static_cast<int64_t>(kGet.size()),
              {{1, EffectKind::kWritten, kGet}});
  script.call(SYS_recvfrom, {4, 0x5000, 100, 0, 0, 0}, static_cast<int64_t>(kGet.size()),
              {{1, EffectKind::kWritten, kGet}});
  EXPECT_EQ(script.exchanges(), 1u);
}

TEST(Exchanges, InheritedSocketSpeaksFirst) {
  CallScript script;
  script.call(SYS_recvfrom, {4, 0x5000, 100, 0, 0, 0}, static_cast<int64_t>(kGet.size()),
              {{1, EffectKind::kWritten, kGet}});
  script.call(SYS_sendto, {9, 0x5000, 100, 0, 0, 0}, static_cast<int64_t>(kGet.size()),
              {{kAbsolute, EffectKind::kSent, kGet, 0x5000}});
  EXPECT_TRUE(script.exchange(0).incoming);
  EXPECT_FALSE(script.exchange(1).incoming);
}

TEST(Exchanges, DescriptorsAreReused) {
  CallScript script;
  script.accept(3, 4);
  script.read(4, kGet);
  script.close(4);
  script.accept(3, 4);
  script.read(4, kGet);
  script.write(4, kOk);
  EXPECT_EQ(script.exchange(0).outcome, "(no answer)");
  EXPECT_TRUE(script.exchange(0).failed);
  EXPECT_EQ(script.exchange(1).connection, 1u);
  EXPECT_EQ(script.exchange(1).outcome, "200");
}

TEST(Exchanges, DuplicatesAreTheSameConnection) {
  CallScript script;
  script.accept(3, 4);
  script.call(SYS_fcntl, {4, F_DUPFD_CLOEXEC, 0}, 10);
  script.call(SYS_dup2, {4, 11}, 11);
  script.close(4);
  script.read(10, kGet);
  script.write(11, kOk);
  EXPECT_EQ(script.exchange(0).outcome, "200");
  EXPECT_EQ(script.tracker.connections()[0].closed.event, trace::EventIndex(0));
  script.call(SYS_close_range, {10, 11, 0}, 0);
  EXPECT_NE(script.tracker.connections()[0].closed.event, trace::EventIndex(0));
}

TEST(Exchanges, ExecClosesWhatItShould) {
  CallScript script;
  script.accept(3, 4);
  script.accept(3, 5);
  script.call(SYS_fcntl, {5, F_SETFD, 0}, 0);
  script.event(EventKind::kExec, 0, raw(trace::ExecRecord{0, 0}) + '\0');
  EXPECT_EQ(script.tracker.connection_of(4), std::nullopt);
  EXPECT_EQ(script.tracker.connection_of(5), 1u);
}

TEST(Exchanges, BeyondTheLimitAreCounted) {
  ConnectionTracker::Options options;
  options.max_exchanges = 2;
  ExchangeLog log(options.max_exchanges);
  for (int i = 0; i < 5; ++i)
    log.begin(0, protocol::Protocol::kUnknown, Asker::kOtherEnd, BeginsWith::kRequest);
  EXPECT_EQ(log.size(), 2u);
  EXPECT_EQ(log.left_out(), 3u);
}

TEST(Exchanges, HostileValuesDoNoHarm) {
  CallScript script;
  for (uint16_t number = 0; number < 460; ++number) {
    for (const int64_t result : {int64_t{0}, int64_t{5}, INT64_MAX, INT64_MIN, int64_t{-4}}) {
      script.call(number, {UINT64_MAX, UINT64_MAX, UINT64_MAX, 3, UINT64_MAX, 7}, result);
      script.call(number, {4, 4, 4, 4, 4, 4}, result, {{1, EffectKind::kWritten, "abc"}});
      script.call(number, {}, result);
    }
  }
  script.tracker.finish();
}

}  // namespace
}  // namespace weft::connections::test
