#include "debugger/spans/rust_names.h"

#include <gtest/gtest.h>

namespace weft::spans {
namespace {

TEST(RustNames, ThePlainOne) {
  EXPECT_EQ(rust_name("shop::db::query::h0123456789abcdef"), "shop::db::query");
}

TEST(RustNames, TheBodyOfAnAsyncFunction) {
  EXPECT_EQ(rust_name("shop::query::_$u7b$$u7b$closure$u7d$$u7d$::h0123456789abcdef"),
            "shop::query::{{closure}}");
}

TEST(RustNames, AMethodOfATrait) {
  EXPECT_EQ(rust_name("_$LT$shop..Cart$u20$as$u20$core..fmt..Debug$GT$::fmt::h0123456789abcdef"),
            "<shop::Cart as core::fmt::Debug>::fmt");
}

TEST(RustNames, WhatIsNone) {
  EXPECT_EQ(rust_name("db::Pool::query(int)"), "");
  EXPECT_EQ(rust_name("ns::h0123"), "");
}

}  // namespace
}  // namespace weft::spans
