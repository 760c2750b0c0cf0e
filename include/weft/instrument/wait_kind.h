/// What a suspended task waits for (weft_wait), as far as it can be told before it is suspended.
#pragma once
#pragma GCC system_header

#include <stddef.h>

#include "weft/abi/weft_abi.h"

namespace weft::instrument {

/// Part of a type's name, and what a task waits for that starts such an operation. First match.
struct WaitMarker {
  const char* part;
  uint32_t kind;
};
inline constexpr WaitMarker kWaitMarkers[] = {
    {"waitable_timer", WEFT_WAIT_TIMER},  // boost::asio::basic_waitable_timer
    {"deadline_timer", WEFT_WAIT_TIMER},
    {"channel", WEFT_WAIT_CHANNEL},      // boost::asio::experimental::basic_channel
    {"initiate_post", WEFT_WAIT_YIELD},  // boost::asio::post and its like
    {"initiate_dispatch", WEFT_WAIT_YIELD},
    {"initiate_defer", WEFT_WAIT_YIELD},
    {"initiate_co_spawn", WEFT_WAIT_TASK},
    {"initiate_async_", WEFT_WAIT_IO},  // sockets, descriptors, resolvers, composed reads
    {"beast::", WEFT_WAIT_IO},
};

// By the compiler's own functions: a loop over the 2,000 characters that some of Asio's types have
// for a name takes a tenth of a second of constant evaluation.
#ifdef __clang__
constexpr bool contains(const char* text, const char* part) noexcept {
  const size_t bytes = __builtin_strlen(part);
  const char* end = text + __builtin_strlen(text);
  while (static_cast<size_t>(end - text) >= bytes) {
    text = __builtin_char_memchr(text, part[0], static_cast<size_t>(end - text) - bytes + 1);
    if (text == nullptr) return false;
    if (__builtin_memcmp(text, part, bytes) == 0) return true;
    ++text;
  }
  return false;
}
#else
constexpr bool contains(const char* text, const char* part) noexcept {
  return __builtin_strstr(text, part) != nullptr;
}
#endif
static_assert(contains("initiate_async_read", "async_") && contains("ab", "ab"));
static_assert(!contains("initiate_async_read", "async_w") && !contains("a", "ab"));

template <class T>
constexpr uint32_t wait_of_initiation() noexcept {
  for (const WaitMarker& marker : kWaitMarkers) {
    if (contains(__PRETTY_FUNCTION__, marker.part)) return marker.kind;
  }
  return WEFT_WAIT_UNKNOWN;
}

/// Part of the name of an awaiter's class, without its template arguments; first match. Of these
/// objects, users want to know who has them.
inline constexpr WaitMarker kAwaiterMarkers[] = {
    {"utex", WEFT_WAIT_LOCK},
    {"emaphore", WEFT_WAIT_LOCK},
    {"hannel", WEFT_WAIT_CHANNEL},
};

/// Is `part` in the name of T's class?
template <class T>
constexpr bool is_called(const char* part) noexcept {
  const char* name = __PRETTY_FUNCTION__;
  while (*name != 0 && !(name[0] == 'T' && name[1] == ' ' && name[2] == '=')) ++name;
  for (; *name != 0 && *name != '<' && *name != ';' && *name != ']'; ++name) {
    size_t same = 0;
    while (part[same] != 0 && name[same] == part[same]) ++same;
    if (part[same] == 0) return true;
  }
  return false;
}

template <class T>
constexpr uint32_t wait_of_awaiter() noexcept {
  for (const WaitMarker& marker : kAwaiterMarkers) {
    if (is_called<T>(marker.part)) return marker.kind;
  }
  return WEFT_WAIT_UNKNOWN;
}

}  // namespace weft::instrument
