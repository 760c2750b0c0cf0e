/// The connections of a program: what it accepted, what it opened, what it was given.
#pragma once

#include <cstdint>
#include <string_view>

#include "debugger/connections/log/block_list.h"
#include "debugger/connections/log/mark.h"
#include "debugger/protocol/protocol.h"

namespace weft::connections {

enum class ConnectionKind : uint8_t {
  kAccepted,   ///< accept(2)
  kConnected,  ///< connect(2)
  kInherited,  ///< a socket that was open before the trace began, or came over another one
};
inline constexpr const char* kConnectionKindNames[] = {"accepted", "connected", "inherited"};

struct Connection {
  static constexpr uint32_t kNone = UINT32_MAX;

  uint32_t number = 0;  ///< from 0, in the order of opening
  int fd = -1;          ///< that it got first
  ConnectionKind kind = ConnectionKind::kInherited;
  protocol::Protocol protocol = protocol::Protocol::kUnknown;
  Mark ended;                  ///< it was told that the other end had closed it
  Mark opened, closed;         ///< `closed` is absent if it was open at the end
  std::string_view peer;       ///< "127.0.0.1:5432", "[::1]:80", "unix:/run/x"; empty: not known
  uint32_t other_end = kNone;  ///< the connection that is its other end, if this program has it
  uint64_t bytes_in = 0, bytes_out = 0;
  uint32_t exchanges = 0;
  bool no_delay = false;  ///< TCP_NODELAY was set
};

using ConnectionList = BlockList<Connection, 1024>;

}  // namespace weft::connections
