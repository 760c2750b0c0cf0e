// Detectors of `weft why` that look at connections: of what they tell, and the twin without the
// fault.
#include <sys/socket.h>

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

  void connect(uint64_t fd = kFd, const std::string& address = internet_address()) {
    call(SYS_socket, {static_cast<uint64_t>(address[0]), SOCK_STREAM, 0}, static_cast<int64_t>(fd));
    call(SYS_connect, {fd, 0x7000, 16}, 0, 0, {{1, trace::EffectKind::kSent, address}});
  }
  /// A sockaddr_in: 10.0.0.1:7000.
  static std::string internet_address() {
    return {AF_INET, 0, 7000 / 256, static_cast<char>(7000 % 256), 10, 0, 0, 1, 0, 0, 0, 0, 0,
            0,       0, 0};
  }
  /// A sockaddr_un: /run/x.
  static std::string local_address() { return std::string{AF_UNIX, 0} + "/run/x" + '\0'; }
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
  expect_has(found[0].what,
             "on a connection that the peer may have closed by then: no answer to GET 18");
  expect_has(found[0].evidence, "after 55.0 ms without use; the end of the connection was read");
  expect_has(found[0].evidence, "8 questions on it were answered before; 1 of 8 questions to this");
  expect_has(found[0].evidence, "those that were answered came after pauses of at most 5.0 ms");
}

/// The peer gave up this question, after a pause like those that were answered; or shorter.
TEST_F(Wires, AConnectionThatEndedAfterAPauseLikeOthers) {
  for (const double pause : {20.0, 11.0}) {
    const uint64_t fd = pause == 20 ? kFd : 8;
    const double from = pause == 20 ? 0 : 1000;
    connect(fd);
    for (int i = 0; i < 8; ++i) {
      at(from + i * 20.0);
      send(get(i), fd);
      receive("+OK\r\n", fd);
    }
    at(from + 140 + pause);
    send(get(8), fd);
    call(SYS_recvfrom, {fd, 0x5000, 512, 0, 0, 0}, 0);
    call(SYS_close, {fd}, 0);
    EXPECT_TRUE(find(find_stale_connections).empty()) << pause;
  }
}

/// Other peers may keep their connections for longer.
TEST_F(Wires, AConnectionThatThePeerHadClosedWhileAnotherPeerKeptIts) {
  std::string other = internet_address();
  other[7] = 2;
  connect();
  connect(8, other);
  for (int i = 0; i < 8; ++i) {
    at(i * 5.0);
    send(get(i));
    receive("+OK\r\n");
    if (i % 7 != 0) continue;
    at(i * 300.0);
    send(get(i), 8);
    receive("+OK\r\n", 8);
  }
  at(2200);
  send(get(8));
  call(SYS_recvfrom, {kFd, 0x5000, 512, 0, 0, 0}, 0);
  EXPECT_EQ(find(find_stale_connections).size(), 1u);
}

/// The program had been told, and asked all the same.
TEST_F(Wires, AConnectionThatTheProgramKnewToBeClosed) {
  connect();
  for (int i = 0; i < 4; ++i) {
    at(i * 5.0);
    send(get(i));
    receive("+OK\r\n");
  }
  at(30);
  call(SYS_recvfrom, {kFd, 0x5000, 512, 0, 0, 0}, 0);
  at(40);
  send(get(8));
  call(SYS_close, {kFd}, 0);
  const auto found = find(find_stale_connections);
  ASSERT_EQ(found.size(), 1u);
  expect_has(found[0].what, "on a connection that the peer had closed by then: no answer");
}

class Nagle : public Wires {
 protected:
  /// Questions of so many writes, each answered after so long.
  void ask(uint64_t fd, double from, int writes, double milliseconds) {
    for (int i = 0; i < 4; ++i) {
      at(from + i * 100.0);
      for (int part = 0; part < writes; ++part) send("part", fd);
      at(from + i * 100.0 + milliseconds);
      receive("done", fd);
    }
  }
};

TEST_F(Nagle, WriteWriteRead) {
  connect();
  ask(kFd, 0, 2, 41);
  auto found = find(find_nagle);
  ASSERT_EQ(found.size(), 1u);
  expect_has(found[0].what, "4 of 4 questions to 10.0.0.1:7000 that were sent in several writes");
  expect_has(found[0].what, "unless the peer takes so long");  // nothing else was asked
  expect_has(found[0].evidence, "TCP_NODELAY was not set");
  ask(kFd, 1000, 1, 2);
  found = find(find_nagle);
  ASSERT_EQ(found.size(), 1u);
  expect_has(found[0].what, "in one write or with TCP_NODELAY, 0 of 4 took so long");
}

