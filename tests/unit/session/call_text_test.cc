#include "replayer/session/call_text.h"

#include <gtest/gtest.h>
#include <sys/syscall.h>

namespace weft::session {
namespace {

TEST(CallText, OnlyTheArgumentsThatTheCallHas) {
  EXPECT_EQ(call_text(SYS_close, {7, 1, 2, 3, 4, 5}), "close(7)");
  EXPECT_EQ(call_text(SYS_getpid, {7, 1, 2, 3, 4, 5}), "getpid()");
}

TEST(CallText, AProgramThatDidSomethingElseThanACall) {
  EXPECT_EQ(call_text(UINT32_MAX, {}), "no system call");
}

}  // namespace
}  // namespace weft::session
