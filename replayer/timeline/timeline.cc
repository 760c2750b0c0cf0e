#include "replayer/timeline/timeline.h"

#include <mutex>
#include <utility>

#include "replayer/session/processor_check.h"
#include "replayer/timeline/checkpoints.h"
#include "replayer/timeline/leader.h"
#include "weft/base/shell_word.h"

namespace weft::timeline {
namespace {

using namespace std::chrono_literals;
using session::Outcome;

/// A run that takes longer than this leaves checkpoints on its way: the next jump near there is
/// short.
constexpr auto kLongRun = 100ms;
/// The same for steps, which cost 0.1 to 4 us each.
constexpr uint64_t kLongSteps = 128 * 1024;
constexpr unsigned kMostStepCheckpoints = 32;
/// How often a process that was killed from outside is replaced within one jump.
constexpr int kAttempts = 4;

/// Whether a run of steps notes where each of them was.
enum class StepTrace : uint8_t { kNone, kKept };

}  // namespace

class Timeline::Impl {
 public:
  Impl(std::string trace_path, trace::TraceReader&& reader, TimelineOptions options)
      : trace_path_(std::move(trace_path)),
        options_(std::move(options)),
        reader_(std::move(reader)),
        checkpoints_({options_.most_checkpoints, options_.most_bytes}) {}

  Status begin();
  Result<std::unique_ptr<Focus>> go_to(const Moment& moment);
  Result<Steps> steps_of(EventIndex event, uint64_t limit);
  Error no_event(EventIndex event) const;
  FailureSource source() const { return {trace_path_, log_.get()}; }

  const std::string trace_path_;
  const TimelineOptions options_;
  trace::TraceReader reader_;
  std::unique_ptr<session::LogWindow> log_;
  Checkpoints checkpoints_;
  std::unique_ptr<Leader> leader_;

 private:
  Result<CheckpointCopy> copy_before(const Moment& moment);
  Result<CheckpointCopy> process_at(const Moment& moment);
  Result<CheckpointCopy> process_before(EventIndex event);
  std::shared_ptr<Checkpoints> inside(EventIndex event);
  Outcome run(CheckpointCopy& copy, EventIndex event);
  Outcome step(CheckpointCopy& copy, const Moment& moment, StepTrace trace);

  std::mutex inside_mutex_;
  EventIndex inside_event_ = kNone;
  std::shared_ptr<Checkpoints> inside_;  ///< of the segment that was stepped last
  std::mutex steps_mutex_;               ///< the area for steps is one process's at a time
};

Status Timeline::Impl::begin() {
  if (Status here = session::check_processor(reader_.info(), trace_path_); !here) return here;
  auto log = session::LogWindow::open(reader_);
  if (!log) return log.error();
  log_ = std::move(*log);
  auto channels = session::ChannelFile::create();
  if (!channels) return channels.error();
  LeaderOptions leader;
  leader.request.runtime_path = options_.runtime_path;
  leader.request.stop_before = EventIndex(0);
  leader.request.own_group = true;
  leader.request.cpu_limit_seconds = session::cpu_limit_seconds(reader_);
  leader.request.channels = *channels;
  leader.spacing_seconds = options_.spacing_seconds;
  leader.most_checkpoints = options_.most_checkpoints;
  leader_ = std::make_unique<Leader>(*log_, checkpoints_, source(), std::move(leader));
  return {};
}

/// The nearest copy to start from.
Result<CheckpointCopy> Timeline::Impl::copy_before(const Moment& moment) {
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    auto copy = checkpoints_.copy_before(moment);
    if (!copy) return copy.error();
    if (*copy) return std::move(**copy);
    if (!leader_->restore_start()) break;
  }
  if (const auto failure = leader_->failure()) return *failure;
  return Error{ErrorClass::kUsage, "the replay cannot be started",
               "see weft replay " + shell_word(trace_path_)};
}

Outcome Timeline::Impl::run(CheckpointCopy& copy, EventIndex event) {
  while (true) {
    copy.process->run_to({.before = event});
    if (const auto outcome = copy.process->wait_for(kLongRun)) return *outcome;
    copy.process->stop_soon();
    const Outcome outcome = copy.process->wait();
    const Moment here{EventIndex(copy.process->channel().position.load())};
    if (outcome != Outcome::kParked || here.event >= event) return outcome;
    if (auto on_the_way = copy.process->fork()) {
      checkpoints_.add({std::move(*on_the_way), here, copy.seconds + copy.process->cpu_seconds()});
    }
  }
}

/// From just before an event, or inside its segment, to `moment` in it.
Outcome Timeline::Impl::step(CheckpointCopy& copy, const Moment& moment, StepTrace trace) {
  const auto checkpoints = inside(moment.event);
  uint64_t made = copy.moment.steps.value_or(0);
  while (true) {
    const bool far = *moment.steps - made > kLongSteps;
    const uint64_t next = far ? made + kLongSteps : *moment.steps;
    session::ReplayStop stop = stop_at({moment.event, next});
    stop.trace_steps = trace == StepTrace::kKept;
    copy.process->run_to(stop);
    const Outcome outcome = copy.process->wait();
    if (!far || outcome != Outcome::kParked || copy.process->channel().stop.in_program == 0) {
      return outcome;
    }
    made = next;
    if (auto on_the_way = copy.process->fork()) {
      checkpoints->add({std::move(*on_the_way), {moment.event, made}, static_cast<double>(made)});
    }
  }
}

