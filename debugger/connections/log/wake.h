/// Why a call came back: which event made a descriptor ready or ended a thread's wait.
#pragma once

#include <cstdint>

#include "debugger/connections/log/connection.h"
#include "debugger/connections/log/mark.h"

namespace weft::connections {

enum class CauseKind : uint8_t {
  kUnknown,
  kOutside,     ///< bytes, connections, readiness from another process or the kernel
  kWrite,       ///< a write of this program to the other end (pipe, socketpair, eventfd, loopback)
  kConnect,     ///< this program's own connect(2) to the listening socket
  kClose,       ///< this program closed the other end
  kTimer,       ///< a timer of this program's ran out; the cause is the call that set it
  kTimeout,     ///< the waiting call's own time limit
  kFutexWake,   ///< FUTEX_WAKE and its relatives
  kThreadExit,  ///< a thread ended that was being joined
  kSignal,      ///< a signal; the cause is the call that sent it, if this program did
  kChild,       ///< a child process ended or stopped
};
inline constexpr const char* kCauseNames[] = {"unknown",     "outside", "write",   "connect",
                                              "close",       "timer",   "timeout", "futex-wake",
                                              "thread-exit", "signal",  "child"};

struct Wake {
  Mark woken;  ///< the event that came back: epoll_wait, read, futex wait, a signal's delivery
  Mark cause;  ///< the event that made it so; absent if it is outside, unknown, or a time-out
  CauseKind kind = CauseKind::kUnknown;
  int32_t fd = -1;                          ///< the descriptor; -1: none (futex, sleep)
  uint32_t connection = Connection::kNone;  ///< ... if it is a connection
  bool readiness = false;  ///< told by epoll, poll, select; else by the call itself
  bool readable = false, writable = false;  ///< of readiness: what for
};

}  // namespace weft::connections
