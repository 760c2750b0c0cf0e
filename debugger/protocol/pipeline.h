/// What the decoders have in common: requests that wait for their answers, in order, and what to do
/// when bytes are missing.
///
/// Answers come in the order of the requests (HTTP pipelining, RESP, PostgreSQL). A gap may swallow
/// the boundaries between messages. Then that side is lost, and is found again as follows:
///   requests   at the next call: programs begin a call with a new message.
///   answers    a program that answers a batch does so before it takes the next one. So all
///              requests that were complete at the loss have been answered when the next request
///              comes, and the first answer after that begins with its call. This is not so after
///              a partial call: the next one continues it in the middle.
/// Exchanges whose end is missing end with their last call. Their outcome is what was known of it
/// before the gap, otherwise "(not recorded)".
#pragma once

#include <deque>
#include <string>

#include "debugger/protocol/decoder.h"

namespace weft::protocol {

class Pipeline {
 public:
  struct Pending {
    ExchangeId id;
    uint32_t tag;           ///< of the decoder's own
    bool complete = false;  ///< the request has ended
    bool answered = false;  ///< the answer has begun
    uint64_t answer_bytes = 0;
  };

  explicit Pipeline(ExchangeSink& sink) : sink_(sink) {}

  ExchangeSink& sink() { return sink_; }
  bool empty() const { return pending_.empty(); }
  size_t size() const { return pending_.size(); }
  Pending& front() { return pending_.front(); }
  Pending& back() { return pending_.back(); }

  /// A request begins. False if there are too many.
  bool begin_request(uint32_t tag = 0);
  /// The youngest request ends.
  void end_request(const RequestText& text, When when = When::kNow);
  /// The oldest request's answer begins or goes on.
  void touch_answer();
  /// The oldest request is answered, and forgotten.
  void end_answer(AnswerText text, When when = When::kNow);
  /// Ends all that is open.
  void end_all(std::string_view outcome);

  /// The answers' side is lost, inside the oldest request's answer. `known` is what that says.
  void lose_answers(const AnswerText& known);
  bool answers_lost() const { return lost_; }
  /// Answers' bytes while they are lost.
  void add_lost(uint64_t bytes);
  /// The answers that were lost have ended: all requests that were complete are answered.
  void end_lost();
  /// The same, but only the answer in which they were lost.
  void end_lost_one();
  /// The answers' side begins with a new message.
  void find_answers() { lost_ = false; }
  /// The answers' call ended.
  void answers_call_ends(bool partial) { partial_ = partial; }

 private:
  ExchangeSink& sink_;
  std::deque<Pending> pending_;
  bool lost_ = false;
  bool partial_ = false;
  // Of the answer in which they were lost.
  std::string lost_outcome_;
  bool lost_failed_ = false;
  uint64_t lost_bytes_ = 0;
};

}  // namespace weft::protocol
