#include "debugger/connections/files/moved_bytes.h"

#include <algorithm>

#include "weft/trace/event.h"

namespace weft::connections {

using trace::EffectKind;
using trace::EffectView;

namespace {

std::string_view text(const EffectView& effect) {
  return {reinterpret_cast<const char*>(effect.bytes.data()), effect.bytes.size()};
}

/// Cuts `parts` down to the `count` bytes after the first `skip`.
void cut(std::vector<std::string_view>& parts, uint64_t skip, uint64_t count) {
  for (std::string_view& part : parts) {
    const uint64_t gone = std::min<uint64_t>(skip, part.size());
    skip -= gone;
    part = part.substr(gone).substr(0, count);
    count -= part.size();
  }
  std::erase_if(parts, [](std::string_view part) { return part.empty(); });
}

}  // namespace

void MovedBytes::add_data(std::string_view bytes) {
  data_total_ += bytes.size();
  bytes = bytes.substr(0, kMaxData - std::min(kMaxData, data_.size()));
  data_.insert(data_.end(), bytes.begin(), bytes.end());
}

void MovedBytes::forget_data() {
  data_.clear();
  data_total_ = 0;
}

CallBytes MovedBytes::received(const CallEvent& call, Where where) {
  parts_.clear();
  uint64_t total = 0;
  if (data_total_ != 0) {
    parts_.emplace_back(data_.data(), data_.size());
    total = data_total_;
  } else {
    // The argument's own memory is the buffer of read(2), but the header of recvmsg(2).
    call.event.for_each_effect([&](const EffectView& effect) {
      if (effect.kind != EffectKind::kWritten) return;
      parts_.push_back(text(effect));
      total += effect.bytes.size();
    });
  }
  const auto count = static_cast<uint64_t>(call.result);
  cut(parts_, where == Where::kLast && total > count ? total - count : 0, count);
  uint64_t here = 0;
  for (const std::string_view part : parts_) here += part.size();
  return {parts_, count - here, false};
}

CallBytes MovedBytes::sent(const CallEvent& call, uint64_t asked) {
  parts_.clear();
  call.event.for_each_effect([this](const EffectView& effect) {
    if (effect.kind == EffectKind::kSent && effect.arg == trace::kAbsolute)
      parts_.push_back(text(effect));
  });
  const auto count = static_cast<uint64_t>(call.result);
  cut(parts_, 0, count);
  uint64_t here = 0;
  for (const std::string_view part : parts_) here += part.size();
  return {parts_, count - here, asked > count};
}

CallBytes MovedBytes::unseen(uint64_t count) {
  parts_.clear();
  return {parts_, count, false};
}

}  // namespace weft::connections
