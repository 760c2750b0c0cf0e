/// Decoders: from the bytes of a connection to its exchanges.
///
/// A decoder is fed call by call:  bytes(side, ...)*  gap(side, n)?  call_ends(side, partial).
/// A gap stands for bytes that went over the wire and are not in the trace: of what a call sent
/// only the first kMaxSentBytes are recorded, so a gap is always the last thing of its call.
///
/// After a gap a decoder goes on by the lengths that the protocol gives (content-length, frame and
/// bulk lengths). Where the gap swallowed the lengths themselves the side is *lost*: see
/// pipeline.h.
///
/// Nothing is trusted and nothing is thrown: texts, depths and queues have limits (protocol.h), and
/// bytes that make no sense end in given_up(), never in an error.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "debugger/protocol/exchange_sink.h"
#include "debugger/protocol/protocol.h"

namespace weft::protocol {

class Decoder {
 public:
  virtual ~Decoder() = default;

  virtual void bytes(Side side, std::string_view data) = 0;
  virtual void gap(Side side, uint64_t count) = 0;
  /// @param partial  the call took less than it was given, so the next one goes on inside a message
  virtual void call_ends(Side side, bool partial) = 0;
  /// The connection was closed: an answer that ends there has ended.
  virtual void close() = 0;
  /// The trace ends, the connection does not: ends the exchanges that have their answer, but whose
  /// end only the next request would show.
  virtual void no_more_bytes() {}
  /// The bytes are not (or no longer) of this protocol. All open exchanges are ended; feeding on is
  /// harmless and does nothing.
  virtual bool given_up() const = 0;
};

}  // namespace weft::protocol
