#include "replayer/timeline/leader.h"

#include <algorithm>
#include <chrono>

namespace weft::timeline {
namespace {

using namespace std::chrono_literals;
using session::Outcome;
using Clock = std::chrono::steady_clock;

constexpr auto kLook = 50ms;
/// A copy may take an eighth of the time of the interval before it.
constexpr double kCopyShare = 8;
/// Somebody may kill it; a process that dies by itself does so every time.
constexpr int kMostDeaths = 3;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

}  // namespace

Leader::Leader(session::LogWindow& log, Checkpoints& checkpoints, FailureSource source,
               LeaderOptions options)
    : log_(log),
      checkpoints_(checkpoints),
      source_(std::move(source)),
      options_(std::move(options)),
      thread_([this](const std::stop_token& stop) { work(stop); }) {}

Leader::~Leader() {
  thread_.request_stop();
  thread_.join();
}

void Leader::work(const std::stop_token& stop) {
  if (const Status started = start_first(); !started) {
    finish(started.error());
  } else {
    while (!stop.stop_requested() && run_once(stop)) {
    }
  }
  process_.reset();
  // Stays alive: the processes go with this thread.
  Lock lock(mutex_);
  while (changed_.wait(lock, stop, [this] { return start_wanted_; })) {
    lock.unlock();
    const Status started = start_first();
    lock.lock();
    if (!started) failure_ = started.error();
    start_wanted_ = false;
    changed_.notify_all();
  }
}

/// A process before the first event, as a checkpoint, and a copy of it to run.
Status Leader::start_first() {
  auto first = session::ReplayProcess::spawn(log_, options_.request);
  if (!first) return first.error();
  const Outcome outcome = (*first)->wait();
  if (outcome != Outcome::kParked && outcome != Outcome::kEnded) {
    return source_.error(**first, outcome);
  }
  auto copy = (*first)->fork();
  if (!copy) return copy.error();
  checkpoints_.add({std::move(*first), Moment{}, 0});
  const Lock lock(mutex_);
  if (!done_) process_ = std::move(*copy);
  started_ = true;
  changed_.notify_all();
  return {};
}

/// One interval. False if the first pass is over.
bool Leader::run_once(const std::stop_token& stop) {
  const Outcome outcome = run_interval(stop);
  if (stop.stop_requested()) return false;
  if (outcome == Outcome::kDied && begin_again()) return true;
  on_stop(outcome);
  return !done();
}

Outcome Leader::run_interval(const std::stop_token& stop) {
  const double interval =
      std::max({options_.spacing_seconds, kCopyShare * copy_seconds_,
                2 * seconds() / static_cast<double>(options_.most_checkpoints)});
  {
    const Lock lock(mutex_);
    const auto next = wanted_.upper_bound(reached_);
    process_->run_to({.before = next == wanted_.end() ? EventIndex() : *next});
    running_ = process_.get();
  }
  auto outcome = process_->wait_for(std::chrono::milliseconds(static_cast<int>(interval * 1000)));
  while (!outcome && !stop.stop_requested()) {
    {
      const Lock lock(mutex_);
      process_->stop_soon();
    }
    outcome = process_->wait_for(kLook);
  }
  const Lock lock(mutex_);
  running_ = nullptr;
  return outcome.value_or(Outcome::kParked);
}

void Leader::on_stop(Outcome outcome) {
  const EventIndex position(process_->channel().position.load());
  const double now = base_seconds_ + process_->cpu_seconds();
  {
    const Lock lock(mutex_);
    seconds_ = now;
  }
  if (outcome != Outcome::kParked && outcome != Outcome::kEnded) {
    return finish(source_.error(*process_, outcome));
  }
  if (outcome == Outcome::kParked) {
    leave_checkpoint();
  } else {
    checkpoints_.add({std::move(process_), Moment{position}, now});
  }
  {
    const Lock lock(mutex_);
    reached_ = position;
  }
  if (outcome == Outcome::kEnded) return finish(std::nullopt);
  changed_.notify_all();
}

void Leader::leave_checkpoint() {
  const auto start = Clock::now();
  auto copy = process_->fork();
  if (copy) {
    checkpoints_.add(
        {std::move(*copy), Moment{EventIndex(process_->channel().position.load())}, seconds()});
  }
  copy_seconds_ = seconds_since(start);
}

/// The leader has died: goes on from the last checkpoint. False if that has happened too often.
bool Leader::begin_again() {
  if (++deaths_ > kMostDeaths) return false;
  auto copy = checkpoints_.copy_before(Moment{kNone});
  if (!copy || !*copy) return false;
  process_ = std::move((*copy)->process);
  base_seconds_ = (*copy)->seconds;
  const Lock lock(mutex_);
  reached_ = (*copy)->moment.event;
  return true;
}

/// Or never will.
bool Leader::has_come_to(EventIndex event) const {
  return done_ || (started_ && reached_ >= event);
}

void Leader::finish(std::optional<Error> failure) {
  const Lock lock(mutex_);
  failure_ = std::move(failure);
  done_ = true;
  changed_.notify_all();
}

void Leader::wait_for(EventIndex event) {
  Lock lock(mutex_);
  if (has_come_to(event)) return;
  const auto wish = wanted_.insert(event);
  if (running_ != nullptr) running_->stop_earlier(event);
  changed_.wait(lock, [&] { return has_come_to(event); });
  wanted_.erase(wish);
}

Status Leader::wait_for_end() {
  Lock lock(mutex_);
  changed_.wait(lock, [this] { return done_; });
  if (failure_) return *failure_;
  return {};
}

bool Leader::restore_start() {
  Lock lock(mutex_);
  if (!done_) return false;  // the leader itself will do
  start_wanted_ = true;
  changed_.notify_all();
  changed_.wait(lock, [this] { return !start_wanted_; });
  return !checkpoints_.empty();
}

EventIndex Leader::reached() const {
  const Lock lock(mutex_);
  return reached_;
}

bool Leader::done() const {
  const Lock lock(mutex_);
  return done_;
}

double Leader::seconds() const {
  const Lock lock(mutex_);
  return seconds_;
}

std::optional<Error> Leader::failure() const {
  const Lock lock(mutex_);
  return failure_;
}

}  // namespace weft::timeline