/// Checkpoints in the segment that `event` begins. Those of another one are given up.
std::shared_ptr<Checkpoints> Timeline::Impl::inside(EventIndex event) {
  const std::lock_guard lock(inside_mutex_);
  if (!inside_ || inside_event_ != event) {
    inside_ =
        std::make_shared<Checkpoints>(CheckpointLimits{kMostStepCheckpoints, options_.most_bytes});
    inside_event_ = event;
  }
  return inside_;
}

/// A copy that stands before `event`, or at the end if that comes earlier.
Result<CheckpointCopy> Timeline::Impl::process_before(EventIndex event) {
  leader_->wait_for(event);
  checkpoints_.set_user({event});
  for (int attempt = 1;; ++attempt) {
    auto copy = copy_before({event});
    if (!copy) return copy.error();
    const Outcome outcome = run(*copy, event);
    if (outcome == Outcome::kParked || outcome == Outcome::kEnded) {
      copy->moment = {event};
      return copy;
    }
    if (outcome != Outcome::kDied || attempt == kAttempts) {
      return source().error(*copy->process, outcome);
    }
  }
}

Result<CheckpointCopy> Timeline::Impl::process_at(const Moment& moment) {
  if (!moment.steps) return process_before(moment.event);
  for (int attempt = 1;; ++attempt) {
    auto near = inside(moment.event)->copy_before(moment);
    if (!near) return near.error();
    auto copy = *near ? Result<CheckpointCopy>(std::move(**near)) : process_before(moment.event);
    if (!copy) return copy.error();
    const Outcome outcome = step(*copy, moment, StepTrace::kNone);
    if (outcome == Outcome::kParked || outcome == Outcome::kEnded) return copy;
    if (outcome != Outcome::kDied || attempt == kAttempts) {
      return source().error(*copy->process, outcome);
    }
  }
}

Error Timeline::Impl::no_event(EventIndex event) const {
  return {ErrorClass::kUsage,
          "there is no event " + std::to_string(event.value()) + ": " + trace_path_ + " has " +
              std::to_string(reader_.total_events()),
          "see them with weft events"};
}

Result<Steps> Timeline::Impl::steps_of(EventIndex event, uint64_t limit) {
  if (event.value() >= reader_.total_events()) return no_event(event);
  const std::lock_guard lock(steps_mutex_);
  auto copy = process_before(event);
  if (!copy) return copy.error();
  const Outcome outcome = step(*copy, {event, limit}, StepTrace::kKept);
  if (outcome != Outcome::kParked && outcome != Outcome::kEnded) {
    return source().error(*copy->process, outcome);
  }
  const channel::Stop stop = copy->process->channel().stop;
  Steps steps;
  steps.end = stop.in_program != 0 ? Moment{event, stop.steps} : Moment{event + 1};
  if (stop.stepped == 0) return steps;
  const channel::StepRecord* records = copy->process->channels().steps();
  const uint64_t count = stop.steps + 1;
  steps.first = count > channel::kStepRecords ? count - channel::kStepRecords : 0;
  steps.records.reserve(count - steps.first);
  for (uint64_t i = steps.first; i < count; ++i) {
    steps.records.push_back(records[i % channel::kStepRecords]);
  }
  return steps;
}

Result<std::unique_ptr<Focus>> Timeline::Impl::go_to(const Moment& moment) {
  if (moment.event.value() > reader_.total_events()) return no_event(moment.event);
  auto copy = process_at(moment);
  if (!copy) return copy.error();
  return std::make_unique<Focus>(std::move(copy->process), source());
}

Result<std::unique_ptr<Timeline>> Timeline::open(const std::string& trace_path,
                                                 const TimelineOptions& options) {
  auto reader = trace::TraceReader::open(trace_path);
  if (!reader) return reader.error();
  auto impl = std::make_unique<Impl>(trace_path, std::move(*reader), options);
  if (const Status begun = impl->begin(); !begun) return begun.error();
  return std::unique_ptr<Timeline>(new Timeline(std::move(impl)));
}

Timeline::Timeline(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Timeline::~Timeline() = default;

Result<std::unique_ptr<Focus>> Timeline::go_to(const Moment& moment) {
  return impl_->go_to(moment);
}

Result<Steps> Timeline::steps_of(EventIndex event, uint64_t limit) {
  return impl_->steps_of(event, limit);
}

EventIndex Timeline::end() const {
  return EventIndex(impl_->reader_.total_events());
}

session::LogWindow& Timeline::log() {
  return *impl_->log_;
}

const trace::TraceReader& Timeline::reader() const {
  return impl_->reader_;
}

TimelineStatus Timeline::status() const {
  TimelineStatus status;
  status.reached = impl_->leader_->reached();
  status.first_pass_done = impl_->leader_->done();
  status.first_pass_seconds = impl_->leader_->seconds();
  status.checkpoints = impl_->checkpoints_.count();
  status.bytes = impl_->checkpoints_.bytes();
  status.widest_gap_seconds = impl_->checkpoints_.widest_gap_seconds();
  return status;
}

Status Timeline::wait_for_first_pass() {
  return impl_->leader_->wait_for_end();
}

}  // namespace weft::timeline
