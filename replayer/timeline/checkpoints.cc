#include "replayer/timeline/checkpoints.h"

#include <algorithm>

#include "replayer/timeline/process_memory.h"
#include "replayer/timeline/spacing.h"

namespace weft::timeline {
namespace {

/// Share of the time that measuring may take.
constexpr int kMeasureEvery = 20;

bool is_earlier(const CheckpointCopy& checkpoint, const Moment& moment) {
  return checkpoint.moment < moment;
}

}  // namespace

void Checkpoints::add(CheckpointCopy checkpoint) {
  const std::lock_guard lock(mutex_);
  const Moment moment = checkpoint.moment;
  const auto at = std::lower_bound(all_.begin(), all_.end(), moment, is_earlier);
  if (at != all_.end() && at->moment == moment) {
    if (at->process->has_died()) *at = std::move(checkpoint);
    return;
  }
  all_.insert(at, std::move(checkpoint));
  limit_number(moment);
  if (Clock::now() - measured_at_ < kMeasureEvery * measuring_took_) return;
  measure();
  limit_bytes(moment);
}

Result<std::optional<CheckpointCopy>> Checkpoints::copy_before(const Moment& moment) {
  const std::lock_guard lock(mutex_);
  while (true) {
    auto at = std::upper_bound(
        all_.begin(), all_.end(), moment,
        [](const Moment& wanted, const CheckpointCopy& each) { return wanted < each.moment; });
    if (at == all_.begin()) return std::optional<CheckpointCopy>();
    --at;
    if (!at->process->has_died()) {
      auto copy = at->process->fork();
      if (copy) return std::optional<CheckpointCopy>({std::move(*copy), at->moment, at->seconds});
      if (!at->process->has_died()) return copy.error();
    }
    all_.erase(at);
  }
}

void Checkpoints::set_user(const Moment& moment) {
  const std::lock_guard lock(mutex_);
  user_ = moment;
}

bool Checkpoints::empty() const {
  return count() == 0;
}

unsigned Checkpoints::count() const {
  const std::lock_guard lock(mutex_);
  return static_cast<unsigned>(all_.size());
}

uint64_t Checkpoints::bytes() const {
  const std::lock_guard lock(mutex_);
  return bytes_;
}

double Checkpoints::widest_gap_seconds() const {
  const std::lock_guard lock(mutex_);
  double widest = 0;
  for (size_t i = 1; i < all_.size(); ++i) {
    widest = std::max(widest, all_[i].seconds - all_[i - 1].seconds);
  }
  return widest;
}

void Checkpoints::limit_number(const Moment& kept) {
  while (all_.size() > std::max(limits_.most, 3u) && give_up_one(kept)) {
  }
}

/// A process that ends gives back only what no other shares, so it is measured again each time.
void Checkpoints::limit_bytes(const Moment& kept) {
  while (bytes_ > limits_.most_bytes && give_up_one(kept)) measure();
}

bool Checkpoints::give_up_one(const Moment& kept) {
  std::vector<double> seconds;
  size_t kept_index = all_.size();
  for (const CheckpointCopy& each : all_) {
    if (each.moment == kept) kept_index = seconds.size();
    seconds.push_back(each.seconds);
  }
  const auto index = least_useful(seconds, seconds_of(user_), kept_index);
  if (!index) return false;
  all_.erase(all_.begin() + static_cast<std::ptrdiff_t>(*index));
  return true;
}

void Checkpoints::measure() {
  const auto start = Clock::now();
  bytes_ = 0;
  for (const CheckpointCopy& each : all_) {
    bytes_ += anonymous_bytes(each.process->pid()) + each.process->channel().stop.shared_bytes;
  }
  measured_at_ = Clock::now();
  measuring_took_ = measured_at_ - start;
}

/// The time of the last checkpoint at or before `moment`.
double Checkpoints::seconds_of(const Moment& moment) const {
  double seconds = 0;
  for (const CheckpointCopy& each : all_) {
    if (each.moment > moment) break;
    seconds = each.seconds;
  }
  return seconds;
}

}  // namespace weft::timeline
