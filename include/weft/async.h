/// For programs that want to say more to weft than the tracing flag says by itself: requests,
/// notes, trace IDs. And for authors of locks, channels and executors: which task owns one, which
/// task waits, which task woke which.
///
/// C++17, headers only, with or without the flag. In a program that is not recorded each call is a
/// load and a branch; none throws or allocates.
///
///   void handle(const Message& message) {
///     auto request = weft::request(message.target(), message["traceparent"]);
///     weft::note("user", message.user());
///     outgoing.set("traceparent", weft::traceparent().view());
///   }
#pragma once

#include <cstdint>
#include <string_view>

#include "weft/abi/weft_abi.h"
#include "weft/instrument/table.h"

namespace weft {

/// Is this program being recorded (or replayed)?
inline bool recorded() noexcept {
  return instrument::table() != nullptr;
}

enum class Outcome : uint32_t {
  kDone = WEFT_DONE,
  kFailed = WEFT_FAILED,
  kCancelled = WEFT_CANCELLED,
};

/// A request, from request() until it is destroyed or ended. Moves, so that it can be kept in an
/// object or a coroutine's frame.
class [[nodiscard]] Request {
 public:
  Request() noexcept = default;
  explicit Request(weft_request id) noexcept : id_(id) {}
  Request(Request&& other) noexcept : id_(other.id_) { other.id_ = 0; }
  Request& operator=(Request&& other) noexcept {
    if (this == &other) return *this;
    end(Outcome::kDone);
    id_ = other.id_;
    other.id_ = 0;
    return *this;
  }
  ~Request() { end(Outcome::kDone); }

  /// The first end counts.
  void end(Outcome outcome) noexcept {
    if (id_ != 0) instrument::table()->request_end(id_, static_cast<uint32_t>(outcome));
    id_ = 0;
  }
  void fail() noexcept { end(Outcome::kFailed); }

 private:
  weft_request id_ = 0;
};

/// The current task, and what it creates from now on, works for a request of this name.
/// `traceparent`: the W3C header that it came with, or empty; one that is not 55 characters long is
/// ignored.
inline Request request(std::string_view name, std::string_view traceparent = {}) noexcept {
  const weft_abi* weft = instrument::table();
  if (weft == nullptr) return Request();
  char parent[56] = {};
  const bool usable = traceparent.size() == sizeof parent - 1;
  if (usable) traceparent.copy(parent, sizeof parent - 1);
  return Request(weft->request_begin(name.data(), name.size(), usable ? parent : nullptr));
}

/// Something worth knowing about the current task ("table", "orders").
inline void note(std::string_view key, std::string_view value) noexcept {
  if (const weft_abi* weft = instrument::table()) {
    weft->note(key.data(), key.size(), value.data(), value.size());
  }
}

/// A name for the current task, in place of its function's.
inline void name_task(std::string_view name) noexcept {
  if (const weft_abi* weft = instrument::table()) {
    weft->task_name(weft->task_current(), name.data(), name.size());
  }
}

/// A W3C traceparent: "00-TRACE_ID-PARENT_ID-01", or nothing in a program that is not recorded.
class TraceParent {
 public:
  const char* c_str() const noexcept { return text_; }
  std::string_view view() const noexcept { return text_; }
  bool empty() const noexcept { return text_[0] == '\0'; }
  /// The 32 hexadecimal digits that all tasks of a request share.
  std::string_view trace_id() const noexcept { return view().substr(empty() ? 0 : 3, 32); }

