#include "debugger/protocol/redis/redis_decoder.h"

namespace weft::protocol {

namespace {

/// Pending::tag: replies that the command gets.
uint32_t replies_to(const RedisRequestReader& request) {
  switch (request.command().reply) {
    case RedisReply::kSubscribe:
    case RedisReply::kUnsubscribe:
      return request.argument_count() < 2 ? 1 : static_cast<uint32_t>(request.argument_count() - 1);
    default:
      return 1;
  }
}

bool is_message(std::string_view kind) {
  return kind == "message" || kind == "pmessage" || kind == "smessage" || kind == "invalidate";
}

bool is_confirmation(std::string_view kind) {
  return kind == "subscribe" || kind == "unsubscribe" || kind == "psubscribe" ||
         kind == "punsubscribe" || kind == "ssubscribe" || kind == "sunsubscribe";
}

}  // namespace

void RedisDecoder::bytes(Side side, std::string_view data) {
  if (given_up_) return;
  if (side == Side::kRequests) {
    take_requests(data);
  } else {
    take_replies(data);
  }
}

void RedisDecoder::take_requests(std::string_view data) {
  if (requests_lost_) return;
  using Got = RedisRequestReader::Got;
  while (!data.empty() && !given_up_) {
    if (request_.inside() && !pipeline_.empty())
      pipeline_.sink().request_goes_on(pipeline_.back().id);
    const Got got = request_.take(data);
    if (got == Got::kNonsense || (got == Got::kBegin && !pipeline_.begin_request(1))) {
      give_up();
    } else if (got == Got::kCommand) {
      command_ends();
    } else if (got == Got::kMore) {
      return;
    }
  }
}

void RedisDecoder::command_ends() {
  pipeline_.end_request({request_.what(), {}, {}, {}, request_.bytes()});
  if (pipeline_.empty()) return;
  pipeline_.back().tag = replies_to(request_);
  subscriber_ |= request_.command().reply == RedisReply::kSubscribe;
  stream_ |= request_.command().reply == RedisReply::kStream;
  const bool silent = replies_off_ || skip_reply_;
  skip_reply_ = request_.is("CLIENT REPLY SKIP");
  if (request_.is("CLIENT REPLY OFF")) replies_off_ = true;
  if (request_.is("CLIENT REPLY ON")) {
    replies_off_ = false;
  } else if ((silent || replies_off_ || skip_reply_) && pipeline_.size() == 1) {
    pipeline_.end_answer({.outcome = kNoAnswer}, When::kBefore);
  }
}

void RedisDecoder::take_replies(std::string_view data) {
  using Got = RedisReplyReader::Got;
  if (pipeline_.answers_lost()) return pipeline_.add_lost(data.size());
  while (!data.empty() && !given_up_) {
    // A subscriber's replies and messages are told apart by their first element.
    if (!subscriber_ && !pipeline_.empty()) pipeline_.touch_answer();
    const Got got = reply_.take(data);
    if (got == Got::kReply) reply_ends();
    if (got == Got::kNonsense) give_up();
  }
}

void RedisDecoder::reply_ends() {
  const bool array = reply_.is_array();
  if (reply_.is_push() ? !is_confirmation(reply_.first_element())
                       : array && subscriber_ && is_message(reply_.first_element())) {
    push_ends();
    return;
  }
  if (pipeline_.empty()) {
    if (!array || !is_confirmation(reply_.first_element())) push_ends();
    return;
  }
  if (reply_.is_push() && pipeline_.front().tag == 1 && !subscriber_) return;
  if (--pipeline_.front().tag > 0 && pipeline_.front().complete) {
    pipeline_.touch_answer();
    return;
  }
  pipeline_.end_answer({reply_.outcome(), reply_.failed(), reply_.bytes()});
  if (stream_ && pipeline_.empty()) give_up();
}

/// A message of a subscription, a line of MONITOR, or the reply to a command that was not recorded.
void RedisDecoder::push_ends() {
  std::string what(requests_missing_ ? kNotRecorded : "push");
  if (reply_.is_push() || (subscriber_ && reply_.is_array()))
    what = std::string(reply_.first_element()) + " " + std::string(reply_.second_element());
  const ExchangeId id = pipeline_.sink().begin_push(what);
  pipeline_.sink().begin_answer(id);
  pipeline_.sink().end_answer(id, {reply_.outcome(), reply_.failed(), reply_.bytes()}, When::kNow);
}

void RedisDecoder::gap(Side side, uint64_t count) {
  if (given_up_ || count == 0) return;
  if (side == Side::kRequests) {
    using Skipped = RedisRequestReader::Skipped;
    if (requests_lost_) return;
    const Skipped skipped = request_.skip(count);
    if (skipped == Skipped::kInside) return;
    if (skipped != Skipped::kLost || request_.inside()) command_ends();
    request_.restart();
    requests_lost_ = skipped != Skipped::kCommand;
    requests_missing_ |= requests_lost_;
    return;
  }
  using Skipped = RedisReplyReader::Skipped;
  if (pipeline_.answers_lost()) return pipeline_.add_lost(count);
  const Skipped skipped = reply_.skip(count);
  if (skipped == Skipped::kInside) return;
  if (skipped != Skipped::kLost) reply_ends();
  if (skipped == Skipped::kReply) return;
  const bool inside = skipped == Skipped::kLost && reply_.inside();
  pipeline_.lose_answers(inside ? AnswerText{reply_.outcome(), reply_.failed(), reply_.bytes()}
                                : AnswerText{});
  reply_.restart();
}

}  // namespace weft::protocol
