/// The header "traceparent" of W3C Trace Context: which request of a distributed system this one is
/// part of, and which span asked. https://www.w3.org/TR/trace-context
///
///   00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01
///   version, trace ID (16 bytes), parent ID (8 bytes: the span), flags
///
/// Used by the runtime too: nothing of a library.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>

namespace weft::trace {

inline constexpr size_t kTraceIdAt = 3, kTraceIdDigits = 32;
inline constexpr size_t kParentIdAt = 36, kParentIdDigits = 16;
inline constexpr size_t kTraceParentBytes = 55;  ///< of version 00; a later one may have more

/// The value of a hexadecimal digit as the header has them, in lower case; -1: it is none.
constexpr int trace_digit(char c) {
  return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/// True if these are digits, and not all of them 0: such an ID is none.
constexpr bool is_trace_number(const char* text, size_t digits) {
  bool any = false;
  for (size_t i = 0; i < digits; ++i) {
    if (trace_digit(text[i]) < 0) return false;
    any = any || text[i] != '0';
  }
  return any;
}

/// True if the two IDs can be read: a header of version 00 as a whole, the beginning of one of a later
/// version. Version ff is never valid.
constexpr bool is_traceparent(const char* text, size_t bytes) {
  constexpr size_t kFlagsAt = 53;
  if (bytes < kTraceParentBytes) return false;
  for (const size_t at : {size_t{0}, size_t{1}, kFlagsAt, kFlagsAt + 1}) {
    if (trace_digit(text[at]) < 0) return false;
  }
  if (text[2] != '-' || text[kParentIdAt - 1] != '-' || text[kFlagsAt - 1] != '-') return false;
  const bool is_first = text[0] == '0' && text[1] == '0';
  if (text[0] == 'f' && text[1] == 'f') return false;
  if (bytes > kTraceParentBytes && (is_first || text[kTraceParentBytes] != '-')) return false;
  return is_trace_number(text + kTraceIdAt, kTraceIdDigits) &&
         is_trace_number(text + kParentIdAt, kParentIdDigits);
}

}  // namespace weft::trace
