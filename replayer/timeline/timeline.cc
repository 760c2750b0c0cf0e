#include "replayer/timeline/timeline.h"

#include <utility>

#include "replayer/timeline/checkpoints.h"
#include "replayer/timeline/leader.h"

namespace weft::timeline {
namespace {

using namespace std::chrono_literals;
using session::Outcome;

/// A run that takes longer than this leaves checkpoints on its way: the next jump near there is
/// short.
constexpr auto kLongRun = 100ms;
/// How often a process that was killed from outside is replaced within one jump.
constexpr int kAttempts = 4;

/// How long the recording took, up to the beginning of its last chunk.
double recorded_seconds(const trace::TraceReader& reader) {
  const trace::TraceInfo& info = reader.info();
  if (reader.chunks().empty() || info.tsc_hz == 0) return 0;
  const uint64_t last = reader.chunks().back().header.base_time * trace::kTimeUnitTicks;
  return last < info.start_tsc
             ? 0
             : static_cast<double>(last - info.start_tsc) / static_cast<double>(info.tsc_hz);
}

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
  /// A process at `moment`, or as far as it gets.
  Result<std::unique_ptr<session::ReplayProcess>> process_at(const Moment& moment);
  FailureSource source() const { return {trace_path_, log_.get()}; }

  const std::string trace_path_;
  const TimelineOptions options_;
  trace::TraceReader reader_;
  std::unique_ptr<session::LogWindow> log_;
  Checkpoints checkpoints_;
  std::unique_ptr<Leader> leader_;

 private:
  Result<CheckpointCopy> copy_before(const Moment& moment);
  Outcome run(CheckpointCopy& copy, const Moment& moment);
};

Status Timeline::Impl::begin() {
  auto log = session::LogWindow::open(reader_);
  if (!log) return log.error();
  log_ = std::move(*log);
  auto channels = session::ChannelFile::create();
  if (!channels) return channels.error();
  LeaderOptions leader;
  leader.request.runtime_path = options_.runtime_path;
  leader.request.stop_before = 0;
  leader.request.own_group = true;
  leader.request.cpu_limit_seconds = 30 + 10 * recorded_seconds(reader_);
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
               "see weft replay " + trace_path_};
}

Outcome Timeline::Impl::run(CheckpointCopy& copy, const Moment& moment) {
  const session::ReplayStop stop = stop_at(moment);
  while (true) {
    copy.process->run_to(stop);
    if (const auto outcome = copy.process->wait_for(kLongRun)) return *outcome;
    copy.process->stop_soon();
    const Outcome outcome = copy.process->wait();
    const Moment here{copy.process->channel().position.load()};
    if (outcome != Outcome::kParked || here >= Moment{stop.before}) return outcome;
    if (auto on_the_way = copy.process->fork()) {
      checkpoints_.add({std::move(*on_the_way), here, copy.seconds + copy.process->cpu_seconds()});
    }
  }
}

Result<std::unique_ptr<session::ReplayProcess>> Timeline::Impl::process_at(const Moment& moment) {
  leader_->wait_for(moment.event);
  checkpoints_.set_user(moment);
  for (int attempt = 1;; ++attempt) {
    auto copy = copy_before(moment);
    if (!copy) return copy.error();
    const Outcome outcome = run(*copy, moment);
    if (outcome == Outcome::kParked || outcome == Outcome::kEnded) return std::move(copy->process);
    if (outcome != Outcome::kDied || attempt == kAttempts) {
      return source().error(*copy->process, outcome);
    }
  }
}

Result<std::unique_ptr<Focus>> Timeline::Impl::go_to(const Moment& moment) {
  if (moment.event > reader_.total_events()) {
    return Error{ErrorClass::kUsage,
                 "there is no event " + std::to_string(moment.event) + ": " + trace_path_ +
                     " has " + std::to_string(reader_.total_events()),
                 "see them with weft events"};
  }
  auto process = process_at(moment);
  if (!process) return process.error();
  return std::make_unique<Focus>(std::move(*process), source());
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

EventIndex Timeline::event_count() const {
  return impl_->reader_.total_events();
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
