/// The bytes that a call received or sent, put together from its effects.
///
/// Received bytes are effects of kind kWritten; a call that received more than 64 KiB has them in
/// the kData events before it (event.h). Sent bytes are effects of kind kSent, the first 512 of
/// them.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "debugger/connections/files/call_event.h"
#include "debugger/connections/files/connection_stream.h"

namespace weft::connections {

class MovedBytes {
 public:
  /// kData events, kept until the call that they belong to.
  void add_data(std::string_view bytes);
  void forget_data();

  /// What `call` put into memory, the last or the first `call.result` bytes of it: recvmsg writes
  /// its header, name and control data first. Valid until the next call of a function.
  enum class Where : uint8_t { kFirst, kLast };
  CallBytes received(const CallEvent& call, Where where);
  /// @param asked  bytes that the call was given; 0: unknown
  CallBytes sent(const CallEvent& call, uint64_t asked);
  /// Bytes that went from descriptor to descriptor.
  CallBytes unseen(uint64_t count);

 private:
  static constexpr size_t kMaxData = 4 * 1024 * 1024;

  std::vector<std::string_view> parts_;
  std::vector<char> data_;
  uint64_t data_total_ = 0;
};

}  // namespace weft::connections
