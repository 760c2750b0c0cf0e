/// What the system calls of a trace tell about descriptors: connections with their exchanges, and
/// which event made which call come back. Needs nothing of the program's but its system calls.
///
///   ConnectionTracker tracker;
///   for (each event of the trace, in order) {
///     tracker.add(index, event);
///     use(tracker.steps(), tracker.wakes());   // what this event did
///   }
///   tracker.finish();
///   use(tracker.exchanges(), tracker.connections());
///
/// The trace may be damaged at its end and its values may be anything: nothing is trusted, every
/// table is bounded. Memory: some 100 bytes an exchange, nothing for an event.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "debugger/connections/log/connection.h"
#include "debugger/connections/log/exchange_log.h"
#include "debugger/connections/log/wake.h"
#include "replayer/trace/event_view.h"

namespace weft::connections {

class TrackerState;

class ConnectionTracker {
 public:
  struct Options {
    size_t max_exchanges = 4'000'000;  ///< kept; more are counted (ExchangeLog::left_out)
  };

  explicit ConnectionTracker(const Options& options);
  ConnectionTracker();
  ~ConnectionTracker();
  ConnectionTracker(const ConnectionTracker&) = delete;
  ConnectionTracker& operator=(const ConnectionTracker&) = delete;

  /// Events in the order of the trace, from its first one on.
  void add(trace::EventIndex index, const trace::EventView& event);
  /// After the last event. What has no end stays unfinished.
  void finish();

  const ExchangeLog& exchanges() const;
  const ConnectionList& connections() const;

  // Of the last event; valid until the next add().
  std::span<const ExchangeStep> steps() const;
  std::span<const Wake> wakes() const;

  /// The thread is a child that runs in the program's memory, with descriptors of its own.
  bool is_in_child(trace::ThreadNumber thread) const;
  /// The connection behind a descriptor now.
  std::optional<uint32_t> connection_of(int fd) const;
  /// What a descriptor is now, in a word or two: "connection", "listener", "pipe", "eventfd",
  /// "timerfd", "signalfd", "epoll", "file"; empty if nothing is known of it.
  const char* kind_of(int fd) const;

  /// An open file of the file system; duplicates of a descriptor stand for the same one.
  struct NamedFile {
    uint64_t number = 0;  ///< of all that were ever open
    std::string_view path;
    bool appends = false;  ///< opened with O_APPEND
  };
  /// Behind a descriptor now; valid until the next add().
  std::optional<NamedFile> file_of(int fd) const;

 private:
  std::unique_ptr<TrackerState> state_;
};

}  // namespace weft::connections
