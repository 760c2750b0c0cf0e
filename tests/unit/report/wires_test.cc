// Detectors of `weft why` that look at connections: of what they tell, and the twin without the
// fault.
#include <cerrno>

#include "debugger/report/why/finding.h"
#include "tests/unit/report/report_fixture.h"

namespace weft::report::test {
namespace {

class Wires : public ReportTest {
 protected:
  static constexpr uint64_t kFd = 7;

  std::vector<Finding> find(Detector detector) {
    const analysis::Analysis analysis = analyse();
    const RequestGroups groups(analysis.model());
    std::vector<Finding> found;
    detector({analysis, groups, {}}, found);
    return found;
  }
  static void expect_has(const std::string& text, const std::string& part) {
    EXPECT_NE(text.find(part), std::string::npos) << text;
  }

  void connect(uint64_t fd = kFd) {
    call(SYS_socket, {2, 1, 0}, static_cast<int64_t>(fd));
    call(SYS_connect, {fd, 0x7000, 16}, 0);
  }
  void send(const std::string& bytes, uint64_t fd = kFd) {
    call(SYS_sendto, {fd, 0x6000, bytes.size(), 0, 0, 0}, static_cast<int64_t>(bytes.size()), 0,
         {{trace::kAbsolute, trace::EffectKind::kSent, bytes, 0x6000}});
  }
  void receive(const std::string& bytes, uint64_t fd = kFd) {
    call(SYS_recvfrom, {fd, 0x5000, 512, 0, 0, 0}, static_cast<int64_t>(bytes.size()), 0,
         {{1, trace::EffectKind::kWritten, bytes}});
  }
  static std::string get(int key) {
    return "*2\r\n$3\r\nGET\r\n$2\r\n" + std::to_string(10 + key) + "\r\n";
  }
};

TEST_F(Wires, AnAnswerThatNobodyRead) {
  for (const bool lost : {false, true}) {
    const uint64_t fd = lost ? 8 : kFd;
    connect(fd);
    for (int i = 0; i < 4; ++i) {
      send(get(i), fd);
      receive("+OK\r\n", fd);
    }
    if (lost) send(get(4), fd);  // given up
    for (int i = 5; i < 9; ++i) {
      send(get(i), fd);
      receive("+OK\r\n", fd);
    }
    const auto found = find(find_off_by_one);
    if (!lost) {
      EXPECT_TRUE(found.empty());
      continue;
    }
    ASSERT_EQ(found.size(), 1u);
    expect_has(found[0].what, "without having read the answer to GET 14");
    expect_has(found[0].evidence,
               "5 questions, each after the answer to the one before; from then "
               "on 4 of 4 were sent while an answer was due");
  }
}

/// Who sends before the answers are there does so from the start.
TEST_F(Wires, AnswersThatAreReadLaterOnPurpose) {
  connect();
  send(get(0));
  for (int i = 1; i < 9; ++i) {
    send(get(i));
    receive("+OK\r\n");
  }
  EXPECT_TRUE(find(find_off_by_one).empty());
}

TEST_F(Wires, AConnectionThatThePeerHadClosed) {
  connect();
  for (int i = 0; i < 8; ++i) {
    at(i * 5.0);
    send(get(i));
    receive("+OK\r\n");
  }
  EXPECT_TRUE(find(find_stale_connections).empty());
  at(90);
  send(get(8));
  call(SYS_recvfrom, {kFd, 0x5000, 512, 0, 0, 0}, 0);
  call(SYS_close, {kFd}, 0);
  const auto found = find(find_stale_connections);
  ASSERT_EQ(found.size(), 1u);
  expect_has(found[0].what, "on a connection that the peer was done with: no answer to GET 18");
  expect_has(found[0].evidence, "after 55.0 ms without use; the end of the connection was read");
  expect_has(found[0].evidence, "those that were answered came after pauses of at most 5.0 ms");
}

TEST_F(Wires, WriteWriteReadWithNagle) {
  constexpr uint64_t kTcp = 6, kNoDelay = 1;
  for (const bool no_delay : {true, false}) {
    const uint64_t fd = no_delay ? 8 : kFd;
    connect(fd);
    if (no_delay) call(SYS_setsockopt, {fd, kTcp, kNoDelay, 0x5000, 4}, 0);
    for (int i = 0; i < 4; ++i) {
      at((no_delay ? 0 : 1000) + i * 100.0);
      send("head", fd);
      send("body", fd);
      at((no_delay ? 0 : 1000) + i * 100.0 + 41);
      receive("done", fd);
    }
    const auto found = find(find_nagle);
    if (no_delay) {
      EXPECT_TRUE(found.empty());
      continue;
    }
    ASSERT_EQ(found.size(), 1u);
    expect_has(found[0].what, "4 of 4 questions to ");
    expect_has(found[0].evidence, "TCP_NODELAY was not set");
  }
}

class Questions : public Wires {
 protected:
  void serve(int number, const std::vector<std::string>& questions) {
    at(number * 10.0);
    const uint64_t session = create("session");
    resume(session);
    const uint64_t request = begin_request("GET /a", session);
    for (const std::string& question : questions) {
      send(question);
      receive("+OK\r\n");
    }
    end_request(request, session);
    end(session);
  }
};

/// The handlers of callbacks look alike: what was asked tells.
TEST_F(Questions, InAnotherOrderAndLeftOut) {
  const std::string lower = "*2\r\n$4\r\nDECR\r\n$5\r\nstock\r\n",
                    push = "*3\r\n$5\r\nLPUSH\r\n$4\r\nsold\r\n$1\r\nx\r\n";
  connect();
  int i = 0;
  for (; i < 40; ++i) serve(i, {get(i), lower, push});
  EXPECT_TRUE(find(find_odd_orders).empty());
  serve(i++, {get(i), push, lower});
  serve(i++, {get(i), push});
  const auto found = find(find_odd_orders);
  ASSERT_EQ(found.size(), 2u);
  expect_has(found[0].what, "1 of 42 requests does things in another order than the others");
  expect_has(found[0].evidence, "; 40 others: GET ..., DECR stock, LPUSH sold");
  expect_has(found[1].what, "1 of 42 requests leaves something out that the others asked");
}

class Operations : public Wires {
 protected:
  static constexpr uint64_t kSocket = 0x200;
  uint64_t write_part(uint64_t owner, uint32_t line) {
    return start_operation("socket.async_send", owner, kSocket, 9, place("write", line));
  }
};

TEST_F(Operations, TwoWritesAtOnce) {
  for (const bool at_once : {false, true}) {
    const uint64_t first = write_part(0, 8);
    complete(first, 0, 100);
    resume(first);
    const uint64_t first_goes_on = write_part(first, 8);
    end(first);
    uint64_t other = 0;
    if (at_once) {
      other = write_part(0, 9);
      complete(other, 0, 100);
    }
    complete(first_goes_on, 0, 100);
    if (!at_once) complete(write_part(0, 9), 0, 100);
    const auto found = find(find_overlapping_writes);
    if (!at_once) {
      EXPECT_TRUE(found.empty());
      continue;
    }
    ASSERT_EQ(found.size(), 1u);
    expect_has(found[0].what, "two writes at once on fd 9: ");
    expect_has(found[0].what, "(app.cc:8) and ");
  }
}

TEST_F(Operations, ACancelThatCameTooLate) {
  constexpr uint64_t kTimer = 0x300;
  for (const int32_t error : {int32_t{ECANCELED}, 0}) {
    const uint64_t wait =
        start_operation("deadline_timer.async_wait", 0, kTimer, -1, place("close", 5));
    hook(trace::HookKind::kOperationCancel, {kTimer, 0}, {"cancel"});
    complete(wait, error);
    resume(wait);
    end(wait);
    const auto found = find(find_late_cancels);
    if (error != 0) {
      EXPECT_TRUE(found.empty());
      continue;
    }
    ASSERT_EQ(found.size(), 1u);
    expect_has(found[0].what, "1 of 2 cancelled operations were over already: ");
  }
}

}  // namespace
}  // namespace weft::report::test
