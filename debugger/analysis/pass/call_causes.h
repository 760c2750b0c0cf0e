/// What debugger/connections tells about system calls, as the analysis needs it: exchanges, which
/// call reported a descriptor ready, and whether a call returned for its time limit.
#pragma once

#include <unordered_map>

#include "debugger/analysis/pass/thread_state.h"
#include "debugger/connections/tracker/connection_tracker.h"

namespace weft::analysis {

/// A call said that a descriptor is ready.
struct Readiness {
  EventIndex event = kNone;
  Ticks time{};
  bool readable = false, writable = false;
};

class CallCauses {
 public:
  explicit CallCauses(Model& model) : model_(model) {}

  /// Events in the order of the trace; hooks say nothing about calls.
  void add(EventIndex index, const trace::EventView& event);
  /// After the last event: exchanges and connections go to the model.
  void finish();

  /// The call that reported `fd` after the event `since`: the first one since the program last used
  /// it, for loops report what nobody reads again and again; event kNone: none did.
  Readiness readiness(int64_t fd, EventIndex since) const;
  /// The program tried to use `fd`, or asked to be told about it: a report from now on is a new one.
  void used(int64_t fd);
  /// What the last event, a call that waited, came back for: a time limit or timer of its own.
  bool timed_out() const { return timed_out_; }
  /// The thread is a child that runs in the program's memory, with descriptors of its own.
  bool is_in_child(ThreadNumber thread) const { return tracker_.is_in_child(thread); }

 private:
  void take_wake(const connections::Wake& wake);
  void take_exchange(const connections::Exchange& exchange);

  Model& model_;
  connections::ConnectionTracker tracker_;
  struct Reports {
    Readiness first, last;  ///< since the descriptor was used; of all
    bool is_new = true;     ///< the next one is the first
  };
  std::unordered_map<int32_t, Reports> reports_;  ///< by descriptor
  bool timed_out_ = false;
};

}  // namespace weft::analysis
