#include "debugger/protocol/pipeline.h"

namespace weft::protocol {

bool Pipeline::begin_request(uint32_t tag) {
  if (lost_ && !partial_) {
    while (!pending_.empty() && pending_.front().complete)
      end_answer({kNotRecorded, false, 0}, When::kBefore);
    lost_ = false;
  }
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
  while (!pending_.empty()) end_answer({outcome, true, 0}, When::kBefore);
}

void Pipeline::lose_answers() {
  lost_ = true;
  touch_answer();
}

}  // namespace weft::protocol
