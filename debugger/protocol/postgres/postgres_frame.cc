#include "debugger/protocol/postgres/postgres_frame.h"

#include <algorithm>

namespace weft::protocol {

namespace {

/// The server refuses larger messages (PQ_LARGE_MESSAGE_LIMIT is 1 GiB - 1).
constexpr uint32_t kMaxMessage = 1u << 30;
constexpr uint32_t kMaxStartup = 10000;  // MAX_STARTUP_PACKET_LENGTH

}  // namespace

uint32_t big_endian_32(std::string_view bytes) {
  uint32_t value = 0;
  for (size_t i = 0; i < 4 && i < bytes.size(); ++i)
    value = value << 8 | static_cast<unsigned char>(bytes[i]);
  return value;
}

std::string_view take_c_string(std::string_view& content) {
  const std::string_view text = content.substr(0, content.find('\0'));
  content.remove_prefix(std::min(content.size(), text.size() + 1));
  return text;
}

PostgresFrames::Got PostgresFrames::take(std::string_view& data) {
  if (data.empty()) return Got::kMore;
  if (!inside_) {
    inside_ = true;
    head_bytes_ = 0;
    head_needs_ = untyped_ ? 4 : 5;
    body_bytes_ = left_ = 0;
    content_.clear();
    type_ = untyped_ ? '\0' : data.front();
    return Got::kBegin;
  }
  if (head_bytes_ < head_needs_) {
    while (head_bytes_ < head_needs_ && !data.empty()) {
      head_[head_bytes_++] = static_cast<uint8_t>(data.front());
      data.remove_prefix(1);
    }
    if (head_bytes_ < head_needs_) return Got::kMore;
    if (const Got got = head_ends(); got != Got::kMore) return got;
  }
  const size_t part = std::min<uint64_t>(left_, data.size());
  content_.append(data.substr(0, std::min(part, kMaxKept - std::min(kMaxKept, content_.size()))));
  data.remove_prefix(part);
  left_ -= part;
  if (left_ != 0) return Got::kMore;
  inside_ = false;
  return Got::kFrame;
}

PostgresFrames::Got PostgresFrames::head_ends() {
  const uint8_t* at = head_ + head_needs_ - 4;
  const uint32_t length =
      uint32_t{at[0]} << 24 | uint32_t{at[1]} << 16 | uint32_t{at[2]} << 8 | uint32_t{at[3]};
  if (length < 4 || length > (untyped_ ? kMaxStartup : kMaxMessage)) return Got::kNonsense;
  untyped_ = false;
  body_bytes_ = left_ = length - 4;
  if (left_ != 0) return Got::kMore;
  inside_ = false;
  return Got::kFrame;
}

PostgresFrames::Skipped PostgresFrames::skip(uint64_t count) {
  if (count == 0) return Skipped::kInside;
  if (!inside_ || head_bytes_ < head_needs_) return Skipped::kLost;
  if (count < left_) {
    left_ -= count;
    return Skipped::kInside;
  }
  count -= left_;
  left_ = 0;
  inside_ = false;
  return count == 0 ? Skipped::kFrame : Skipped::kFrameThenLost;
}

}  // namespace weft::protocol
