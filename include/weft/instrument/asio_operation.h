/// Asio's handler tracking, said to weft: operations that are started, completed and cancelled, and
/// the handlers that then run.
///
/// Asio has a set of macros for it, the same ones from Boost 1.74 (Asio 1.18) to Asio 1.38, that a
/// header of one's own may define (boost_asio_tracking.h, asio_tracking.h define them by what is
/// here). An operation object is a TrackedHandler:
///
///   CREATION            operation_start, in the task that starts it; its ID goes into the object
///   REACTOR_OPERATION   tried by the reactor: operation_complete, if it was done
///   COMPLETION          the object is about to be freed: its ID goes on the stack
///   INVOCATION_BEGIN    operation_complete, if not yet; task_resume of the handler
///   INVOCATION_END      task_end, task_leave
///   ~Completion         without an invocation: the handler was dropped; without an end: it threw
///
/// C++11. Unrecorded: no call does more than a load and a branch.
#pragma once
#pragma GCC system_header

#include <errno.h>
#include <string.h>

#include "weft/instrument/handler_code.h"
#include "weft/instrument/table.h"
#if __cplusplus >= 202002L
#include "weft/instrument/cancellation_slot.h"
#endif

namespace weft {
namespace instrument {
namespace asio {

// The part of a hook that a recorded program runs: out of the way of the others, and of the
// inliner.
#define WEFT_INSTRUMENT_RECORDED __attribute__((noinline, cold))

/// What BOOST_ASIO_HANDLER_LOCATION says: a stack of places on each thread.
class Location {
 public:
  Location(const char* file, int line, const char* function) noexcept
      : pushed_(table() != nullptr) {
    if (pushed_) push(file, line, function);
  }
  Location(const Location&) = delete;
  Location& operator=(const Location&) = delete;
  ~Location() {
    if (pushed_) top_of_stack() = below_;
  }

  static const weft_place* current() noexcept {
    return top_of_stack() != nullptr ? top_of_stack()->shown_ : nullptr;
  }

 private:
  WEFT_INSTRUMENT_RECORDED void push(const char* file, int line, const char* function) noexcept {
    place_.file = file;
    place_.function = function;
    place_.line = line > 0 ? static_cast<uint32_t>(line) : 0;
    place_.column = 0;
    below_ = top_of_stack();
    // The outermost one is the user's, if any is. An unknown one (use_awaitable's default) starts
    // anew: what is below it belongs to an operation that merely started this one.
    const bool known = file != nullptr || function != nullptr;
    const weft_place* outer = below_ != nullptr ? below_->shown_ : nullptr;
    shown_ = !known ? nullptr : outer != nullptr ? outer : &place_;
    top_of_stack() = this;
  }

  WEFT_INSTRUMENT_RECORDED static const Location*& top_of_stack() noexcept {
    static __thread const Location* top = nullptr;
    return top;
  }

  bool pushed_;
  weft_place place_;
  const weft_place* shown_;
  const Location* below_;
};

/// Base of every operation object. It is never copied.
class TrackedHandler {
 protected:
  TrackedHandler() noexcept : operation_(0), complete_(false) {}
  ~TrackedHandler() {}

 private:
  template <class Context, class Operation>
  friend void creation(Context&, Operation&, const char*, void*, uintmax_t, const char*) noexcept;
  template <class Error>
  friend void reactor_operation(const TrackedHandler&, const char*, const Error&, size_t) noexcept;
  friend class Completion;

  WEFT_INSTRUMENT_RECORDED void tried(int32_t error, size_t bytes) const noexcept {
    if (complete_ || error == EAGAIN || error == EWOULDBLOCK) return;
    complete_ = true;
    table()->operation_complete(operation_, error, bytes);
  }

  weft_operation operation_;
  mutable bool complete_;
};

/// "socket" and "async_receive" make "socket.async_receive".
class OperationName {
 public:
  OperationName(const char* object_type, const char* operation) noexcept {
    const size_t type_bytes = strnlen(object_type, sizeof text_ / 2);
    memcpy(text_, object_type, type_bytes);
    text_[type_bytes] = '.';
    const size_t bytes = strnlen(operation, sizeof text_ - type_bytes - 2);
    memcpy(text_ + type_bytes + 1, operation, bytes);
    text_[type_bytes + 1 + bytes] = '\0';
  }
  const char* text() const noexcept { return text_; }

