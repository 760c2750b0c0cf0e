/// What a decoder tells: where the exchanges of a connection begin and end, and what they say.
///
/// A decoder knows bytes, not the trace. It calls the sink while it is being fed, so "now" is the
/// call whose bytes it is looking at; the owner of the sink knows which event that is.
///
///   begin_request -> end_request -> begin_answer -> end_answer
///
/// An answer may begin before its request has ended (100-continue, an early error).
#pragma once

#include <cstdint>
#include <string_view>

namespace weft::protocol {

using ExchangeId = uint32_t;

/// Does the last byte belong to the bytes that are fed now, or to those fed before?
enum class When : uint8_t { kNow, kBefore };

/// What a request says. Texts that a protocol does not have are empty.
struct RequestText {
  std::string_view what;       ///< "GET /orders/7", "SET key:1 <3 bytes>", "SELECT ... FROM orders"
  std::string_view statement;  ///< SQL as it was sent
  std::string_view tables;     ///< tables that the statement names: "orders, items"
  std::string_view traceparent;  ///< of HTTP: the header of W3C Trace Context
  uint64_t bytes = 0;
};

struct AnswerText {
  std::string_view outcome{};  ///< "200", "OK", "SELECT 3", "ERROR 40001 could not serialize ..."
  bool failed = false;
  uint64_t bytes = 0;
};

/// Names and outcomes that are not of the protocol.
inline constexpr std::string_view kNotRecorded = "(not recorded)";
inline constexpr std::string_view kNotUnderstood = "(not understood)";
inline constexpr std::string_view kNoAnswer = "(no answer)";
/// None was asked for.
inline constexpr std::string_view kNoReply = "(no reply)";

class ExchangeSink {
 public:
  /// The first byte of a request is being fed.
  virtual ExchangeId begin_request() = 0;
  virtual void end_request(ExchangeId id, const RequestText& text, When when) = 0;
  virtual void begin_answer(ExchangeId id) = 0;
  virtual void end_answer(ExchangeId id, const AnswerText& text, When when) = 0;
  /// Bytes of this request or answer are being fed; needed only where it is told kBefore later.
  virtual void request_goes_on(ExchangeId id) = 0;
  virtual void answer_goes_on(ExchangeId id) = 0;
  /// An answer begins that no request was seen for: a pushed message. `what` names it.
  virtual ExchangeId begin_push(std::string_view what) = 0;

 protected:
  ~ExchangeSink() = default;
};

}  // namespace weft::protocol
