/// What a suspended task waits for (weft_wait), as far as it can be told before it is suspended.
#pragma once
#pragma GCC system_header

#include <stddef.h>

#include "weft/instrument/live_frames.h"
#include "weft/instrument/table.h"

namespace weft::instrument {

struct Wait {
  uint32_t kind = WEFT_WAIT_UNKNOWN;
  uint64_t object = 0;
};

/// An object's bytes, to be looked at as words.
struct Words {
  const void* begin;
  size_t bytes;
};

/// Large awaiters hold more than a handle; nobody keeps the handle behind the first words.
inline constexpr size_t kMaxWords = 8;

/// Reports every live coroutine that `words` points to as awaited by `waiter`; the first one, or
/// what its operation waits for, is put into `wait`. Returns whether there is any.
__attribute__((noinline, cold)) inline bool find_awaited(weft_task waiter, Words words,
                                                         Wait& wait) noexcept {
  bool any = false;
  const size_t count = words.bytes / sizeof(uintptr_t);
  for (size_t i = 0; i < count && i < kMaxWords; ++i) {
    uintptr_t word;
    __builtin_memcpy(&word, static_cast<const char*>(words.begin) + i * sizeof word, sizeof word);
    LiveFrame found;
    if (!live_frames.find(word, found) || found.task == waiter) continue;
    if (found.task != 0) table()->task_await(waiter, found.task);
    if (!any) wait = {found.wait, found.task};
    any = true;
  }
  return any;
}

/// Part of a type's name, and what somebody waits for who starts such an operation. First match.
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

}  // namespace weft::instrument
