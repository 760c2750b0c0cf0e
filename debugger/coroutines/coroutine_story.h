/// Makes tasks of hits: what each coroutine did, in the words of the tracing flag's hooks.
///
///   store of index 0 or 2 in a new frame        created, by the task that is current
///   actor entered, index even                   resumed
///   store of a larger index                     suspended at that line
///   store of 0 to the resume function           ended: done, or failed if the body's own handler
///                                               has caught an exception
///   .destroy entered, before that               ended: cancelled
///
/// Futures of Rust: polled, with state 0: created and resumed; stores of the state: suspended, done,
/// failed (it panicked); dropped before that: cancelled.
///
/// A frame that was never seen to be made is created at its first resume.
#pragma once

#include <map>
#include <unordered_map>
#include <vector>

#include "debugger/analysis/model/replayed_hooks.h"
#include "debugger/coroutines/coroutine_code.h"

namespace weft::coroutines {

/// A hook whose time is not yet known, only its place.
struct ToldHook {
  analysis::ReplayedHook hook;
  uint64_t event = 0;  ///< the next one
  uint32_t ordinal = 0;
};

class Story {
 public:
  /// It must outlive the story.
  explicit Story(const Code& code) : code_(code) {}

  /// In the order of the run.
  void take(const channel::ProbeHit& hit);
  /// `place` is an index of Code::places; of a creation it is the coroutine's number.
  std::vector<ToldHook> finish() { return std::move(hooks_); }
  /// The resume indexes that were stored at places of Code::places.
  const std::map<uint32_t, uint64_t>& indexes() const { return indexes_; }

 private:
  using TaskId = analysis::TaskId;
  using Hit = channel::ProbeHit;
  using What = analysis::ReplayedHook::What;

  /// A run of an actor that has not left yet.
  struct Activation {
    uint32_t coroutine = kNoCoroutine;
    uint64_t frame = 0, rsp = 0;
    TaskId task = kNone;             ///< kNone: it is being destroyed
    bool suspended = false;          ///< in the body's mind: the index was stored
    bool caught = false;             ///< the body's own handler has an exception
    size_t first_resume = kDecided;  ///< the hook that is void if it suspends initially
  };
  static constexpr size_t kDecided = SIZE_MAX;
  struct Live {
    TaskId task = kNone;
    uint32_t coroutine = kNoCoroutine;
    uint32_t place = UINT32_MAX;  ///< where it was suspended last
  };
  struct Made {  ///< a frame of which it is not known whose it is
    TaskId parent = kNone;
  };

  void resume(const Hit& hit, const Meaning& meaning);
  void poll(const Hit& hit, const Meaning& meaning);
  void store_state(const Hit& hit, const Meaning& meaning, Live& live, Activation* run);
  void store(const Hit& hit, const Meaning& meaning);
  void store_in_body(const Hit& hit, const Meaning& meaning, Live& live, Activation* run);
  void leave(const Hit& hit, const Meaning& meaning);
  void destroy(const Hit& hit);
  void caught(const Hit& hit);

  TaskId current(const Hit& hit);
  Activation* run_of(const Hit& hit, uint64_t frame);
  TaskId create(const Hit& hit, uint32_t coroutine, uint64_t frame, TaskId parent);
  void decide(Activation& run, bool starts);
  void end(const Hit& hit, uint64_t frame, Activation* run, analysis::Outcome outcome);
  analysis::ReplayedHook& tell(const Hit& hit, What what, TaskId task);

  const Code& code_;
  std::map<uint32_t, std::vector<Activation>> runs_;  ///< by thread
  std::unordered_map<uint64_t, Live> live_;           ///< by frame
  std::unordered_map<uint64_t, Made> made_;           ///< by frame
  std::vector<ToldHook> hooks_;
  std::map<uint32_t, uint64_t> indexes_;  ///< by place
  uint64_t last_task_ = 0;
};

}  // namespace weft::coroutines
