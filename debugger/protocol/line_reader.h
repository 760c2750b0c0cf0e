/// A line that may come in pieces: the head of RESP frames, chunk sizes, inline commands.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace weft::protocol {

class LineReader {
 public:
  /// @param limit  bytes of a line that are kept; the rest of it is dropped
  explicit LineReader(size_t limit) : limit_(limit) {}

  /// Takes bytes off `data` up to and with the next \n. True when a line is complete: text() holds
  /// it, without its end, until the next call.
  bool take(std::string_view& data) {
    if (complete_) clear();
    const size_t end = data.find('\n');
    const std::string_view part = data.substr(0, end);
    if (end == std::string_view::npos) {
      keep(part);
      data = {};
      return false;
    }
    data.remove_prefix(end + 1);
    complete_ = true;
    if (kept_.empty()) {
      text_ = part.substr(0, limit_);
    } else {
      keep(part);
      text_ = kept_;
    }
    if (!text_.empty() && text_.back() == '\r') text_.remove_suffix(1);
    return true;
  }
  std::string_view text() const { return text_; }
  /// Bytes of a line whose end has not come yet.
  size_t waiting() const { return complete_ ? 0 : kept_.size(); }
  std::string_view unfinished() const { return complete_ ? std::string_view{} : kept_; }
  void clear() {
    kept_.clear();
    text_ = {};
    complete_ = false;
  }

 private:
  void keep(std::string_view part) {
    kept_.append(part.substr(0, limit_ - std::min(limit_, kept_.size())));
  }

  size_t limit_;
  bool complete_ = false;
  std::string kept_;
  std::string_view text_;
};

}  // namespace weft::protocol
