/// All processes of a recording: the root, and the children that are recorded with it.
///
/// A child's log begins in the middle of its parent's. So whoever drains the parent looks first at
/// the claims that were made before its last event (process_pool.h), and cuts the parent's chunk at
/// each of them:
///
///   parent's ring   ├── events ──┤ claim: child 7, here ├── events ──┤
///   file            │ chunk of the parent │ kProcess 7 │ chunks of 7 and of the parent ...
///
/// A child is in the file from its first event on; one that never came to that is not.
#pragma once

#include <chrono>
#include <cstdint>
#include <list>
#include <optional>

#include "recorder/drain/process_claims.h"
#include "recorder/drain/process_drain.h"
#include "weft/base/result.h"
#include "weft/base/unique_fd.h"

namespace weft::drain {

class Family {
 public:
  Family(ProcessDrain root, ProcessClaims claims)
      : root_(std::move(root)), claims_(std::move(claims)) {}

  ProcessDrain& root() { return root_; }
  /// Children that have not ended, and how many processes are in the file.
  size_t children_alive() const { return children_.size(); }
  uint32_t process_count() const { return next_number_; }

  /// Appends everything that waits, of all of them. An error ends the recording.
  Status drain();
  /// Takes leave of the children that have ended by now: their last events, how they ended.
  Status bury_children();
  /// The recording ends before the children that are left: their logs say so.
  Status note_that_children_run();
  Status flush_old_data();
  void note_root_end() { root_ended_ = true; }
  /// Nobody records any more; what waits is dropped from now on.
  void stop_recording();
  /// Looks after the threads of all processes (ProcessDrain); after how long it wants to look again.
  std::chrono::microseconds look_after_threads();
  ProcessDrain::Clock::time_point last_data() const { return last_data_; }

 private:
  struct Child {
    Claim claim;
    trace::LogStart start{};
    uint32_t parent = 0;                ///< number in the file
    uint32_t number = 0;                ///< likewise, when it has begun
    std::optional<ProcessDrain> log{};  ///< when it has begun
    UniqueFd pidfd{};
    bool stopped = false;
    bool over = false;
    ProcessDrain::Clock::time_point claimed = ProcessDrain::Clock::now();

    channel::RecordChannel& channel() { return (log ? log->ring() : claim.ring).channel(); }
  };

  Status drain_process(ProcessDrain& process, uint32_t id, uint32_t number);
  Status drain_child(Child& child);
  void notice_claims();
  Claim* next_claim_of(uint32_t process);
  Status cut_for(Claim* claim, ProcessDrain& parent, uint32_t parent_number);
  Status begin(Child& child);
  bool is_alive(uint32_t process);
  bool has_ended(Child& child);
  Status bury(Child& child);

  ProcessDrain root_;
  ProcessClaims claims_;
  std::list<Claim> waiting_;  ///< whose parents have not been drained so far
  std::list<Child> children_;
  uint32_t next_number_ = 1;
  bool root_ended_ = false;
  bool stopped_ = false;
  ProcessDrain::Clock::time_point last_data_{};
};

}  // namespace weft::drain
