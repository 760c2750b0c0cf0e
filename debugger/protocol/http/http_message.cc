#include "debugger/protocol/http/http_message.h"

#include <algorithm>
#include <charconv>

namespace weft::protocol {

namespace {

constexpr std::string_view kHeadEnd = "\r\n\r\n";

}  // namespace

void HttpMessages::restart() {
  state_ = State::kStart;
  collected_.clear();
  line_.clear();
}

HttpMessages::Got HttpMessages::end() {
  state_ = State::kStart;
  return Got::kEnd;
}

void HttpMessages::set_body(HttpBody body, uint64_t length) {
  collected_.clear();
  head_ = {};
  left_ = length;
  line_.clear();
  switch (body) {
    case HttpBody::kNone:
      left_ = 0;
      [[fallthrough]];
    case HttpBody::kLength:
      state_ = State::kLength;
      break;
    case HttpBody::kChunked:
      state_ = State::kChunkSize;
      break;
    case HttpBody::kUntilClose:
      state_ = State::kUntilClose;
      break;
  }
}

HttpMessages::Got HttpMessages::take(std::string_view& data) {
  for (;;) {
    if (state_ == State::kLength && left_ == 0) return end();  // also without further bytes
    if (data.empty()) return Got::kMore;
    const size_t before = data.size();
    switch (state_) {
      case State::kStart:
        if (data.front() == '\r' || data.front() == '\n') {
          data.remove_prefix(1);
          continue;
        }
        state_ = State::kHead;
        bytes_ = 0;
        return Got::kBegin;
      case State::kHead:
        return take_head(data);
      case State::kHeadDone:
        return Got::kNonsense;  // set_body() was not called
      case State::kLength:
      case State::kChunk: {
        const size_t part = std::min<uint64_t>(left_, data.size());
        data.remove_prefix(part);
        left_ -= part;
        if (state_ == State::kChunk && left_ == 0) state_ = State::kChunkEnd;
        break;
      }
      case State::kChunkSize:
      case State::kChunkEnd:
      case State::kTrailer: {
        const bool line = line_.take(data);
        bytes_ += before - data.size();
        if (!line) return Got::kMore;
        if (const Got got = take_chunk_line(line_.text()); got != Got::kMore) return got;
        continue;
      }
      case State::kUntilClose:
        data = {};
        break;
    }
    bytes_ += before - data.size();
  }
}

HttpMessages::Got HttpMessages::take_head(std::string_view& data) {
  size_t taken = 0;
  if (collected_.empty()) {
    const size_t end = data.find(kHeadEnd);
    if (end != std::string_view::npos) {
      taken = end + kHeadEnd.size();
      head_ = data.substr(0, taken);
    }
  } else {
    const size_t from = collected_.size() - std::min<size_t>(collected_.size(), 3);
    const size_t old_size = collected_.size();
    collected_.append(data.substr(0, kMaxHead));
    const size_t end = collected_.find(kHeadEnd, from);
    if (end != std::string::npos) {
      taken = end + kHeadEnd.size() - old_size;
      head_ = std::string_view(collected_).substr(0, end + kHeadEnd.size());
    } else {
      collected_.resize(old_size);
    }
  }
  if (taken == 0) {
    if (collected_.size() + data.size() > kMaxHead) return Got::kNonsense;
    collected_.append(data);
    head_ = collected_;
    bytes_ += data.size();
    data = {};
    return Got::kMore;
  }
  data.remove_prefix(taken);
  bytes_ += taken;
  state_ = State::kHeadDone;
  return Got::kHead;
}

HttpMessages::Got HttpMessages::take_chunk_line(std::string_view line) {
  if (state_ == State::kChunkEnd) {
    state_ = State::kChunkSize;
    return line.empty() ? Got::kMore : Got::kNonsense;
  }
  if (state_ == State::kTrailer) return line.empty() ? end() : Got::kMore;
  const auto [at, error] = std::from_chars(line.data(), line.data() + line.size(), left_, 16);
  if (error != std::errc{} || at == line.data()) return Got::kNonsense;
  state_ = left_ == 0 ? State::kTrailer : State::kChunk;
  return Got::kMore;
}

HttpMessages::Skipped HttpMessages::skip(uint64_t count) {
  bytes_ += count;
  if (count == 0 || state_ == State::kUntilClose) return Skipped::kInside;
  if (state_ == State::kChunk && count <= left_ + 2) {
    // The line end after the chunk's data may be among the bytes.
    const uint64_t data = std::min(count, left_);
    left_ -= data;
    if (left_ == 0) state_ = count - data == 2 ? State::kChunkSize : State::kChunkEnd;
    line_.clear();
    return count - data == 1 ? Skipped::kLost : Skipped::kInside;
  }
  // The usual end of a chunked message: "\r\n0\r\n\r\n" after the last chunk's data.
  if (state_ == State::kChunk && count == left_ + 7) {
    end();
    return Skipped::kEnd;
  }
  if (state_ != State::kLength || count < left_) {
    if (state_ != State::kLength) return Skipped::kLost;
    left_ -= count;
    return Skipped::kInside;
  }
  count -= left_;
  left_ = 0;
  end();
  return count == 0 ? Skipped::kEnd : Skipped::kEndThenLost;
}

}  // namespace weft::protocol
