// Names as the program has them, and what is none.
#include <gtest/gtest.h>

#include <string>

#include "debugger/analysis/model/expressions.h"
#include "debugger/analysis/model/trace_parent.h"

namespace weft::analysis {
namespace {

TEST(Demangled, ASymbolOfCIsNoType) {
  for (const char* symbol : {"i", "x", "v", "Pi", "main", "", "_start"})
    EXPECT_EQ(demangled_symbol(symbol), symbol);
  EXPECT_EQ(demangled_symbol("_Z5fetchi"), "fetch(int)");
  EXPECT_EQ(demangled_symbol("_ZN4shop5queryEv"), "shop::query()");
}

TEST(Demangled, ATypeAsTypeidNamesIt) {
  EXPECT_EQ(demangled_type("i"), "int");
  EXPECT_EQ(demangled_type("St13runtime_error"), "std::runtime_error");
  EXPECT_EQ(demangled_type("std::runtime_error"), "std::runtime_error");
}

const std::string kId = "0af7651916cd43dd8448eb211c80319c", kSpan = "00f067aa0ba902b7";

TEST(TraceParent, OfTheFirstVersionAndOfALaterOne) {
  for (const std::string& text :
       {"00-" + kId + "-" + kSpan + "-01", "00-" + kId + "-" + kSpan + "-ff",
        "01-" + kId + "-" + kSpan + "-00", "fe-" + kId + "-" + kSpan + "-00-more"}) {
    const auto parent = parse_traceparent(text);
    ASSERT_TRUE(parent) << text;
    EXPECT_EQ(parent->trace_id, kId);
    EXPECT_EQ(parent->parent_id, kSpan);
  }
}

TEST(TraceParent, WhatTheRulesForbidIsNone) {
  const std::string upper = "0AF7651916CD43DD8448EB211C80319C", zeros(32, '0');
  for (const std::string& text :
       {std::string(), std::string("00"), kId, "00-" + kId, "00-" + kId + "-" + kSpan,
        "ff-" + kId + "-" + kSpan + "-01", "0-" + kId + "-" + kSpan + "-001",
        "00-" + upper + "-" + kSpan + "-01", "00-" + zeros + "-" + kSpan + "-01",
        "00-" + kId + "-" + zeros.substr(0, 16) + "-01", "00-" + kId + "-" + kSpan + "-0g",
        "00-" + kId + "-" + kSpan + "-01-more", "01-" + kId + "-" + kSpan + "-01more",
        "00_" + kId + "-" + kSpan + "-01", "00-" + kId + "_" + kSpan + "-01",
        "00-" + kId + "-" + kSpan + "_01", "0x-" + kId + "-" + kSpan + "-01",
        " 00-" + kId + "-" + kSpan + "-01"}) {
    EXPECT_FALSE(parse_traceparent(text)) << text;
  }
}

}  // namespace
}  // namespace weft::analysis
