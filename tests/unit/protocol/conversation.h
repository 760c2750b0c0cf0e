/// Talks to a decoder and writes down what it tells, one line an exchange:
///
///   "0 GET / -> 200"              number, request, answer
///   "0 GET / -> 500 !"            failed
///   "0 GET /"                     not answered (yet)
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "debugger/protocol/detect/detect.h"

namespace weft::protocol::test {

class Conversation : private ExchangeSink {
 public:
  explicit Conversation(Protocol protocol) : decoder_(make_decoder(protocol, *this)) {}

  /// A call with all of its bytes.
  void ask(std::string_view bytes) { call(Side::kRequests, bytes, 0, false); }
  void answer(std::string_view bytes) { call(Side::kAnswers, bytes, 0, false); }
  /// A call of which only the beginning was recorded.
  void call(Side side, std::string_view bytes, uint64_t missing, bool partial = false) {
    ++now_;
    decoder_->bytes(side, bytes);
    decoder_->gap(side, missing);
    decoder_->call_ends(side, partial);
  }
  /// The same bytes, one at a time.
  void ask_slowly(std::string_view bytes) {
    for (const char byte : bytes) ask({&byte, 1});
  }
  void answer_slowly(std::string_view bytes) {
    for (const char byte : bytes) answer({&byte, 1});
  }
  void close() { decoder_->close(); }
  void end_of_trace() { decoder_->no_more_bytes(); }
  bool given_up() const { return decoder_->given_up(); }

  struct Heard {
    std::string what, outcome, statement, tables, traceparent;
    bool failed = false, push = false, asked = false, answered = false;
    uint64_t request_bytes = 0, answer_bytes = 0;
    int first = 0, request_last = 0, answer_first = 0, answer_last = 0;  ///< calls, from 1
  };
  const Heard& operator[](size_t number) const { return heard_[number]; }
  size_t size() const { return heard_.size(); }
  std::vector<std::string> lines() const {
    std::vector<std::string> out;
    for (const Heard& heard : heard_) {
      std::string line = (heard.push ? "push " : "") + heard.what;
      if (heard.answered) line += " -> " + heard.outcome + (heard.failed ? " !" : "");
      out.push_back(line);
    }
    return out;
  }

 private:
  uint32_t begin_request() override {
    heard_.push_back({});
    heard_.back().first = now_;
    return static_cast<uint32_t>(heard_.size() - 1);
  }
  void end_request(uint32_t id, const RequestText& text, When when) override {
    Heard& heard = heard_.at(id);
    heard.what = text.what;
    heard.statement = text.statement;
    heard.tables = text.tables;
    heard.traceparent = text.traceparent;
    heard.request_bytes = text.bytes;
    heard.asked = true;
    if (when == When::kNow) heard.request_last = now_;
  }
  void begin_answer(uint32_t id) override {
    heard_.at(id).answer_first = heard_.at(id).answer_last = now_;
  }
  void end_answer(uint32_t id, const AnswerText& text, When when) override {
    Heard& heard = heard_.at(id);
    heard.outcome = text.outcome;
    heard.failed = text.failed;
    heard.answer_bytes = text.bytes;
    heard.answered = true;
    if (when == When::kNow) heard.answer_last = now_;
  }
  void request_goes_on(uint32_t id) override { heard_.at(id).request_last = now_; }
  void answer_goes_on(uint32_t id) override { heard_.at(id).answer_last = now_; }
  uint32_t begin_push(std::string_view what) override {
    heard_.push_back({});
    heard_.back().what = what;
    heard_.back().push = true;
    return static_cast<uint32_t>(heard_.size() - 1);
  }

  int now_ = 0;
  std::vector<Heard> heard_;
  std::unique_ptr<Decoder> decoder_;
};

using Lines = std::vector<std::string>;

}  // namespace weft::protocol::test
