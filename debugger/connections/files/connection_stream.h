/// The bytes of one connection, on their way from calls to exchanges: finds the protocol out, feeds
/// its decoder, and notes which call each end of an exchange belongs to.
#pragma once

#include <array>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "debugger/connections/log/connection.h"
#include "debugger/connections/log/exchange_log.h"
#include "debugger/protocol/decoder.h"

namespace weft::connections {

/// The part of a call's bytes that is in the trace, and how many more there were.
struct CallBytes {
  std::span<const std::string_view> parts;
  uint64_t missing = 0;
  bool partial = false;  ///< the call took less than it was given
  uint64_t total() const {
    uint64_t bytes = missing;
    for (const std::string_view part : parts) bytes += part.size();
    return bytes;
  }
};

class ConnectionStream final : private protocol::ExchangeSink {
 public:
  /// All three must outlive it.
  ConnectionStream(ExchangeLog& log, std::vector<ExchangeStep>& steps, Connection& connection);
  ConnectionStream(const ConnectionStream&) = delete;

  /// A call received or sent bytes. `ready`: when it was told that there is something to read.
  void received(const CallBytes& bytes, const Mark& now, const Mark& ready);
  void sent(const CallBytes& bytes, const Mark& now);
  void close(const Mark& now);
  /// The trace ends.
  void finish();

 private:
  void take(protocol::Side side, const CallBytes& bytes, const Mark& now);
  void choose_decoder(protocol::Side side, std::string_view first_bytes);
  enum class Way : uint8_t { kReceived, kSent };
  protocol::Side side_of(Way way, const CallBytes& bytes);
  Asker asker() const;
  void step(uint32_t exchange, ExchangeStep::Kind kind);

  uint32_t begin_request() override;
  void end_request(uint32_t id, const protocol::RequestText& text, protocol::When when) override;
  void begin_answer(uint32_t id) override;
  void end_answer(uint32_t id, const protocol::AnswerText& text, protocol::When when) override;
  void request_goes_on(uint32_t id) override { log_.mark_request(id, now_); }
  void answer_goes_on(uint32_t id) override { log_.mark_answer(id, now_); }
  uint32_t begin_push(std::string_view what) override;

  ExchangeLog& log_;
  std::vector<ExchangeStep>& steps_;
  Connection& connection_;
  std::unique_ptr<protocol::Decoder> decoder_;
  bool known_side_ = false;
  protocol::Side incoming_side_ = protocol::Side::kRequests;  ///< of the bytes that are received
  Mark now_, ready_;
  Mark last_answer_;  ///< the last call with bytes of the answers' side
};

}  // namespace weft::connections
