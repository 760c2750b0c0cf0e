/// How a coroutine failed: the type of the exception in flight, and whether it only says
/// "cancelled".
///
/// Nothing of the exception's own code is called (what() may allocate, or be anything).
#pragma once
#pragma GCC system_header

#include <cxxabi.h>

#include <exception>
#include <type_traits>
#include <typeinfo>

#include "weft/abi/weft_abi.h"

namespace weft::instrument {

/// Answers whether the exception object at `object`, of exactly the type `type`, means "asked to
/// stop". Set by the headers that know such a type (asio_operation.h: system_error); a chain.
struct CancelledTest {
  bool (*is_cancelled)(const std::type_info& type, const void* object) noexcept;
  CancelledTest* next;
};
inline constinit CancelledTest* cancelled_tests = nullptr;

inline bool add_cancelled_test(CancelledTest& test) noexcept {
  test.next = cancelled_tests;
  cancelled_tests = &test;
  return true;
}

struct Outcome {
  uint32_t outcome;
  const char* what;
};

/// The outcome of a coroutine that is left by the current exception.
inline Outcome outcome_of_current_exception() noexcept {
#if defined(__cpp_exceptions)
  const std::type_info* type = abi::__cxa_current_exception_type();
  if (type == nullptr) return {WEFT_FAILED, nullptr};
  const std::exception_ptr exception = std::current_exception();
  // Both libstdc++ and libc++ keep the address of the thrown object, and nothing else.
  static_assert(sizeof(exception) == sizeof(void*));
  const void* object;
  __builtin_memcpy(&object, static_cast<const void*>(&exception), sizeof object);
  for (const CancelledTest* test = cancelled_tests; test != nullptr; test = test->next) {
    if (test->is_cancelled(*type, object)) return {WEFT_CANCELLED, type->name()};
  }
  return {WEFT_FAILED, type->name()};
#else
  return {WEFT_FAILED, nullptr};
#endif
}

/// Is `object` of type Error (a system_error), and its code "operation cancelled"?
template <class Error>
bool is_cancelled_error(const std::type_info& type, const void* object) noexcept {
#if defined(__cpp_rtti)
  const int kCanceled = 125;  // ECANCELED, without the macros of <errno.h>
  return type == typeid(Error) && static_cast<const Error*>(object)->code().value() == kCanceled;
#else
  static_cast<void>(type), static_cast<void>(object);
  return false;
#endif
}

}  // namespace weft::instrument
