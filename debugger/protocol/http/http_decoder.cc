#include "debugger/protocol/http/http_decoder.h"

namespace weft::protocol {

namespace {

/// Pending::tag
enum HttpTag : uint32_t { kPlain, kHead, kConnectMethod };

/// The lines that came of a head which is cut, as a whole head: "GET / HTTP/1.1\r\nHost:
/// x\r\n\r\n".
std::string whole_lines(std::string_view cut) {
  const size_t end = cut.rfind("\r\n");
  return end == std::string_view::npos ? std::string()
                                       : std::string(cut.substr(0, end)) + "\r\n\r\n";
}

HttpBody request_body(const HttpHead& head) {
  if (head.chunked) return HttpBody::kChunked;
  return head.content_length ? HttpBody::kLength : HttpBody::kNone;
}

/// RFC 9112, section 6.3.
HttpBody response_body(const HttpHead& head, uint32_t tag) {
  const bool empty = tag == kHead || head.status < 200 || head.status == 204 || head.status == 304;
  if (empty || (tag == kConnectMethod && head.status < 300)) return HttpBody::kNone;
  if (head.chunked) return HttpBody::kChunked;
  return head.content_length ? HttpBody::kLength : HttpBody::kUntilClose;
}

}  // namespace

void HttpDecoder::bytes(Side side, std::string_view data) {
  if (given_up_ || data.empty()) return;
  if (side == Side::kRequests) {
    take_requests(data);
    request_call_begins_ = false;
  } else {
    take_responses(data);
    response_call_begins_ = false;
  }
}

void HttpDecoder::take_requests(std::string_view data) {
  using Got = HttpMessages::Got;
  if (requests_lost_ && request_call_begins_) requests_lost_ = !is_http_request(data);
  if (requests_lost_) return;
  for (;;) {
    if (requests_.inside() && !pipeline_.empty())
      pipeline_.sink().request_goes_on(pipeline_.back().id);
    const Got got = requests_.take(data);
    if (got == Got::kMore) return;
    if (got == Got::kBegin) {
      if (!pipeline_.begin_request(kPlain)) return give_up();
    } else if (got == Got::kHead) {
      request_head(requests_.head());
      if (!head_.valid) return give_up();
      requests_.set_body(request_body(head_), head_.content_length.value_or(0));
    } else if (got == Got::kEnd) {
      request_ends();
    } else {
      return give_up();
    }
  }
}

void HttpDecoder::request_head(std::string_view text) {
  read_request_head(text, head_);
  what_.assign(head_.method.substr(0, 32));
  what_.append(" ").append(head_.target.substr(0, kMaxWhat - 40));
  if (head_.target.size() > kMaxWhat - 40) what_ += "...";
  traceparent_ = head_.traceparent;
  if (pipeline_.empty()) return;
  if (head_.method == "HEAD") pipeline_.back().tag = kHead;
  if (head_.method == "CONNECT") pipeline_.back().tag = kConnectMethod;
}

void HttpDecoder::request_ends() {
  pipeline_.end_request({what_, {}, {}, traceparent_, requests_.bytes()});
}

void HttpDecoder::take_responses(std::string_view data) {
  using Got = HttpMessages::Got;
  if (pipeline_.answers_lost()) find_response(data);
  if (pipeline_.answers_lost()) return pipeline_.add_lost(data.size());
  if (responses_.inside() && !responses_.in_head() && !interim_) pipeline_.touch_answer();
  for (;;) {
    const Got got = responses_.take(data);
    if (got == Got::kMore) return;
    if (got == Got::kHead) {
      if (!response_head(responses_.head())) return give_up();
    } else if (got == Got::kEnd) {
      if (!interim_) response_ends(When::kNow);
      if (upgraded_) return give_up();
    } else if (got == Got::kNonsense) {
      return give_up();
    }
  }
}

/// False if it is not HTTP.
bool HttpDecoder::response_head(std::string_view text) {
  read_response_head(text, head_);
  if (!head_.valid) return false;
  interim_ = head_.status < 200 && head_.status != 101;
  const uint32_t tag = pipeline_.empty() ? uint32_t{kPlain} : pipeline_.front().tag;
  upgraded_ = head_.status == 101 || (tag == kConnectMethod && head_.status / 100 == 2);
  if (!interim_) {
    outcome_ = std::to_string(head_.status);
    failed_ = head_.status >= 500;
    pipeline_.touch_answer();
  }
  responses_.set_body(response_body(head_, tag), head_.content_length.value_or(0));
  return true;
}

void HttpDecoder::response_ends(When when) {
  if (pipeline_.empty()) {
    push_response();
  } else {
    pipeline_.end_answer({outcome_, failed_, responses_.bytes()}, when);
  }
  outcome_.clear();
  failed_ = false;
}

/// The request was not recorded.
void HttpDecoder::push_response() {
  const ExchangeId id = pipeline_.sink().begin_push(kNotRecorded);
  pipeline_.sink().begin_answer(id);
  pipeline_.sink().end_answer(id, {outcome_, failed_, responses_.bytes()}, When::kNow);
}

void HttpDecoder::gap(Side side, uint64_t count) {
  using Skipped = HttpMessages::Skipped;
  if (given_up_ || count == 0) return;
  const bool requests = side == Side::kRequests;
  if (!requests && pipeline_.answers_lost()) return pipeline_.add_lost(count);
  if (requests && requests_lost_) return;
  const Skipped skipped = (requests ? requests_ : responses_).skip(count);
  if (skipped == Skipped::kInside) return;
  if (skipped != Skipped::kLost) {
    if (requests) {
      request_ends();
    } else if (!interim_) {
      response_ends(When::kNow);
    }
  }
  if (skipped == Skipped::kEnd) return;
  requests ? lose_request() : lose_response();
}

void HttpDecoder::lose_request() {
  if (requests_.in_head()) request_head(whole_lines(requests_.head()));
  if (requests_.in_head() && !head_.valid) what_ = "request";
  if (requests_.inside()) request_ends();
  requests_.restart();
  requests_lost_ = true;
}

void HttpDecoder::lose_response() {
  if (responses_.in_head()) {
    read_response_head(whole_lines(responses_.head()), head_);
    outcome_ = head_.valid ? std::to_string(head_.status) : std::string();
    failed_ = head_.valid && head_.status >= 500;
  }
  pipeline_.lose_answers({outcome_, failed_, responses_.bytes()});
  responses_.restart();
  outcome_.clear();
  failed_ = false;
}

/// While lost: does a call begin with the next response?
void HttpDecoder::find_response(std::string_view data) {
  if (!response_call_begins_ || response_partial_ || !data.starts_with("HTTP/1.")) return;
  if (pipeline_.size() == 1 && pipeline_.front().answered) return;
  if (pipeline_.empty() || !pipeline_.front().answered) return pipeline_.find_answers();
  pipeline_.end_lost_one();
}

void HttpDecoder::call_ends(Side side, bool partial) {
  if (side == Side::kRequests) {
    request_call_begins_ = !partial;
  } else {
    response_call_begins_ = true;
    response_partial_ = partial;
    pipeline_.answers_call_ends(partial);
  }
}

void HttpDecoder::close() {
  if (given_up_) return;
  if (!outcome_.empty() && responses_.until_close()) {
    response_ends(When::kBefore);
  } else if (!outcome_.empty() && !pipeline_.empty()) {
    pipeline_.end_answer(
        {.outcome = outcome_ + " (cut)", .failed = true, .bytes = responses_.bytes()},
        When::kBefore);
  }
  pipeline_.end_all(kNoAnswer);
  given_up_ = true;
}

}  // namespace weft::protocol
