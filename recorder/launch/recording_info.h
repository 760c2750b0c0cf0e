/// What the trace's header says about the machine and the moment.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "weft/trace/trace_info.h"

namespace weft::launch {

/// Measures the frequency of the time-stamp counter against CLOCK_MONOTONIC_RAW.
///
/// Two readings, each taken as the narrowest of several rdtsc-clock-rdtsc brackets (some 30 ns), at
/// least 2 ms apart: some 15 ppm. The program's start-up usually passes in between, so that the
/// measurement itself costs next to nothing.
class TscCalibration {
 public:
  TscCalibration();

  /// Ticks a second; waits until enough time has passed.
  uint64_t finish() const;

  uint64_t start_tsc() const { return start_.tsc; }
  /// The wall clock when the counter stood at start_tsc(), nanoseconds since the epoch.
  int64_t start_wall_ns() const { return start_wall_ns_; }

 private:
  struct Reading {
    uint64_t tsc;
    int64_t clock_ns;
  };
  static Reading read(int clock);

  Reading start_;
  int64_t start_wall_ns_;
};

/// This machine's processor, as a program is shown it at `level`.
cpu::ShownProcessor processor_shown_at(cpu::Level level);

/// Everything that is known before the program runs, but the processor. `program_path` may be
/// relative.
trace::TraceInfo describe_recording(const std::string& program_path,
                                    const std::vector<std::string>& arguments,
                                    const TscCalibration& calibration);

}  // namespace weft::launch
