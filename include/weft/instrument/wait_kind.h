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

constexpr bool contains(const char* text, const char* part) noexcept {
  for (; *text != '\0'; ++text) {
    size_t matched = 0;
    while (part[matched] != '\0' && text[matched] == part[matched]) ++matched;
    if (part[matched] == '\0') return true;
  }
  return false;
}

/// By the name of T, the function object that starts an operation.
template <class T>
constexpr uint32_t wait_of_initiation() noexcept {
  for (const WaitMarker& marker : kWaitMarkers) {
    if (contains(__PRETTY_FUNCTION__, marker.part)) return marker.kind;
  }
  return WEFT_WAIT_UNKNOWN;
}

}  // namespace weft::instrument
