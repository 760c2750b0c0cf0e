#include "debugger/lldb/values/program_names.h"

#include <gtest/gtest.h>

namespace weft::source {
namespace {

TEST(ShortFunctionName, HasNoParametersAndNoReturnType) {
  EXPECT_EQ(short_function_name("main"), "main");
  EXPECT_EQ(short_function_name("shop::price(int, char const*)"), "shop::price");
  EXPECT_EQ(short_function_name("shop::Page::size() const"), "shop::Page::size");
  EXPECT_EQ(short_function_name("void shop::add<int>(int)"), "shop::add<int>");
  EXPECT_EQ(short_function_name("unsigned long const& pick<char>(char)"), "pick<char>");
  EXPECT_EQ(short_function_name("decltype(auto) pick<char>(char)"), "pick<char>");
  EXPECT_EQ(short_function_name("::write(int)"), "write");
  EXPECT_EQ(short_function_name("non-virtual thunk to shop::Page::draw()"), "shop::Page::draw");
}

TEST(ShortFunctionName, LongTemplateArgumentsAreThreeDots) {
  EXPECT_EQ(short_function_name("run<std::vector<int, std::allocator<int>>>(int)"), "run<...>");
  EXPECT_EQ(short_function_name("Box<int>::get()"), "Box<int>::get");
  EXPECT_EQ(short_function_name("run<decltype(a->b), std::less<int>>::go()"), "run<...>::go");
  EXPECT_EQ(short_function_name("run<(Kind)1>(int)"), "run<(Kind)1>");
}

TEST(ShortFunctionName, WhatIsInsideOfAFunctionIsNotThatFunction) {
  EXPECT_EQ(short_function_name("run(int)::'lambda'(char)::operator()(char) const"),
            "run::{lambda}");
  EXPECT_EQ(short_function_name("run(int)::'lambda0'()::operator()() const"), "run::{lambda}");
  EXPECT_EQ(short_function_name("run(int)::{lambda(char)#2}::operator()(char) const"),
            "run::{lambda}");
  EXPECT_EQ(short_function_name("main::{lambda()#1}::operator()() const"), "main::{lambda}");
  EXPECT_EQ(short_function_name("run(int)::'lambda'(int)::operator()(int) const::'lambda'(char)::"
                                "operator()(char) const"),
            "run::{lambda}::{lambda}");
  EXPECT_EQ(short_function_name("run(int)::$_0::operator()(char) const"), "run::$_0::operator()");
  EXPECT_EQ(short_function_name("shop::Page::draw(int) const::Local::go(long)"),
            "shop::Page::draw::Local::go");
  EXPECT_EQ(short_function_name("void run<int>(int)::'lambda'(auto)::operator()<int>(auto) const"),
            "run<int>::{lambda}::operator()<int>");
}

TEST(ShortFunctionName, OperatorsStay) {
  EXPECT_EQ(short_function_name("Fn::operator()(int) const"), "Fn::operator()");
  EXPECT_EQ(short_function_name("Id::operator<(Id const&) const"), "Id::operator<");
  EXPECT_EQ(short_function_name("bool operator< <int>(Box<int>, Box<int>)"), "operator<<int>");
  EXPECT_EQ(short_function_name("Out& operator<<(Out&, int)"), "operator<<");
  EXPECT_EQ(short_function_name("Id::operator<=>(Id const&) const"), "Id::operator<=>");
  EXPECT_EQ(short_function_name("Pointer::operator->() const"), "Pointer::operator->");
  EXPECT_EQ(short_function_name("Id::operator bool() const"), "Id::operator bool");
  EXPECT_EQ(short_function_name("Id::operator unsigned long() const"),
            "Id::operator unsigned long");
  EXPECT_EQ(short_function_name("operator new[](unsigned long)"), "operator new[]");
  EXPECT_EQ(short_function_name("operator\"\" _ms(unsigned long long)"), "operator\"\" _ms");
  EXPECT_EQ(short_function_name("operator_count(int)"), "operator_count");
  EXPECT_EQ(short_function_name("my_operator(int)"), "my_operator");
}

TEST(ShortFunctionName, WhatTheCompilerAddedIsGone) {
  EXPECT_EQ(short_function_name("(anonymous namespace)::serve(int) [clone .actor]"),
            "(anonymous namespace)::serve");
  EXPECT_EQ(short_function_name("serve [clone .constprop.0]"), "serve");
  EXPECT_EQ(short_function_name("serve (.resume)"), "serve");
  EXPECT_EQ(short_function_name("std::string (anonymous namespace)::name<int>(int)"),
            "(anonymous namespace)::name<int>");
}

TEST(ShortFunctionName, AnyTextHasAnAnswer) {
  for (const char* text : {"", "(", ")", "<", "f<", "f(", "'lambda", "{lambda(", "operator", " ",
                           "operator ", "a b c", "f(a::", "decltype(", "::", "-><", "f(int)::"}) {
    short_function_name(text);
  }
  EXPECT_EQ(short_function_name(""), "");
  EXPECT_EQ(short_function_name("f("), "f");
}

TEST(WithScopes, TheSymbolTellsWhereAFunctionIs) {
  EXPECT_EQ(with_scopes("operator()", "run::{lambda}"), "run::{lambda}");
  EXPECT_EQ(with_scopes("twice", "run::Local::twice"), "run::Local::twice");
  EXPECT_EQ(with_scopes("shop::price", "shop::price"), "shop::price");
  EXPECT_EQ(with_scopes("operator()", "Fn::operator()"), "Fn::operator()");
  EXPECT_EQ(with_scopes("price", "shop::fullprice"), "price");
  EXPECT_EQ(with_scopes("price", "f.cold"), "price");
  EXPECT_EQ(with_scopes("price", ""), "price");
  EXPECT_EQ(with_scopes("", "start"), "");
}

TEST(FrameMemberName, IsTheUsersOrEmpty) {
  EXPECT_EQ(frame_member_name("total_1_2"), "total");
  EXPECT_EQ(frame_member_name("total"), "total");
  EXPECT_EQ(frame_member_name("total_1"), "total_1");
  EXPECT_EQ(frame_member_name("_Coro_resume_fn"), "");
  EXPECT_EQ(frame_member_name("__coro_frame"), "");
  EXPECT_EQ(frame_member_name("Aw0"), "");
  EXPECT_EQ(frame_member_name("Away"), "Away");
  EXPECT_EQ(frame_member_name(""), "");
  EXPECT_EQ(frame_member_name("_1_2"), "_1_2");
}

TEST(CoroutinePartOfASymbol, BothCompilersAreKnown) {
  EXPECT_EQ(coroutine_part("_Z5servev"), CoroutinePart::kCalled);
  EXPECT_EQ(coroutine_part("_Z5serveP12_Z5servev.Frame.actor"), CoroutinePart::kBody);
  EXPECT_EQ(coroutine_part("_Z5servev.resume"), CoroutinePart::kBody);
  EXPECT_EQ(coroutine_part("_Z5serveP12_Z5servev.Frame.destroy"), CoroutinePart::kOther);
  EXPECT_EQ(coroutine_part("_Z5servev.cleanup"), CoroutinePart::kOther);
}

TEST(LibraryName, ComesFromTheHeadersFolderOrTheFile) {
  EXPECT_EQ(library_name("/usr/include/boost/asio/detail", "server"), "Boost.Asio");
  EXPECT_EQ(library_name("/usr/include/boost/asio", "server"), "Boost.Asio");
  EXPECT_EQ(library_name("/usr/include/boost/json", "server"), "Boost");
  EXPECT_EQ(library_name("/usr/include/c++/12/bits", "server"), "the C++ library");
  EXPECT_EQ(library_name("", "libpq.so.5"), "libpq.so.5");
}

TEST(ProgramNames, WhatCompilersAddToCoroutinesIsLeftOut) {
  EXPECT_EQ(without_frame_arguments("where = co`::leaf(_Z4leafi.Frame *) + 20 at co.cc:54"),
            "where = co`leaf + 20 at co.cc:54");
  EXPECT_EQ(without_frame_arguments("a`shop::page(_ZN4shop4pageEv.Frame *), b`::f(_Z1fv.Frame *)"),
            "a`shop::page, b`f");
  EXPECT_EQ(without_frame_arguments("frame #0: co`leaf(frame_ptr=0x00003020) at co.cc:53"),
            "frame #0: co`leaf at co.cc:53");
  EXPECT_EQ(without_frame_arguments("(_Z4leafi.Frame *) frame_ptr = 0x1"),
            "(_Z4leafi.Frame *) frame_ptr = 0x1");
  EXPECT_EQ(without_frame_arguments("add(a=1, b=(int)2)"), "add(a=1, b=(int)2)");
}

}  // namespace
}  // namespace weft::source
