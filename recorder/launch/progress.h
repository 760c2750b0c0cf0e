/// What `weft record` tells the user: the progress line and the summary.
#pragma once

#include <chrono>
#include <string>

#include "recorder/drain/drain_link.h"

namespace weft::launch {

/// "12.3 s, 1234567 events, 38.1 MB", without line end.
std::string progress_text(const drain::Counters& counters, double seconds);

/// "weft: recorded 1234567 events (38.1 MB, 1.8 MB in the file) in 8.2 s: redis-server-1234.weft"
std::string summary_text(const drain::Counters& counters, double seconds,
                         const std::string& trace_path, uint32_t processes = 1);

/// "weft: the program was killed by SIGSEGV"
std::string death_text(int signal);

/// One line of a terminal that is written again and again; nothing on anything else.
class ProgressLine {
 public:
  /// Shows something if `wanted` and stderr is a terminal.
  explicit ProgressLine(bool wanted);
  ~ProgressLine() { clear(); }
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  /// Writes the line, unless that would spoil what the program shows: with the keyboard as its
  /// input, an idle program may just have asked something; a full-screen one is left alone; and in
  /// the background the terminal belongs to somebody else.
  void show(const drain::Counters& counters, bool program_busy);
  void clear();

  double seconds() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }

 private:
  using Clock = std::chrono::steady_clock;

  bool would_spoil(bool program_busy) const;

  bool wanted_;
  bool keyboard_input_;
  bool shown_ = false;
  Clock::time_point start_ = Clock::now();
};

}  // namespace weft::launch
