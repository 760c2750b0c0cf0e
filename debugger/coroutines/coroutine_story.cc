#include "debugger/coroutines/coroutine_story.h"

#include <algorithm>

namespace weft::coroutines {
namespace {

using analysis::Outcome;
using analysis::ReplayedHook;
using channel::ProbeHit;
using channel::ProbeRegister;
using probes::ExitKind;

constexpr uint64_t kIndexMask = 0xffff;
constexpr uint64_t kInitialSuspend = 2;
// States of a future in Rust.
constexpr uint64_t kUnresumed = 0, kReturned = 1, kPanicked = 2, kStateMask = 0xff;

bool leaves(const Meaning& meaning, const probes::Function& body, const ProbeHit& hit) {
  switch (meaning.exit.kind) {
    case ExitKind::kReturn:
    case ExitKind::kJump:
      return true;
    case ExitKind::kConditional:
      return probes::condition_holds(meaning.exit.condition, hit.words[0]);
    case ExitKind::kComputed:
      return !body.holds(hit.words[0]);
  }
  return false;
}

/// What a store puts at `offset` of the frame.
uint64_t stored_at(const probes::Store& store, const ProbeHit& hit, int64_t offset) {
  const uint64_t value = store.source == ProbeRegister::kNone ? store.immediate : hit.words[2];
  return value >> 8 * (offset - store.displacement);
}

}  // namespace

void Story::take(const Hit& hit) {
  if (hit.probe >= code_.meanings.size()) return;
  const Meaning& meaning = code_.meanings[hit.probe];
  switch (meaning.role) {
    case Meaning::Role::kResume:
      return resume(hit, meaning);
    case Meaning::Role::kLeave:
      return leave(hit, meaning);
    case Meaning::Role::kDestroy:
      return destroy(hit);
    case Meaning::Role::kStore:
      return store(hit, meaning);
    case Meaning::Role::kCatch:
      return caught(hit);
    case Meaning::Role::kNone:
      return;
  }
}

ReplayedHook& Story::tell(const Hit& hit, What what, TaskId task) {
  ToldHook told;
  told.hook.what = what;
  told.hook.task = task;
  told.hook.thread = analysis::ThreadNumber(hit.thread);
  told.event = hit.event;
  told.ordinal = hit.ordinal;
  hooks_.push_back(told);
  return hooks_.back().hook;
}

Story::TaskId Story::current(const Hit& hit) {
  const std::vector<Activation>& runs = runs_[hit.thread];
  return runs.empty() ? TaskId() : runs.back().task;
}

Story::Activation* Story::run_of(const Hit& hit, uint64_t frame) {
  std::vector<Activation>& runs = runs_[hit.thread];
  const auto at = std::find_if(runs.rbegin(), runs.rend(), [frame](const Activation& run) {
    return run.frame == frame && run.task != kNone;
  });
  return at == runs.rend() ? nullptr : &*at;
}

Story::TaskId Story::create(const Hit& hit, uint32_t coroutine, uint64_t frame, TaskId parent) {
  const TaskId task(++last_task_);
  live_[frame] = {task, coroutine, UINT32_MAX};
  ReplayedHook& hook = tell(hit, What::kCreate, task);
  hook.other = parent;
  hook.place = coroutine;
  return task;
}

void Story::decide(Activation& run, bool starts) {
  if (run.first_resume == kDecided) return;
  if (!starts) hooks_[run.first_resume].hook.what = What::kNothing;
  run.first_resume = kDecided;
}

void Story::resume(const Hit& hit, const Meaning& meaning) {
  if (code_.coroutines[meaning.coroutine].kind == probes::FrameKind::kRust)
    return poll(hit, meaning);
  const uint64_t frame = hit.words[0], index = hit.words[1] & kIndexMask;
  std::vector<Activation>& runs = runs_[hit.thread];
  Activation run{meaning.coroutine, frame, hit.rsp};
  const TaskId before = current(hit);
  if (index % 2 != 0) {  // its frame is being destroyed
    runs.push_back(run);
    return;
  }
  const auto known = live_.find(frame);
  if (known == live_.end() || known->second.coroutine != meaning.coroutine) {
    const auto made = made_.find(frame);
    run.task =
        create(hit, meaning.coroutine, frame, made != made_.end() ? made->second.parent : before);
  } else {
    run.task = known->second.task;
  }
  made_.erase(frame);
  ReplayedHook& hook = tell(hit, What::kResume, run.task);
  hook.other = before;
  hook.place = live_[frame].place;
  if (index == 0) run.first_resume = hooks_.size() - 1;  // the ramp's call: it may suspend at once
  runs.push_back(run);
}

/// A future does not move once it was polled: its address is its identity until it has ended.
void Story::poll(const Hit& hit, const Meaning& meaning) {
  const uint64_t frame = hit.words[0], state = hit.words[1] & kStateMask;
  const TaskId before = current(hit);
  Activation run{meaning.coroutine, frame, hit.rsp};
  const auto known = live_.find(frame);
  const bool goes_on =
      state > kPanicked && known != live_.end() && known->second.coroutine == meaning.coroutine;
  if (goes_on) {
    run.task = known->second.task;
  } else if (state == kUnresumed || state > kPanicked) {
    run.task = create(hit, meaning.coroutine, frame, before);
  }
  if (run.task != kNone) {
    ReplayedHook& hook = tell(hit, What::kResume, run.task);
    hook.other = before;
    hook.place = live_[frame].place;
  }
  runs_[hit.thread].push_back(run);
}

void Story::store_state(const Hit& hit, const Meaning& meaning, Live& live, Activation* run) {
  const uint64_t state = meaning.store.immediate & kStateMask;
  if (state == kReturned) return end(hit, run->frame, run, Outcome::kDone);
  if (state == kPanicked) return end(hit, run->frame, run, Outcome::kFailed);
  if (state == kUnresumed) return;
  tell(hit, What::kSuspend, run->task).place = meaning.place;
  run->suspended = true;
  live.place = meaning.place;
}

void Story::store(const Hit& hit, const Meaning& meaning) {
  const uint64_t frame = hit.words[0];
  Activation* run = run_of(hit, frame);
  const auto live = live_.find(frame);
  if (live != live_.end() && run != nullptr) return store_in_body(hit, meaning, live->second, run);
  // A frame of which no body runs: a ramp makes it. What stands at its beginning tells whose it is,
  // unless that comes later.
  const auto actor = code_.by_actor.find(hit.words[1]);
  const uint32_t coroutine = actor != code_.by_actor.end() ? actor->second : meaning.coroutine;
  if (coroutine == kNoCoroutine) {
    if (meaning.store.source == ProbeRegister::kNone && live == live_.end())
      made_.try_emplace(frame, Made{current(hit)});
    return;
  }
  const int64_t offset = code_.coroutines[coroutine].index_offset;
  if (!meaning.store.covers(offset, 2)) return;
  const uint64_t index = stored_at(meaning.store, hit, offset) & kIndexMask;
  if (index != 0 && index != kInitialSuspend) return;
  const bool is_new = live == live_.end() || index == 0;
  if (is_new) create(hit, coroutine, frame, current(hit));
}

void Story::store_in_body(const Hit& hit, const Meaning& meaning, Live& live, Activation* run) {
  if (live.coroutine != run->coroutine) return;
  if (code_.coroutines[live.coroutine].kind == probes::FrameKind::kRust)
    return store_state(hit, meaning, live, run);
  const probes::Store& store = meaning.store;
  const int64_t offset = code_.coroutines[live.coroutine].index_offset;
  if (!store.covers(offset, 2)) {
    if (store.displacement == 0 && store.bytes == 8 && stored_at(store, hit, 0) == 0)
      end(hit, run->frame, run, run->caught ? Outcome::kFailed : Outcome::kDone);
    return;
  }
  const uint64_t index = stored_at(store, hit, offset) & kIndexMask;
  if (index == 0 || index % 2 != 0) return;
  if (index == kInitialSuspend) {
    decide(*run, false);
  } else {
    decide(*run, true);
    if (run->suspended) tell(hit, What::kResume, run->task).place = live.place;
    tell(hit, What::kSuspend, run->task).place = meaning.place;
    indexes_[meaning.place] = index;
  }
  run->suspended = true;
  live.place = meaning.place;
}

void Story::leave(const Hit& hit, const Meaning& meaning) {
  if (!leaves(meaning, code_.coroutines[meaning.coroutine].actor, hit)) return;
  std::vector<Activation>& runs = runs_[hit.thread];
  const auto at = std::find_if(runs.rbegin(), runs.rend(), [&](const Activation& run) {
    return run.coroutine == meaning.coroutine && run.rsp == hit.rsp;
  });
  if (at == runs.rend()) return;
  const auto live = live_.find(at->frame);
  const bool is_alive = live != live_.end() && live->second.task == at->task && at->task != kNone;
  if (is_alive && !at->suspended) {  // where is not known
    decide(*at, true);
    tell(hit, What::kSuspend, at->task);
  }
  runs.erase(std::next(at).base());
}

void Story::destroy(const Hit& hit) {
  const uint64_t frame = hit.words[0];
  made_.erase(frame);
  if (live_.contains(frame)) end(hit, frame, nullptr, Outcome::kCancelled);
}

void Story::end(const Hit& hit, uint64_t frame, Activation* run, Outcome outcome) {
  const auto live = live_.find(frame);
  if (run != nullptr) decide(*run, true);
  tell(hit, What::kEnd, live->second.task).outcome = outcome;
  live_.erase(live);
}

void Story::caught(const Hit& hit) {
  std::vector<Activation>& runs = runs_[hit.thread];
  for (auto run = runs.rbegin(); run != runs.rend(); ++run) {
    if (run->task == kNone || !code_.coroutines[run->coroutine].actor.holds(hit.words[0])) continue;
    const Coroutine& coroutine = code_.coroutines[run->coroutine];
    const auto line = code_.modules[coroutine.module].line_of(hit.words[0] - 1);
    run->caught = line.line == coroutine.last_line;
    return;
  }
}

}  // namespace weft::coroutines
