// `weft why --without`: the requests once more, with some waits at zero.
#include "debugger/report/why/why.h"
#include "tests/unit/report/report_fixture.h"

namespace weft::report::test {
namespace {

class Without : public ReportTest {
 protected:
  static constexpr uint64_t kFd = 7;

  void SetUp() override {
    call(SYS_socket, {2, 1, 0}, kFd);
    call(SYS_connect, {kFd, 0x7000, 16}, 0);
  }
  void send(const std::string& bytes) {
    call(SYS_sendto, {kFd, 0x6000, bytes.size(), 0, 0, 0}, static_cast<int64_t>(bytes.size()), 0,
         {{trace::kAbsolute, trace::EffectKind::kSent, bytes, 0x6000}});
  }
  void receive(const std::string& bytes) {
    call(SYS_recvfrom, {kFd, 0x5000, 512, 0, 0, 0}, static_cast<int64_t>(bytes.size()), 0,
         {{1, trace::EffectKind::kWritten, bytes}});
  }

  /// A request whose page asks, and waits for 10 ms. `other`: a task that the page awaits, too, and
  /// that is done after so long.
  void serve(double start, double other) {
    at(start);
    const uint64_t session = create("session");
    resume(session);
    const uint64_t request = begin_request("GET /a", session);
    const uint64_t stock = create("stock", session);
    await(session, stock);
    resume(stock, session);
    suspend(stock, place("stock", 5), WEFT_WAIT_TIMER, 5);
    const uint64_t page = begin("page", session);
    send("*2\r\n$3\r\nGET\r\n$1\r\na\r\n");
    suspend(page, place("page", 7), WEFT_WAIT_IO, kFd);
    const auto end_stock = [&] {
      at(start + other);
      resume(stock);
      end(stock);
    };
    if (other < 10) end_stock();
    at(start + 10);
    resume(page);
    receive("+OK\r\n");
    at(start + 11);
    end(page);
    resume(session, page);
    if (other >= 10) {
      suspend(session, place("session", 9), WEFT_WAIT_TASK, stock);
      end_stock();
      resume(session, stock);
    }
    end_request(request, session);
    end(session);
  }
  std::string without(const std::string& text, int status = 0) {
    write_trace(log_, 0);
    return print(run_why, WhyOptions{.without = text}, status);
  }
};

TEST_F(Without, TheOnlyWait) {
  for (int i = 0; i < 10; ++i) serve(100.0 * i, 0);
  const std::string text = without("GET a");
  EXPECT_NE(text.find("GET a: 10 of 10 requests did, for 100.0 ms in all"), std::string::npos)
      << text;
  EXPECT_NE(text.find("  p50  11.0 ms -> 1.0 ms (-91 %)"), std::string::npos) << text;
  EXPECT_NE(text.find("An estimate"), std::string::npos) << text;
  expect_fits(text);
}

/// What was done in its shadow is the longest now.
TEST_F(Without, WhatRanInParallel) {
  for (int i = 0; i < 10; ++i) serve(100.0 * i, 6);
  const std::string text = without("GET a");
  EXPECT_NE(text.find("  p50  11.0 ms -> 6.0 ms (-45 %)"), std::string::npos) << text;
}

TEST_F(Without, WhatWasNotTheLongest) {
  for (int i = 0; i < 10; ++i) serve(100.0 * i, 20);
  const std::string text = without("GET a");
  EXPECT_NE(text.find("  p50  20.0 ms -> 20.0 ms (+0 %)"), std::string::npos) << text;
}

TEST_F(Without, WhatNobodyAsked) {
  serve(0, 0);
  const std::string text = without("SELECT", 2);
  EXPECT_NE(text.find("the program asked nothing that is called 'SELECT'"), std::string::npos)
      << text;
}

}  // namespace
}  // namespace weft::report::test