 private:
  char text_[80];
};

/// Only these have a descriptor for a native handle; the others say 0.
inline int64_t descriptor_of(const char* object_type, uintmax_t native_handle) noexcept {
  const bool has = strcmp(object_type, "socket") == 0 || strcmp(object_type, "descriptor") == 0;
  return has ? static_cast<int64_t>(static_cast<int>(native_handle)) : -1;
}

/// 0 for success and for the end of a stream; an errno value; EIO for other libraries' codes.
template <class Error>
inline int32_t errno_of(const Error& error) noexcept {
  const int value = error.value();
  if (value == 0) return 0;
  const char* category = error.category().name();
  const bool is_errno = strcmp(category, "system") == 0 || strcmp(category, "generic") == 0 ||
                        strcmp(category, "asio.system") == 0;
  if (is_errno) return value;
  const int kEndOfStream = 2;  // asio::error::eof
  if (strcmp(category, "asio.misc") == 0 && value == kEndOfStream) return 0;
  return EIO;
}

/// Arguments of a handler, of whatever types: (), (error), (error, bytes), (error, anything).
struct Result {
  int32_t error;
  uint64_t bytes;
};
inline uint64_t bytes_of(size_t bytes) noexcept {
  return bytes;
}
template <class Other>
inline uint64_t bytes_of(const Other&) noexcept {
  return 0;
}

template <class Error>
inline auto error_of(const Error& error, int) noexcept -> decltype(error.category(), int32_t()) {
  return errno_of(error);
}
template <class Other>
inline int32_t error_of(const Other&, long) noexcept {
  return 0;
}

inline Result result_of() noexcept {
  return Result{0, 0};
}
template <class First>
inline Result result_of(const First& first) noexcept {
  return Result{error_of(first, 0), 0};
}
template <class First, class Second, class... Rest>
inline Result result_of(const First& first, const Second& second, const Rest&...) noexcept {
  return Result{error_of(first, 0), bytes_of(second)};
}

/// An operation as Asio describes it where it is created.
struct Started {
  const char* object_type;
  void* object;
  uintmax_t native_handle;
  const char* operation;
  const weft_place* handler;
};
WEFT_INSTRUMENT_RECORDED inline weft_operation start(const Started& started) noexcept {
  const OperationName name(started.object_type, started.operation);
  const weft_place* said = Location::current();
  // Asio's own locations are lines of its headers.
  const bool is_own = said == nullptr || said->file == nullptr || strstr(said->file, "/asio/");
  const weft_place* place = is_own && started.handler != nullptr ? started.handler : said;
  return table()->operation_start(name.text(), place, started.object,
                                  descriptor_of(started.object_type, started.native_handle));
}

template <class Operation>
WEFT_INSTRUMENT_RECORDED weft_operation start(Started started) noexcept {
  started.handler = handler_place<Operation>();
  return start(started);
}

template <class Context, class Operation>
inline void creation(Context&, Operation& object_of_operation, const char* object_type,
                     void* object, uintmax_t native_handle, const char* operation) noexcept {
  if (table() == nullptr) return;
  TrackedHandler& handler = object_of_operation;
  handler.operation_ =
      start<Operation>(Started{object_type, object, native_handle, operation, nullptr});
#if __cplusplus >= 202002L
  SlotOperation::name_operation(handler.operation_);
#endif
}

/// An operation of an object that ends those that were started on it: cancel, cancel_one, close,
/// release.
template <class Context>
inline void operation(Context&, const char*, void* object, uintmax_t,
                      const char* operation) noexcept {
  if (const weft_abi* weft = table()) weft->operation_cancel(object, operation);
}

/// The reactor has tried an operation. Only a transfer of bytes tells by its error whether it is
/// done.
template <class Error>
inline void reactor_operation(const TrackedHandler& handler, const char*, const Error& error,
                              size_t bytes) noexcept {
  if (handler.operation_ != 0) handler.tried(errno_of(error), bytes);
}
template <class Error>
inline void reactor_operation(const TrackedHandler&, const char*, const Error&) noexcept {}

/// The run of a handler, or its being dropped.
class Completion {
 public:
  explicit Completion(const TrackedHandler& handler) noexcept
      : operation_(handler.operation_), complete_(handler.complete_), phase_(kPending) {}
  Completion(const Completion&) = delete;
  Completion& operator=(const Completion&) = delete;
  ~Completion() {
    if (operation_ != 0 && phase_ != kEnded) drop();
  }

  template <class... Arguments>
  void invocation_begin(const Arguments&... arguments) noexcept {
    if (operation_ != 0) begin(result_of(arguments...));
  }
  void invocation_end() noexcept {
    if (operation_ != 0) end();
  }

 private:
  WEFT_INSTRUMENT_RECORDED void begin(Result result) noexcept {
    if (!complete_) table()->operation_complete(operation_, result.error, result.bytes);
    previous_ = table()->task_resume(operation_, nullptr);
    phase_ = kRunning;
  }
  WEFT_INSTRUMENT_RECORDED void end() noexcept {
    phase_ = kEnded;
    table()->task_end(operation_, WEFT_DONE, nullptr);
    table()->task_leave(previous_);
  }
  WEFT_INSTRUMENT_RECORDED void drop() noexcept {
    table()->task_end(operation_, phase_ == kRunning ? WEFT_FAILED : WEFT_CANCELLED, nullptr);
    if (phase_ == kRunning) table()->task_leave(previous_);
  }

  enum Phase { kPending, kRunning, kEnded };

  weft_operation operation_;
  bool complete_;
  Phase phase_;
  weft_task previous_;
};

}  // namespace asio
}  // namespace instrument
}  // namespace weft
