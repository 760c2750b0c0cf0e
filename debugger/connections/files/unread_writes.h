/// One direction of a pipe, socketpair or loopback connection that this program itself writes into,
/// or an eventfd: whose write is it that a reader sees?
///
/// Bytes are told apart by their place: the n-th byte read is the n-th byte written.
#pragma once

#include <cstdint>
#include <deque>

#include "debugger/connections/log/mark.h"

namespace weft::connections {

class UnreadWrites {
 public:
  void write(uint64_t bytes, const Mark& now) {
    written_ += bytes;
    if (unread_.size() >= kMaxUnread) {
      unread_.back().end = written_;  // as if the last one had written it all
    } else {
      unread_.push_back({written_, now});
    }
  }
  /// The write that the first of these bytes came from; none if another process wrote it.
  Mark read(uint64_t bytes) {
    const Mark writer = oldest();
    read_ += bytes;
    while (!unread_.empty() && unread_.front().end <= read_) unread_.pop_front();
    if (read_ > written_) written_ = read_;  // somebody else writes too
    return writer;
  }
  /// An eventfd: a read takes all.
  Mark read_all() {
    const Mark writer = oldest();
    unread_.clear();
    read_ = written_;
    return writer;
  }
  /// The write that made it readable.
  Mark oldest() const { return unread_.empty() ? Mark{} : unread_.front().writer; }

  /// The last writer closed its end.
  void close(const Mark& now) { closed_ = now; }
  const Mark& closed() const { return closed_; }

 private:
  static constexpr size_t kMaxUnread = 256;

  struct Write {
    uint64_t end;  ///< bytes written up to and with it
    Mark writer;
  };
  std::deque<Write> unread_;
  uint64_t written_ = 0, read_ = 0;
  Mark closed_;
};

}  // namespace weft::connections
