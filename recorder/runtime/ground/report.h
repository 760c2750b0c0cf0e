/// What the runtime says when it cannot go on. It has no stdio: messages are assembled by hand.
#pragma once

#include <cstddef>
#include <cstdint>

namespace weft::runtime {

/// A bug of weft's, or a limit reached in the middle of a run: prints `what` and `value` to stderr
/// and ends the process with SIGABRT.
[[noreturn]] void fail(const char* what, int64_t value = 0);

/// Checks that stay on in release.
inline void check(bool condition, const char* what, int64_t value = 0) {
  if (!condition) [[unlikely]]
    fail(what, value);
}

/// Text under construction in a fixed buffer; what does not fit is dropped.
class Text {
 public:
  Text(char* buffer, size_t capacity) : buffer_(buffer), capacity_(capacity) { buffer_[0] = 0; }
  Text& add(const char* text);
  Text& add_decimal(int64_t value);
  Text& add_hex(uint64_t value);
  const char* c_str() const { return buffer_; }
  size_t size() const { return size_; }

 private:
  void add_char(char c);
  char* buffer_;
  size_t capacity_;
  size_t size_ = 0;
};

}  // namespace weft::runtime