 private:
  friend TraceParent traceparent() noexcept;
  char text_[56] = {};
};

/// That of the current task: for headers of outgoing calls, and for log lines (weft/log.h).
inline TraceParent traceparent() noexcept {
  TraceParent result;
  if (const weft_abi* weft = instrument::table()) weft->traceparent(result.text_);
  return result;
}

// For authors of locks and channels. `object` identifies it; `name` is for people, and may be null.

/// From now on, the current task owns the object, or no longer owns it.
inline void acquired(const void* object, const char* name = nullptr) noexcept {
  if (const weft_abi* weft = instrument::table()) weft->hold(object, WEFT_ACQUIRE, name);
}
inline void released(const void* object, const char* name = nullptr) noexcept {
  if (const weft_abi* weft = instrument::table()) weft->hold(object, WEFT_RELEASE, name);
}
/// The current task puts values into the object (readers wait for such tasks), or takes values out
/// of it (writers wait for such tasks).
inline void produces(const void* object, const char* name = nullptr) noexcept {
  if (const weft_abi* weft = instrument::table()) weft->hold(object, WEFT_PRODUCE, name);
}
inline void consumes(const void* object, const char* name = nullptr) noexcept {
  if (const weft_abi* weft = instrument::table()) weft->hold(object, WEFT_CONSUME, name);
}

/// What an awaiter waits for. An awaiter with a member `weft::Waiting weft_waiting() const
/// noexcept` is asked for it before each await_suspend:
///
///   weft::Waiting weft_waiting() const noexcept { return weft::waiting_for_lock(&mutex_); }
struct Waiting {
  uint32_t kind;  ///< weft_wait
  uint64_t object;
};
inline Waiting waiting_for_lock(const void* lock) noexcept {
  return {WEFT_WAIT_LOCK, reinterpret_cast<uintptr_t>(lock)};
}
inline Waiting waiting_for_channel(const void* channel) noexcept {
  return {WEFT_WAIT_CHANNEL, reinterpret_cast<uintptr_t>(channel)};
}
inline Waiting waiting_for_timer(const void* timer) noexcept {
  return {WEFT_WAIT_TIMER, reinterpret_cast<uintptr_t>(timer)};
}
inline Waiting waiting_for_descriptor(int fd) noexcept {
  return {WEFT_WAIT_IO, static_cast<uint64_t>(fd)};
}
inline Waiting ready_at_once() noexcept {
  return {WEFT_WAIT_YIELD, 0};
}

/// The current task's ID, 0 if there is none: for wake().
inline weft_task current_task() noexcept {
  const weft_abi* weft = instrument::table();
  return weft != nullptr ? weft->task_current() : 0;
}
/// The current task made `task` ready to run.
inline void wake(weft_task task) noexcept {
  if (const weft_abi* weft = instrument::table(); weft != nullptr && task != 0)
    weft->task_wake(task);
}

/// A task that is neither a coroutine nor an Asio handler: an executor's job, a callback, a state
/// machine. Created by the current task; ended when it is destroyed.
class Task {
 public:
  /// `identity`: address of the object that it is, or null.
  explicit Task(std::string_view name, const void* identity = nullptr) noexcept {
    const weft_abi* weft = instrument::table();
    if (weft == nullptr) return;
    id_ = weft->task_create(WEFT_TASK_OTHER, identity, nullptr, 0);
    weft->task_name(id_, name.data(), name.size());
  }
  Task(Task&& other) noexcept : id_(other.id_) { other.id_ = 0; }
  Task& operator=(Task&&) = delete;
  ~Task() { end(Outcome::kDone); }

  weft_task id() const noexcept { return id_; }
  /// The first end counts. `what`: how it failed, or null.
  void end(Outcome outcome, const char* what = nullptr) noexcept {
    if (id_ != 0) instrument::table()->task_end(id_, static_cast<uint32_t>(outcome), what);
    id_ = 0;
  }

 private:
  weft_task id_ = 0;
};

/// While it exists, the task runs on this thread; then the task that was current before is so
/// again.
class Running {
 public:
  explicit Running(const Task& task) noexcept : task_(task.id()) {
    if (task_ != 0) previous_ = instrument::table()->task_resume(task_, nullptr);
  }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
  ~Running() {
    if (task_ != 0) instrument::table()->task_leave(previous_);
  }
  /// It is about to stop, and will wait for this.
  void suspends(Waiting waiting) noexcept {
    if (task_ == 0) return;
    instrument::table()->task_suspend(task_, nullptr, waiting.kind, waiting.object);
  }

 private:
  weft_task task_;
  weft_task previous_ = 0;
};

}  // namespace weft
