/// What the header of a trace says about the recording: who, what, where, when.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "weft/cpu/shown_processor.h"
#include "weft/trace/ticks.h"

namespace weft::trace {

struct TraceInfo {
  uint32_t format_version = 0;         ///< 0 for the writer: the one of a single process
  std::string weft_version;            ///< of the recorder, e.g. "0.1.0"; at most 15 bytes
  std::array<uint8_t, 16> uuid{};      ///< names this recording
  std::string program;                 ///< absolute path
  std::vector<std::string> arguments;  ///< argv, the program's own name first
  std::vector<std::string> environment;
  std::string working_directory;
  std::string host_name;
  std::string cpu_model;
  std::string kernel_release;
  cpu::ShownProcessor processor{};  ///< that the program was shown; kUnknown before format 3
  uint64_t tsc_hz = 0;              ///< ticks of the time-stamp counter in a second
  uint64_t start_tsc = 0;           ///< the counter at the start
  int64_t start_wall_ns = 0;  ///< the wall clock at that same moment, nanoseconds since the epoch

  // Times of the events. Where the clock is not known (tsc_hz 0), everything takes no time.
  double seconds(Ticks duration) const {
    return tsc_hz == 0 ? 0 : static_cast<double>(duration.value()) / static_cast<double>(tsc_hz);
  }
  /// Since the start of the recording; 0 for what was before.
  double seconds_at(Ticks time) const { return time < start() ? 0 : seconds(time - start()); }
  Ticks ticks(double seconds) const {
    return Ticks(static_cast<uint64_t>(seconds * static_cast<double>(tsc_hz)));
  }
  Ticks start() const { return Ticks(start_tsc); }
};

}  // namespace weft::trace
