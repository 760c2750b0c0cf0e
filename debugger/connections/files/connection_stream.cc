#include "debugger/connections/files/connection_stream.h"

#include "debugger/protocol/detect/detect.h"

namespace weft::connections {

using protocol::Protocol;
using protocol::Side;
using protocol::When;

ConnectionStream::ConnectionStream(ExchangeLog& log, std::vector<ExchangeStep>& steps,
                                   Connection& connection)
    : log_(log), steps_(steps), connection_(connection) {
  known_side_ =
      connection.kind == ConnectionKind::kAccepted || connection.kind == ConnectionKind::kConnected;
  if (connection.kind == ConnectionKind::kConnected) incoming_side_ = Side::kAnswers;
}

/// On a connection that was neither accepted nor opened, the side that speaks first asks.
Side ConnectionStream::side_of(Way way, const CallBytes& bytes) {
  const bool received = way == Way::kReceived;
  if (!known_side_) {
    const std::string_view first = bytes.parts.empty() ? std::string_view{} : bytes.parts[0];
    const bool answers = detect(Side::kAnswers, first) != Protocol::kUnknown;
    incoming_side_ = received != answers ? Side::kRequests : Side::kAnswers;
    known_side_ = true;
  }
  const bool requests = received == (incoming_side_ == Side::kRequests);
  return requests ? Side::kRequests : Side::kAnswers;
}

void ConnectionStream::choose_decoder(Side side, std::string_view first_bytes) {
  connection_.protocol = detect(side, first_bytes);
  decoder_ = make_decoder(connection_.protocol, *this);
}

void ConnectionStream::received(const CallBytes& bytes, const Mark& now, const Mark& ready) {
  connection_.bytes_in += bytes.total();
  ready_ = ready;
  take(side_of(Way::kReceived, bytes), bytes, now);
}

void ConnectionStream::sent(const CallBytes& bytes, const Mark& now) {
  connection_.bytes_out += bytes.total();
  ready_ = {};
  take(side_of(Way::kSent, bytes), bytes, now);
}

void ConnectionStream::take(Side side, const CallBytes& bytes, const Mark& now) {
  now_ = now;
  if (!decoder_)
    choose_decoder(side, bytes.parts.empty() ? std::string_view{} : bytes.parts.front());
  for (const std::string_view part : bytes.parts) decoder_->bytes(side, part);
  decoder_->gap(side, bytes.missing);
  decoder_->call_ends(side, bytes.partial);
  if (side == Side::kAnswers) last_answer_ = now;
  if (!decoder_->given_up()) return;
  connection_.protocol = Protocol::kUnknown;
  decoder_ = make_decoder(Protocol::kUnknown, *this);
}

void ConnectionStream::close(const Mark& now) {
  now_ = now;
  if (decoder_) decoder_->close();
  decoder_.reset();
}

void ConnectionStream::finish() {
  if (decoder_) decoder_->no_more_bytes();
}

void ConnectionStream::step(uint32_t exchange, ExchangeStep::Kind kind) {
  if (exchange != ExchangeLog::kNone) steps_.push_back({exchange, kind});
}

Asker ConnectionStream::asker() const {
  return incoming_side_ == Side::kRequests ? Asker::kOtherEnd : Asker::kProgram;
}

uint32_t ConnectionStream::begin_request() {
  const uint32_t id =
      log_.begin(connection_.number, connection_.protocol, asker(), BeginsWith::kRequest);
  ++connection_.exchanges;
  if (ready_) log_.mark_ready(id, ready_);
  log_.mark_request(id, now_);
  step(id, ExchangeStep::Kind::kRequestBegins);
  return id;
}

void ConnectionStream::end_request(uint32_t id, const protocol::RequestText& text, When when) {
  if (when == When::kNow) log_.mark_request(id, now_);
  log_.end_request(id, text);
  step(id, ExchangeStep::Kind::kRequestEnds);
}

void ConnectionStream::begin_answer(uint32_t id) {
  log_.mark_answer(id, now_);
  step(id, ExchangeStep::Kind::kAnswerBegins);
}

void ConnectionStream::end_answer(uint32_t id, const protocol::AnswerText& text, When when) {
  if (when == When::kNow) log_.mark_answer(id, now_);
  const bool answered = text.outcome != protocol::kNoAnswer;
  log_.end_answer(id, text, answered ? last_answer_ : Mark{});
  if (!answered) log_.give_up(id, now_);
  step(id, ExchangeStep::Kind::kAnswerEnds);
}

uint32_t ConnectionStream::begin_push(std::string_view what) {
  const uint32_t id =
      log_.begin(connection_.number, connection_.protocol, asker(), BeginsWith::kPush);
  ++connection_.exchanges;
  log_.end_request(id, {what, {}, {}, {}, 0});
  return id;
}

}  // namespace weft::connections
