#include "debugger/protocol/redis/redis_request.h"

#include <algorithm>
#include <charconv>

#include "debugger/protocol/protocol.h"

namespace weft::protocol {

namespace {

constexpr uint64_t kMaxArguments = 1024 * 1024;  // as the server's
constexpr uint64_t kMaxArgumentBytes = 4ull * 1024 * 1024 * 1024;

bool to_number(std::string_view text, uint64_t* number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *number);
  return error == std::errc{} && end == text.data() + text.size();
}

char upper(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

}  // namespace

void RedisRequestReader::restart() {
  state_ = State::kStart;
  line_.clear();
}

RedisRequestReader::Got RedisRequestReader::take(std::string_view& data) {
  while (!data.empty()) {
    const size_t before = data.size();
    if (state_ == State::kStart) {
      if (data.front() == '\r' || data.front() == '\n') {
        data.remove_prefix(1);
        continue;
      }
      state_ = data.front() == '*' ? State::kCount : State::kInline;
      line_.clear();
      what_.clear();
      command_ = &kAnyRedisCommand;
      bytes_ = arguments_ = argument_ = 0;
      return Got::kBegin;
    }
    if (state_ == State::kBulk) {
      take_bulk(data);
      bytes_ += before - data.size();
      continue;
    }
    const bool line = line_.take(data);
    bytes_ += before - data.size();
    if (!line) return Got::kMore;
    switch (state_) {
      case State::kCount:
        if (!take_count(line_.text())) return Got::kNonsense;
        break;
      case State::kLength:
        if (!take_length(line_.text())) return Got::kNonsense;
        break;
      case State::kBulkEnd:
        if (next_argument() == Got::kCommand) return Got::kCommand;
        break;
      default:
        take_inline(line_.text());
        state_ = State::kStart;
        return Got::kCommand;
    }
  }
  return Got::kMore;
}

bool RedisRequestReader::take_count(std::string_view line) {
  state_ = State::kLength;
  return line.size() > 1 && to_number(line.substr(1), &arguments_) && arguments_ >= 1 &&
         arguments_ <= kMaxArguments;
}

bool RedisRequestReader::take_length(std::string_view line) {
  uint64_t length = 0;
  if (line.size() < 2 || line[0] != '$' || !to_number(line.substr(1), &length)) return false;
  if (length > kMaxArgumentBytes) return false;
  begin_argument(length);
  state_ = length == 0 ? State::kBulkEnd : State::kBulk;
  return true;
}

void RedisRequestReader::begin_argument(uint64_t length) {
  left_ = length;
  shown_left_ = 0;
  cut_ = false;
  if (what_.size() >= kMaxWhat) return;
  if (argument_ != 0) what_ += ' ';
  if (argument_ != 0 && is_value(*command_, argument_)) {
    what_ += '<';
    what_ += std::to_string(length);
    what_ += length == 1 ? " byte>" : " bytes>";
  } else {
    shown_left_ = std::min(kMaxShownArgument, kMaxWhat - what_.size());
    cut_ = length > shown_left_;
  }
}

void RedisRequestReader::put(std::string_view part) {
  part = part.substr(0, shown_left_);
  shown_left_ -= part.size();
  if (argument_ == 0) {
    for (const char c : part) what_ += upper(c);
  } else {
    what_ += part;
  }
}

void RedisRequestReader::take_bulk(std::string_view& data) {
  const size_t part = std::min<uint64_t>(left_, data.size());
  put(data.substr(0, part));
  data.remove_prefix(part);
  left_ -= part;
  if (left_ == 0) {
    state_ = State::kBulkEnd;
    line_.clear();
  }
}

RedisRequestReader::Got RedisRequestReader::next_argument() {
  if (cut_ && what_.size() < kMaxWhat) what_ += "...";
  if (argument_ == 0) command_ = &redis_command(what_);
  state_ = State::kLength;
  if (++argument_ < arguments_) return Got::kMore;
  state_ = State::kStart;
  return Got::kCommand;
}

void RedisRequestReader::take_inline(std::string_view line) {
  while (!line.empty()) {
    const std::string_view word = line.substr(0, line.find(' '));
    line.remove_prefix(std::min(line.size(), word.size() + 1));
    if (word.empty()) continue;
    begin_argument(word.size());
    put(word);
    next_argument();
  }
  arguments_ = argument_;
}

RedisRequestReader::Skipped RedisRequestReader::skip(uint64_t count) {
  bytes_ += count;
  shown_left_ = 0;
  if (state_ == State::kBulk) {
    const uint64_t part = std::min(count, left_);
    left_ -= part;
    count -= part;
    if (left_ != 0) return Skipped::kInside;
    state_ = State::kBulkEnd;
    line_.clear();
  }
  if (count == 0) return Skipped::kInside;
  const uint64_t end = 2 - std::min<size_t>(line_.waiting(), 1);
  if (state_ != State::kBulkEnd || count < end) return Skipped::kLost;
  line_.clear();
  const bool command = next_argument() == Got::kCommand;
  if (!command) return count == end ? Skipped::kInside : Skipped::kLost;
  return count == end ? Skipped::kCommand : Skipped::kCommandThenLost;
}

}  // namespace weft::protocol