TEST_F(Nagle, NotWithNoDelay) {
  constexpr uint64_t kTcp = 6, kNoDelay = 1;
  connect();
  call(SYS_setsockopt, {kFd, kTcp, kNoDelay, 0x5000, 4}, 0);
  ask(kFd, 0, 2, 41);
  EXPECT_TRUE(find(find_nagle).empty());
}

TEST_F(Nagle, NotWhereThePeerIsSlow) {
  connect();
  ask(kFd, 0, 2, 41);
  ask(kFd, 1000, 1, 41);
  EXPECT_TRUE(find(find_nagle).empty());
}

TEST_F(Nagle, NotOnSocketsOfThisMachine) {
  connect(kFd, local_address());
  ask(kFd, 0, 2, 41);
  EXPECT_TRUE(find(find_nagle).empty());
}

/// The other end closes each; the program is told.
TEST_F(Wires, ConnectionsThatNobodyCloses) {
  for (const bool closes : {true, false}) {
    begin_anew();
    call(SYS_socket, {2, 1, 0}, 3);
    call(SYS_listen, {3, 128}, 0);
    for (uint64_t i = 0; i < 8; ++i) {
      const uint64_t fd = closes ? 10 : 10 + i;
      call(SYS_accept4, {3, 0, 0, 0}, static_cast<int64_t>(fd));
      receive(get(0), fd);
      call(SYS_recvfrom, {fd, 0x5000, 512, 0, 0, 0}, 0);
      if (closes) call(SYS_close, {fd}, 0);
    }
    const auto found = find(find_leaked_connections);
    if (closes) {
      EXPECT_TRUE(found.empty());
      continue;
    }
    ASSERT_EQ(found.size(), 1u);
    expect_has(found[0].what, "5 of 8 connections that the program accepted and the other end");
    expect_has(found[0].evidence, "e.g. fd 10, opened at event 2; its end was read at event 4");
  }
}

/// Each is closed while later ones are served: those that are still open at the end are no leak.
TEST_F(Wires, ConnectionsThatAreClosedLater) {
  constexpr uint64_t kLater = 6;
  call(SYS_socket, {2, 1, 0}, 3);
  call(SYS_listen, {3, 128}, 0);
  for (uint64_t fd = 10; fd < 30; ++fd) {
    call(SYS_accept4, {3, 0, 0, 0}, static_cast<int64_t>(fd));
    receive(get(0), fd);
    call(SYS_recvfrom, {fd, 0x5000, 512, 0, 0, 0}, 0);
    if (fd >= 10 + kLater) call(SYS_close, {fd - kLater}, 0);
  }
  EXPECT_TRUE(find(find_leaked_connections).empty());
}

/// Clients that stay are no leak.
TEST_F(Wires, ConnectionsThatAreInUse) {
  call(SYS_socket, {2, 1, 0}, 3);
  call(SYS_listen, {3, 128}, 0);
  for (uint64_t fd = 10; fd < 18; ++fd) {
    call(SYS_accept4, {3, 0, 0, 0}, static_cast<int64_t>(fd));
    receive(get(0), fd);
  }
  EXPECT_TRUE(find(find_leaked_connections).empty());
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

TEST_F(Operations, TwoWritersAtOnce) {
  connect(9);
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
    expect_has(found[0].what, "two writers at once on fd 9: ");
    expect_has(found[0].what, "(app.cc:8) and ");
    expect_has(found[0].what, ": their sends took turns");
  }
}

/// Each send is a message of its own.
TEST_F(Operations, TwoWritersOfDatagrams) {
  call(SYS_socket, {AF_INET, SOCK_DGRAM, 0}, 9);
  call(SYS_connect, {9, 0x7000, 16}, 0, 0, {{1, trace::EffectKind::kSent, internet_address()}});
  const uint64_t first = write_part(0, 8);
  complete(first, 0, 100);
  resume(first);
  const uint64_t first_goes_on = write_part(first, 8);
  end(first);
  complete(write_part(0, 9), 0, 100);
  complete(first_goes_on, 0, 100);
  EXPECT_TRUE(find(find_overlapping_writes).empty());
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
