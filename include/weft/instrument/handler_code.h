/// The program's own function behind an Asio operation: its name, and where its code lies.
///
/// Asio says where an operation is started only if the program tells it (the macro
/// BOOST_ASIO_HANDLER_LOCATION). But the type of the operation object holds the handler's type,
/// often several levels down:
///
///   reactive_socket_recv_op<..., read_until_delim_op_v2<..., executor_binder<(lambda), strand>>>
///
/// The handler is the first class in it that is not a library's and can be called. Its name is what
/// the compiler calls it; its source line is what debug information says of the address of its
/// operator() (weft_place.file: "@" and the address). Found once for each type of operation.
///
/// C++11, as Asio itself.
#pragma once
#pragma GCC system_header

#include <stdint.h>
#include <string.h>

#include "weft/abi/weft_abi.h"

namespace weft {
namespace instrument {
namespace asio {

constexpr bool starts_with(const char* text, const char* start) noexcept {
  return *start == '\0' || (*text == *start && starts_with(text + 1, start + 1));
}
/// The type's name in "... [with T = NAME]" (GCC), "... [T = NAME]" (Clang).
constexpr const char* name_in(const char* pretty) noexcept {
  return *pretty == '\0' || starts_with(pretty, "T = ") ? pretty + (*pretty == '\0' ? 0 : 4)
                                                        : name_in(pretty + 1);
}
constexpr bool is_library_name(const char* name) noexcept {
  return starts_with(name, "boost::") || starts_with(name, "asio::") ||
         starts_with(name, "std::") || starts_with(name, "__gnu_cxx::");
}
template <class T>
constexpr bool is_library() noexcept {
  return is_library_name(name_in(__PRETTY_FUNCTION__));
}
template <class T>
const char* type_name() noexcept {
  return name_in(__PRETTY_FUNCTION__);
}

/// What was found.
class HandlerCode {
 public:
  HandlerCode() noexcept : place_(), file_(), name_() {}
  /// Null if the handler is a library's: a coroutine's, a fiber's, another operation's.
  const weft_place* place() const noexcept { return found() ? &place_ : nullptr; }
  bool found() const noexcept { return place_.function != nullptr; }

  /// `type` as type_name has it. `code` 0: not known.
  void set(const char* type, uint64_t code) noexcept {
    const size_t bytes = strnlen(type, sizeof name_ - 1);
    memcpy(name_, type, bytes);
    if (bytes > 0 && name_[bytes - 1] == ']') name_[bytes - 1] = '\0';
    place_.function = name_;
    if (code == 0) return;
    char* at = file_;
    *at++ = '@';
    for (int shift = 60; shift >= 0; shift -= 4) *at++ = "0123456789abcdef"[code >> shift & 15];
    place_.file = file_;
  }

 private:
  weft_place place_;
  char file_[18];
  char name_[240];
};

/// The first word of a pointer to a member function: its address, if it is not virtual.
template <class Member>
uint64_t code_of(Member member) noexcept {
  uint64_t address;
  static_assert(sizeof member >= sizeof address, "Itanium C++ ABI");
  memcpy(&address, &member, sizeof address);
  return address;
}

/// Only what is not a library's is looked at: its operator() is compiled anyway.
template <class T, bool kIsLibrary = is_library<T>()>
struct Callable {
  template <class C>
  static auto look(HandlerCode& found, int) noexcept
      -> decltype(static_cast<void>(&C::operator()), void()) {
    found.set(type_name<C>(), code_of(&C::operator()));
  }
  /// A generic lambda.
  template <class C>
  static void look(HandlerCode& found, long) noexcept {
    if (__is_class(C) && strstr(type_name<C>(), "lambda") != nullptr) found.set(type_name<C>(), 0);
  }
};
template <class T>
struct Callable<T, true> {
  template <class C>
  static void look(HandlerCode&, int) noexcept {}
};

template <class T>
struct TypeTag {};
inline void search_handler(HandlerCode&) noexcept {}
template <class T, class... Rest>
void search_handler(HandlerCode& found, TypeTag<T>, Rest... rest) noexcept;

template <class T>
struct HandlerSearch {
  static void search(HandlerCode& found) noexcept { Callable<T>::template look<T>(found, 0); }
};
template <template <class...> class Holder, class... Held>
struct HandlerSearch<Holder<Held...>> {
  static void search(HandlerCode& found) noexcept {
    Callable<Holder<Held...>>::template look<Holder<Held...>>(found, 0);
    if (!found.found()) search_handler(found, TypeTag<Held>()...);
  }
};
template <class T>
struct HandlerSearch<T&> : HandlerSearch<T> {};
template <class T>
struct HandlerSearch<const T> : HandlerSearch<T> {};
template <class T>
struct HandlerSearch<T*> : HandlerSearch<T> {};

template <class T, class... Rest>
void search_handler(HandlerCode& found, TypeTag<T>, Rest... rest) noexcept {
  HandlerSearch<T>::search(found);
  if (!found.found()) search_handler(found, rest...);
}

/// Of an operation object of this type; null if there is none.
template <class Operation>
const weft_place* handler_place() noexcept {
  struct Search : HandlerCode {
    Search() noexcept { HandlerSearch<Operation>::search(*this); }
  };
  static const Search search;
  return search.place();
}

}  // namespace asio
}  // namespace instrument
}  // namespace weft
