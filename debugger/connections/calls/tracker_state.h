/// What a ConnectionTracker knows, and what its handlers do to it. One handler a family of calls:
///   socket_calls.cc     socket, connect, accept, bind, socketpair ...
///   descriptor_calls.cc open, pipe, eventfd, timerfd, dup, fcntl, close ...
///   transfer_calls.cc   read, write, send, receive, splice ...
///   readiness_calls.cc  epoll, poll, select
///   wait_calls.cc       futex, sleep, signals, timers, threads
#pragma once

#include <array>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "debugger/connections/files/call_event.h"
#include "debugger/connections/files/descriptor_table.h"
#include "debugger/connections/files/futex_waits.h"
#include "debugger/connections/files/loopback.h"
#include "debugger/connections/files/moved_bytes.h"
#include "debugger/connections/log/connection.h"
#include "debugger/connections/log/exchange_log.h"
#include "debugger/connections/log/wake.h"

namespace weft::connections {

class TrackerState {
 public:
  explicit TrackerState(size_t max_exchanges)
      : log(max_exchanges), files([this](OpenFile& file) { release(file); }) {}

  /// `file` becomes a connection.
  void connect(OpenFile& file, int fd, ConnectionKind kind, std::string_view peer);
  /// Two ends of this program's own are joined: what one writes the other reads.
  static void join(OpenFile& a, OpenFile& b);
  void join_connections(OpenFile& a, OpenFile& b);

  /// Adds to the wakes of this event.
  Wake& wake(const CallEvent& call, CauseKind kind, const Mark& cause, int fd);
  /// Why `file` is readable now.
  std::pair<CauseKind, Mark> readable_cause(const OpenFile& file) const;

  ExchangeLog log;
  ConnectionList connections;
  TextPool peers{16 * 1024 * 1024};
  std::vector<ExchangeStep> steps;
  std::vector<Wake> wakes;

  DescriptorTable files;
  MovedBytes moved;
  FutexWaits futexes;
  Loopback loopback;

  std::unordered_map<trace::ThreadNumber, uint64_t> exit_words;  ///< CLEARTID addresses
  trace::ThreadNumber last_thread{0};  ///< threads are numbered as they are made
  /// Threads that are children in the program's memory.
  std::unordered_set<trace::ThreadNumber> in_children;
  struct SentSignal {
    Mark mark;
    int32_t target = 0;  ///< process
  };
  std::array<SentSignal, 65> signals_sent{};  ///< by number: the last call that sent it
  Mark timer_set;                             ///< setitimer, alarm, timer_settime
  Mark now;                                   ///< of the event that is being added

 private:
  void release(OpenFile& file);
};

/// A signal is delivered.
void add_signal(TrackerState& state, const trace::EventView& event);

using CallHandler = void (*)(TrackerState&, const CallEvent&);
inline constexpr size_t kCallNumbers = 512;
using CallHandlers = std::array<CallHandler, kCallNumbers>;

void put_socket_handlers(CallHandlers& handlers);
void put_descriptor_handlers(CallHandlers& handlers);
void put_transfer_handlers(CallHandlers& handlers);
void put_readiness_handlers(CallHandlers& handlers);
void put_wait_handlers(CallHandlers& handlers);

}  // namespace weft::connections
