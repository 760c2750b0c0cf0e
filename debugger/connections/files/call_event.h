/// One system call of the trace, as the tracker's handlers see it.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

#include "debugger/connections/log/mark.h"
#include "replayer/trace/event_view.h"

namespace weft::connections {

struct CallEvent {
  const trace::EventView& event;
  Mark mark;  ///< this event
  int64_t result;

  bool failed() const { return result < 0; }
  uint64_t arg(unsigned index) const { return event.argument(index); }
  /// A descriptor or another int: the kernel looks at the lower half only.
  int32_t int_arg(unsigned index) const { return static_cast<int32_t>(event.argument(index)); }

  /// Bytes that the call wrote at (or kSent: read from) its argument `arg`; empty if none.
  std::string_view effect(uint8_t arg, trace::EffectKind kind = trace::EffectKind::kWritten) const {
    std::string_view bytes;
    event.for_each_effect([&](const trace::EffectView& effect) {
      if (effect.arg == arg && effect.kind == kind && bytes.empty())
        bytes = {reinterpret_cast<const char*>(effect.bytes.data()), effect.bytes.size()};
    });
    return bytes;
  }
};

/// The T at `at`, zeros where `bytes` ends.
template <class T>
T read_as(std::string_view bytes, size_t at = 0) {
  T value{};
  if (at < bytes.size())
    std::memcpy(&value, bytes.data() + at,
                sizeof value < bytes.size() - at ? sizeof value : bytes.size() - at);
  return value;
}

}  // namespace weft::connections
