// A request by what a user calls it.
#include "debugger/report/text/request_texts.h"
#include "tests/unit/report/report_fixture.h"

namespace weft::report::test {
namespace {

class RequestNames : public ReportTest {
 protected:
  static constexpr const char* kId = "0af7651916cd43dd8448eb211c80319c";

  uint64_t serve(const std::string& traceparent) {
    const uint64_t task = create("session");
    resume(task);
    end_request(begin_request("GET /", task, traceparent), task);
    end(task);
    return task;
  }
  static std::string named(const Analysis& analysis, const std::string& name) {
    const auto found = find_request(analysis.model(), name);
    return found ? std::string(
                       analysis.model().strings[analysis.model().requests[*found].traceparent])
                 : "none";
  }
};

TEST_F(RequestNames, ByTraceIdAndByWholeTraceparent) {
  const std::string first = "00-11111111111111111111111111111111-2222222222222222-01";
  const std::string second = std::string("00-") + kId + "-00f067aa0ba902b7-01";
  serve(first);
  serve(second);
  const Analysis analysis = analyse();
  EXPECT_EQ(named(analysis, kId), second);
  EXPECT_EQ(named(analysis, second), second);
  EXPECT_EQ(named(analysis, std::string("00-") + kId + "-3333333333333333-00"), second)
      << "another service's span of the same trace";
  EXPECT_EQ(named(analysis, first.substr(3, 32)), first);
  EXPECT_EQ(named(analysis, first.substr(5, 32)), "none") << "no part of the ID";
  EXPECT_EQ(named(analysis, "-"), "none");
}

TEST_F(RequestNames, WhatIsNoTraceparentNamesNothing) {
  const std::string odd = std::string("zz-") + kId + "-00f067aa0ba902b7-01";
  serve(odd);
  const Analysis analysis = analyse();
  EXPECT_EQ(named(analysis, kId), "none");
  EXPECT_EQ(named(analysis, odd), "none");
  for (const auto i : analysis.model().requests.numbers())
    EXPECT_EQ(analysis.model().strings[analysis.model().requests[i].traceparent], "");
}

}  // namespace
}  // namespace weft::report::test
