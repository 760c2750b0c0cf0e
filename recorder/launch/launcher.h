/// `weft record`'s own process: starts the recorder and the program, and stands in for the program
/// towards the world (signals, job control, exit status).
///
///   weft record ──fork──> program: waits at the gate ──execve──> weft-runtime ──> PROGRAM
///       │       ──fork──> recorder (weft-recorder): opens the trace ── kReady ──┐
///       │◄──────────────────────────────────────────────────────────────────────┘ opens the gate
///       └─ waits for the program, then for the recorder; prints the summary; exits likewise
///
/// The program is forked first because its pid is part of the trace's default name, and is held at
/// a gate because nothing of it may run before the trace is there.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "recorder/launch/program_search.h"
#include "weft/base/result.h"
#include "weft/channel/record_channel.h"
#include "weft/cpu/level.h"

namespace weft::launch {

inline constexpr uint32_t kSliceUs = 2000;       ///< unless something else is asked for
inline constexpr uint32_t kDigestsUs = 250'000;  ///< likewise

struct RecordOptions {
  Program program;                     ///< from find_program()
  std::vector<std::string> arguments;  ///< argv of the program, argv[0] as the user typed it
  std::string runtime_path;            ///< weft-runtime
  std::string trace_path;              ///< empty: PROGRAM-PID.weft in the working directory
  /// Gets the path of the trace when that is closed; null: nobody wants to know.
  std::function<void(const std::string& trace_path)> when_written = nullptr;
  cpu::Level level = cpu::kDefaultLevel;  ///< of the processor that the program is shown
  bool leaves_text = false;               ///< no text of the program is patched
  bool force = false;                     ///< overwrite a trace that exists
  std::string cache_directory;            ///< for contents of mapped files; empty: none
  bool follows = false;                   ///< children are recorded too
  bool until_parent = false;              ///< of these, only until the program has ended
  bool quiet = false;                     ///< neither progress nor summary
  channel::Digests digests = channel::Digests::kTracked;
  uint32_t digests_us = kDigestsUs;  ///< how often memory is digested
  uint32_t slice_us = kSliceUs;      ///< how long a thread may compute while others wait
};

/// Records one run. Returns the exit status that `weft record` ends with: the program's, 128 + n
/// if signal n ended it. An error means that the program did not run.
Result<int> record_program(const RecordOptions& options);

}  // namespace weft::launch
