/// What a descriptor stands for: an open file description of the kernel, shared by its duplicates.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>

#include "debugger/connections/files/connection_stream.h"
#include "debugger/connections/files/unread_writes.h"

namespace weft::connections {

enum class FileKind : uint8_t {
  kUnknown,
  kFile,
  kSocket,    ///< a stream socket that is neither connected nor listening yet
  kDatagram,  ///< ... or a socket of another kind: no exchanges
  kListener,
  kConnection,
  kPair,  ///< one end of a socketpair
  kPipe,
  kEventFd,
  kTimerFd,
  kSignalFd,
  kEpoll,
};
inline constexpr const char* kFileKindNames[] = {
    "",           "file", "socket",  "datagram socket", "listener", "connection",
    "socketpair", "pipe", "eventfd", "timerfd",         "signalfd", "epoll"};

struct OpenFile {
  FileKind kind = FileKind::kUnknown;
  uint64_t number = 0;      ///< of all that were ever open, from 1 on
  bool appends = false;     ///< opened with O_APPEND
  std::string path{};       ///< as the program named it; empty: not known
  uint32_t references = 0;  ///< descriptors
  uint32_t connection = Connection::kNone;
  bool no_delay = false;                 ///< TCP_NODELAY was set before it was a connection
  Mark ready;                            ///< first told to be readable since the last read
  Mark set;                              ///< timerfd: the call that set it
  std::shared_ptr<UnreadWrites> inbox;   ///< what this program wrote for it to read
  std::shared_ptr<UnreadWrites> outbox;  ///< where what is written to it goes
  std::unique_ptr<ConnectionStream> stream;
  /// epoll: the user's word of each registration -> descriptor.
  std::unique_ptr<std::unordered_map<uint64_t, int>> registrations;
};

}  // namespace weft::connections
