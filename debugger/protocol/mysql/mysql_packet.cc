#include "debugger/protocol/mysql/mysql_packet.h"

#include <algorithm>

namespace weft::protocol {

namespace {

constexpr uint64_t kSplitAt = 0xffffff;

}  // namespace

uint64_t take_integer(std::string_view& content, size_t bytes) {
  uint64_t value = 0;
  for (size_t i = 0; i < bytes && i < content.size(); ++i)
    value |= uint64_t{static_cast<unsigned char>(content[i])} << (8 * i);
  content.remove_prefix(std::min(bytes, content.size()));
  return value;
}

uint64_t take_length(std::string_view& content) {
  const uint64_t first = take_integer(content, 1);
  if (first == 0xfc) return take_integer(content, 2);
  if (first == 0xfd) return take_integer(content, 3);
  if (first == 0xfe) return take_integer(content, 8);
  return first;
}

/// True once the whole head is there.
bool MysqlPackets::take_head(std::string_view& data) {
  if (head_bytes_ == 0 && !goes_on_) {
    content_.clear();
    length_ = bytes_ = 0;
    told_ = false;
  }
  while (head_bytes_ < sizeof head_ && !data.empty()) {
    head_[head_bytes_++] = static_cast<uint8_t>(data.front());
    data.remove_prefix(1);
    ++bytes_;
  }
  if (head_bytes_ < sizeof head_) return false;
  left_ = head_[0] | uint64_t{head_[1]} << 8 | uint64_t{head_[2]} << 16;
  length_ += left_;
  split_ = left_ == kSplitAt;
  return true;
}

MysqlPackets::Got MysqlPackets::take(std::string_view& data) {
  if (head_bytes_ < sizeof head_ && !take_head(data)) return Got::kMore;
  if (!told_ && (left_ == 0 || !data.empty())) {
    told_ = true;
    if (left_ > 0) content_.assign(1, data.front());
    return Got::kBegin;
  }
  const size_t part = std::min<uint64_t>(left_, data.size());
  // The first byte is there already.
  const size_t from = length_ == left_ && part > 0 ? 1 : 0;
  content_.append(
      data.substr(from, std::min(part - from, kMaxKept - std::min(kMaxKept, content_.size()))));
  data.remove_prefix(part);
  left_ -= part;
  bytes_ += part;
  if (left_ != 0) return Got::kMore;
  head_bytes_ = 0;
  goes_on_ = split_;
  return split_ ? Got::kMore : Got::kPacket;
}

MysqlPackets::Skipped MysqlPackets::skip(uint64_t count) {
  if (head_bytes_ < sizeof head_ || count > left_) return Skipped::kLost;
  left_ -= count;
  bytes_ += count;
  if (left_ != 0) return Skipped::kInside;
  head_bytes_ = 0;
  goes_on_ = split_;
  return split_ ? Skipped::kInside : Skipped::kPacket;
}

}  // namespace weft::protocol
