#include "debugger/protocol/detect/unknown_decoder.h"

#include <string>

#include "debugger/protocol/pipeline.h"

namespace weft::protocol {

namespace {

std::string count_text(std::string_view name, uint64_t bytes) {
  return std::string(name) + "<" + std::to_string(bytes) + (bytes == 1 ? " byte>" : " bytes>");
}

}  // namespace

void UnknownDecoder::take(Side side, uint64_t count) {
  if (count == 0) return;
  if (side == Side::kRequests) {
    if (state_ == State::kAnswer) end_answer();
    if (state_ == State::kIdle) {
      id_ = sink_.begin_request();
      state_ = State::kRequest;
    } else {
      sink_.request_goes_on(id_);
    }
  } else {
    if (state_ == State::kIdle) {
      id_ = sink_.begin_push("push");
      sink_.begin_answer(id_);
      state_ = State::kAnswer;
    } else if (state_ == State::kRequest) {
      end_request();
      sink_.begin_answer(id_);
      state_ = State::kAnswer;
    } else {
      sink_.answer_goes_on(id_);
    }
  }
  bytes_ += count;
}

void UnknownDecoder::end_request() {
  const std::string what = count_text(name_, bytes_);
  sink_.end_request(id_, {what, {}, {}, {}, bytes_}, When::kBefore);
  bytes_ = 0;
}

void UnknownDecoder::end_answer() {
  sink_.end_answer(id_, {.outcome = count_text("", bytes_), .bytes = bytes_}, When::kBefore);
  bytes_ = 0;
  state_ = State::kIdle;
}

void UnknownDecoder::close() {
  if (state_ == State::kAnswer) end_answer();
  if (state_ == State::kRequest) {
    end_request();
    sink_.end_answer(id_, {.outcome = kNoAnswer, .failed = true}, When::kBefore);
  }
  state_ = State::kIdle;
}

void UnknownDecoder::no_more_bytes() {
  if (state_ == State::kAnswer) end_answer();
}

}  // namespace weft::protocol
