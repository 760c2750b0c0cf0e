/// "app::leaf(int)" of "task<int> app::leaf(int)": a function's name as compilers spell it out,
/// without the return type in front.
///
/// A trace keeps the first 512 bytes of a name, and return types are long: that of a coroutine of
/// Boost 1.74's Asio alone has more. A name is a suffix of the compiler's constant, so nothing is
/// copied.
#pragma once

namespace weft::runtime {

constexpr bool begins_with(const char* text, const char* start) noexcept {
  while (*start != '\0') {
    if (*text++ != *start++) return false;
  }
  return true;
}

/// The name begins after the last blank before its parameters, or before "operator"; blanks in
/// template arguments and in decltype(...) are not blanks.
constexpr const char* without_return_type(const char* function) noexcept {
  const char* name = function;
  int depth = 0;
  for (const char* at = function; *at != '\0'; ++at) {
    const bool outside = depth == 0;
    if (outside && begins_with(at, "operator")) return name;
    if (outside && *at == '(') {
      const bool in_type = at - function >= 8 && begins_with(at - 8, "decltype");
      if (!in_type && !begins_with(at, "(anonymous")) return name;
    }
    if (outside && *at == ' ') name = at + 1;
    if (*at == '<' || *at == '(') ++depth;
    if ((*at == '>' || *at == ')') && depth > 0) --depth;
  }
  return function;
}
static_assert(begins_with(without_return_type("task<a, b<c>> ns::f(int) [with T = int]"),
                          "ns::f("));
static_assert(begins_with(without_return_type("decltype(auto) f<int>(g<int, int>)"), "f<int>("));
static_assert(begins_with(without_return_type("auto main()::(anonymous class)::operator()() const"),
                          "main()"));
static_assert(begins_with(without_return_type("T (anonymous namespace)::f()"), "(anonymous"));
static_assert(begins_with(without_return_type("a<b> ns::operator||(c, d)"), "ns::operator"));

}  // namespace weft::runtime
