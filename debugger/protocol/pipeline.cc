#include "debugger/protocol/pipeline.h"

namespace weft::protocol {

bool Pipeline::begin_request(uint32_t tag) {
  if (lost_ && !partial_) end_lost();
  if (pending_.size() >= kMaxPending) return false;
  pending_.push_back({sink_.begin_request(), tag});
  return true;
}

void Pipeline::end_request(const RequestText& text, When when) {
  if (pending_.empty()) return;
  pending_.back().complete = true;
  sink_.end_request(pending_.back().id, text, when);
}

void Pipeline::touch_answer() {
  if (pending_.empty()) return;
  Pending& oldest = pending_.front();
  if (oldest.answered) {
    sink_.answer_goes_on(oldest.id);
  } else {
    sink_.begin_answer(oldest.id);
    oldest.answered = true;
  }
}

void Pipeline::end_answer(AnswerText text, When when) {
  if (pending_.empty()) return;
  const Pending oldest = pending_.front();
  pending_.pop_front();
  if (when == When::kNow && !oldest.answered) sink_.begin_answer(oldest.id);
  if (text.bytes == 0) text.bytes = oldest.answer_bytes;
  sink_.end_answer(oldest.id, text, when);
}

void Pipeline::end_all(std::string_view outcome) {
  if (lost_) end_lost();
  while (!pending_.empty()) end_answer({.outcome = outcome, .failed = true}, When::kBefore);
}

void Pipeline::lose_answers(const AnswerText& known) {
  lost_ = true;
  lost_outcome_ = known.outcome.empty() ? kNotRecorded : known.outcome;
  lost_failed_ = known.failed;
  lost_bytes_ = known.bytes;
  touch_answer();
}

void Pipeline::add_lost(uint64_t bytes) {
  lost_bytes_ += bytes;
  touch_answer();
}

void Pipeline::end_lost_one() {
  lost_ = false;
  if (pending_.empty() || !pending_.front().complete) return;
  const std::string outcome = std::move(lost_outcome_);
  end_answer({outcome, lost_failed_, lost_bytes_}, When::kBefore);
}

void Pipeline::end_lost() {
  end_lost_one();
  while (!pending_.empty() && pending_.front().complete)
    end_answer({.outcome = kNotRecorded}, When::kBefore);
}

}  // namespace weft::protocol
