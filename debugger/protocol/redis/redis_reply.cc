#include "debugger/protocol/redis/redis_reply.h"

#include <algorithm>
#include <charconv>

#include "debugger/protocol/protocol.h"

namespace weft::protocol {

namespace {

constexpr int64_t kMaxElements = int64_t{1} << 32;
constexpr int64_t kMaxReplyBytes = int64_t{1} << 40;

bool to_number(std::string_view text, int64_t* number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *number);
  return error == std::errc{} && end == text.data() + text.size();
}

}  // namespace

void RedisReplyReader::restart() {
  inside_ = in_bulk_ = attribute_ = false;
  depth_ = 0;
  line_.clear();
}

void RedisReplyReader::begin() {
  inside_ = true;
  type_ = 0;
  element_ = errors_ = bytes_ = 0;
  outcome_.clear();
  first_.clear();
  second_.clear();
}

RedisReplyReader::Got RedisReplyReader::take(std::string_view& data) {
  while (!data.empty()) {
    if (!inside_) begin();
    const size_t before = data.size();
    if (in_bulk_) {
      const size_t part = std::min<uint64_t>(left_, data.size());
      keep_element(data.substr(0, left_ > 2 ? std::min<uint64_t>(part, left_ - 2) : 0));
      data.remove_prefix(part);
      bytes_ += part;
      left_ -= part;
      if (left_ != 0) return Got::kMore;
      in_bulk_ = false;
      if (value_ends() == Got::kReply) return Got::kReply;
      continue;
    }
    const bool line = line_.take(data);
    bytes_ += before - data.size();
    if (!line) return Got::kMore;
    const Got got = take_line(line_.text());
    if (got != Got::kMore) return got;
  }
  return Got::kMore;
}

/// Keeps the beginning of the first two strings of an array: they tell what kind of push it is.
void RedisReplyReader::keep_element(std::string_view part) {
  if (depth_ != 1 || element_ > 1 || attribute_) return;
  std::string& text = element_ == 0 ? first_ : second_;
  text.append(part.substr(0, kMaxElementText - std::min(kMaxElementText, text.size())));
}

RedisReplyReader::Got RedisReplyReader::take_line(std::string_view line) {
  if (line.empty()) return Got::kNonsense;
  const char type = line[0];
  const std::string_view rest = line.substr(1);
  switch (type) {
    case '+':
    case '-':
    case ':':
    case '_':
    case ',':
    case '#':
    case '(':
      describe(type, rest);
      if (type == '+') keep_element(rest);
      return value_ends();
    case '$':
    case '=':
    case '!':
      return take_bulk_head(line, rest);
    case '*':
    case '~':
    case '>':
    case '%':
    case '|':
      return take_aggregate(type, line, rest);
    default:
      return Got::kNonsense;
  }
}

/// The first line of a reply says how it came out; lines inside it count if they are errors.
void RedisReplyReader::describe(char type, std::string_view text) {
  if (attribute_) return;
  if (type == '-' || type == '!') ++errors_;
  if (depth_ != 0) return;
  type_ = type;
  text = text.substr(0, kMaxOutcome);
  if (type == '_') {
    outcome_ = "nil";
  } else if (type == '#') {
    outcome_ = text == "t" ? "true" : "false";
  } else {
    outcome_ = text;
  }
}

RedisReplyReader::Got RedisReplyReader::take_bulk_head(std::string_view line,
                                                       std::string_view number) {
  int64_t length = 0;
  if (!to_number(number, &length) || length < -1 || length > kMaxReplyBytes) return Got::kNonsense;
  if (length == -1) {
    describe('_', {});
    return value_ends();
  }
  describe(line[0], "<" + std::string(number) + (length == 1 ? " byte>" : " bytes>"));
  in_bulk_ = true;
  left_ = static_cast<uint64_t>(length) + 2;
  return Got::kMore;
}

RedisReplyReader::Got RedisReplyReader::take_aggregate(char type, std::string_view line,
                                                       std::string_view number) {
  int64_t count = 0;
  if (!to_number(number, &count) || count < -1 || count > kMaxElements) return Got::kNonsense;
  if (count == -1) {
    describe('_', {});
    return value_ends();
  }
  if (type == '|') {
    if (depth_ != 0) return Got::kNonsense;  // attributes inside a reply: no server sends them
    attribute_ = true;
  } else {
    describe(line[0], std::string(number) + (type == '%' ? " pairs" : " elements"));
  }
  if (type == '%' || type == '|') count *= 2;
  if (count == 0) return value_ends();
  if (depth_ == kMaxDepth) return Got::kNonsense;
  elements_[depth_++] = static_cast<uint64_t>(count);
  return Got::kMore;
}

RedisReplyReader::Got RedisReplyReader::value_ends() {
  while (depth_ > 0) {
    if (depth_ == 1) ++element_;
    if (--elements_[depth_ - 1] > 0) return Got::kMore;
    --depth_;
  }
  if (attribute_) {
    attribute_ = false;
    element_ = 0;
    return Got::kMore;
  }
  inside_ = false;
  if (errors_ != 0 && type_ != '-' && type_ != '!')
    outcome_ += errors_ == 1 ? ", 1 error" : ", " + std::to_string(errors_) + " errors";
  return Got::kReply;
}

RedisReplyReader::Skipped RedisReplyReader::skip(uint64_t count) {
  if (count == 0) return Skipped::kInside;
  bytes_ += count;
  if (!in_bulk_ || count < left_) {
    if (!in_bulk_) return Skipped::kLost;
    left_ -= count;
    return Skipped::kInside;
  }
  count -= left_;
  in_bulk_ = false;
  if (value_ends() == Got::kMore) return count == 0 ? Skipped::kInside : Skipped::kLost;
  return count == 0 ? Skipped::kReply : Skipped::kReplyThenLost;
}

}  // namespace weft::protocol
