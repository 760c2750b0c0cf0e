/// Errors that a user can do something about, and the type that carries them.
///
/// Every error belongs to one of four classes, which are also exit statuses. `Result<T>` is what
/// std::expected<T, Error> will be once the oldest supported compiler has it.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace weft {

enum class ErrorClass : int {
  kUsage = 2,        ///< usage or set-up: the message names the file, limit or permission
  kUnsupported = 3,  ///< a feature or call that weft cannot record
  kDivergence = 4,   ///< a replay did something else than its trace says
  kBadTrace = 5,     ///< the trace is damaged, cut, or of another version
};

struct Error {
  ErrorClass error_class;
  std::string message;  ///< one line, no final stop: what is wrong
  std::string hint;     ///< one line: what the user can do next
};

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::move(value)) {}
  Result(Error error) : state_(std::move(error)) {}
  explicit operator bool() const { return state_.index() == 0; }
  T& operator*() { return std::get<0>(state_); }
  const T& operator*() const { return std::get<0>(state_); }
  T* operator->() { return &std::get<0>(state_); }
  const T* operator->() const { return &std::get<0>(state_); }
  const Error& error() const { return std::get<1>(state_); }

 private:
  std::variant<T, Error> state_;
};

/// A Result without a value: converts to true on success.
class [[nodiscard]] Status {
 public:
  Status() = default;
  Status(Error error) : error_(std::move(error)) {}
  explicit operator bool() const { return !error_; }
  const Error& error() const { return *error_; }

 private:
  std::optional<Error> error_;
};

}  // namespace weft
