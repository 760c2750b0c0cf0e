/// What debugger/connections tells about system calls, as the analysis needs it: exchanges, which
/// call reported a descriptor ready, and which event of this program was behind a call's return.
#pragma once

#include <unordered_map>

#include "debugger/analysis/pass/thread_state.h"
#include "debugger/connections/tracker/connection_tracker.h"

namespace weft::analysis {

/// A call said that a descriptor is ready.
struct Readiness {
  EventIndex event = kNone;
  Ticks time = 0;
  bool readable = false, writable = false;
};

class CallCauses {
 public:
  explicit CallCauses(Model& model) : model_(model) {}

  /// Events in the order of the trace; hooks say nothing about calls.
  void add(EventIndex index, const trace::EventView& event);
  /// Behind the last event: exchanges and connections go to the model.
  void finish();

  /// The last call that reported `fd`; event kNone: none did.
  const Readiness& readiness(int64_t fd) const;
  /// What the last event, a call that waited, came back for: a time limit or timer of its own.
  bool timed_out() const { return timed_out_; }
  /// The thread is a child that runs in the program's memory, with descriptors of its own.
  bool is_in_child(uint32_t thread) const { return tracker_.is_in_child(thread); }

 private:
  void take_wake(const connections::Wake& wake);
  void take_exchange(const connections::Exchange& exchange);

  Model& model_;
  connections::ConnectionTracker tracker_;
  std::unordered_map<int32_t, Readiness> readiness_;  ///< by descriptor
  bool timed_out_ = false;
};

}  // namespace weft::analysis
