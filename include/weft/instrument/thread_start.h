/// What a std::thread, std::jthread or std::async was started with: told once, by the new thread.
///
/// libstdc++ keeps the callable and its arguments in thread::_State_impl<_Invoker<tuple<...>>>, a
/// template whose _M_run the new thread calls. The partial specialisation below is the same class,
/// but says task_name(0, "NAME@ADDRESS") first: the name of a lambda's or functor's type, and the
/// address of the code, from which debug information tells function and line.
///
/// C++11.
#pragma once
#pragma GCC system_header

#include <bits/std_thread.h>
#include <string.h>

#include <tuple>
#include <type_traits>

#include "weft/instrument/handler_code.h"
#include "weft/instrument/table.h"

namespace weft {
namespace instrument {

/// The code of what is called, as far as its value says: a function, a member function.
template <class Called>
uint64_t called_code(const Called&) noexcept {
  return 0;
}
template <class Result, class... Arguments>
uint64_t called_code(Result (*const& function)(Arguments...)) noexcept {
  return reinterpret_cast<uint64_t>(function);
}
template <class Member, class Class>
typename std::enable_if<std::is_function<Member>::value, uint64_t>::type called_code(
    Member Class::* const& member) noexcept {
  return asio::is_library<Class>() ? 0 : asio::code_of(member);
}

template <class Invoker, class Called>
__attribute__((noinline, cold)) void tell_thread_start(const Called& called) noexcept {
  asio::HandlerCode found;
  const uint64_t code = called_code(called);
  if (code != 0) {
    found.set("", code);
  } else {
    asio::HandlerSearch<Invoker>::search(found);
  }
  if (!found.found()) return;
  char text[280];
  size_t bytes = 0;
  for (const char* part : {found.place()->function, found.place()->file}) {
    const size_t length = part != nullptr ? strnlen(part, sizeof text - bytes) : 0;
    memcpy(text + bytes, part != nullptr ? part : "", length);
    bytes += length;
  }
  table()->task_name(0, text, bytes);
}

}  // namespace instrument
}  // namespace weft

namespace std {

template <typename... _Held>
struct thread::_State_impl<thread::_Invoker<tuple<_Held...>>> : public _State {
  using _Call = _Invoker<tuple<_Held...>>;
  _Call _M_func;

  /// An aggregate up to libstdc++ 13; it has a constructor since.
  template <typename... _Args>
  static _Call _S_make(true_type, _Args&&... __args) {
    return {{std::forward<_Args>(__args)...}};
  }
  template <typename... _Args>
  static _Call _S_make(false_type, _Args&&... __args) {
    return _Call(std::forward<_Args>(__args)...);
  }
  template <typename... _Args>
  _State_impl(_Args&&... __args)
      : _M_func(_S_make(integral_constant<bool, __is_aggregate(_Call)>(),
                        std::forward<_Args>(__args)...)) {}

  void _M_run() {
    if (::weft::instrument::table() != nullptr) {
      ::weft::instrument::tell_thread_start<tuple<_Held...>>(std::get<0>(_M_func._M_t));
    }
    _M_func();
  }
};

}  // namespace std
