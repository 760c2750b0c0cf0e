/// Bytes that nobody understands: an exchange is bytes in one direction, followed by bytes in the
/// other.
#pragma once

#include "debugger/protocol/decoder.h"

namespace weft::protocol {

class UnknownDecoder final : public Decoder {
 public:
  explicit UnknownDecoder(ExchangeSink& sink, std::string_view name) : sink_(sink), name_(name) {}

  void bytes(Side side, std::string_view data) override { take(side, data.size()); }
  void gap(Side side, uint64_t count) override { take(side, count); }
  void call_ends(Side, bool) override {}
  void close() override;
  void no_more_bytes() override;
  bool given_up() const override { return false; }

 private:
  enum class State : uint8_t { kIdle, kRequest, kAnswer };

  void take(Side side, uint64_t count);
  void end_request();
  void end_answer();

  ExchangeSink& sink_;
  std::string_view name_;  ///< put before the count of bytes; a literal
  State state_ = State::kIdle;
  ExchangeId id_ = 0;
  uint64_t bytes_ = 0;
};

}  // namespace weft::protocol
