/// What LLDB and editors are shown as a thread: a thread of the program, or a suspended task.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>

#include "weft/trace/thread_number.h"

namespace weft::travel {

class ShownThread {
 public:
  constexpr ShownThread() = default;  ///< the program's first thread
  constexpr ShownThread(trace::ThreadNumber thread) : place_(thread.value()) {}
  /// `task` is its ID in the program's hooks. IDs that differ by 2^28 share a number.
  static constexpr ShownThread of_task(uint64_t task) {
    ShownThread shown;
    shown.place_ = kFirstTask + static_cast<uint32_t>(task % kFirstTask);
    return shown;
  }
  /// Empty: no thread has that ID.
  static constexpr std::optional<ShownThread> of_id(int64_t id) {
    if (id < 1 || id > int64_t{UINT32_MAX}) return std::nullopt;
    ShownThread shown;
    shown.place_ = static_cast<uint32_t>(id - 1);
    return shown;
  }

  /// For protocols, from 1 on: in GDB's, 0 means "any thread".
  constexpr uint32_t id() const { return place_ + 1; }
  constexpr bool is_task() const { return place_ >= kFirstTask; }
  /// Not of a task.
  constexpr trace::ThreadNumber thread() const { return trace::ThreadNumber(place_); }
  /// Only of a task.
  constexpr uint32_t task() const { return place_ - kFirstTask; }

  friend constexpr auto operator<=>(const ShownThread&, const ShownThread&) = default;

 private:
  static constexpr uint32_t kFirstTask = 1u << 28;

  uint32_t place_ = 0;
};

}  // namespace weft::travel
