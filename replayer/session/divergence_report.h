/// What a person sees of a divergence: the first wrong event, both sides of it, where the program
/// stands, what its thread did before, and the command that shows more.
///
///   weft: redis-4711.weft: the replay diverged at event 1234 of 5678, thread 2: another argument
///     expected  write(5, 0x100000402000, 17) = 17
///     actual    write(5, 0x100000402000, 19)
///     memory    the page at 0x30000256c000 (libjvm.so+0x156c000) differs; ... (weft replay --verify)
///     at        libc.so.6+0xf7b40 __write+0x10
///               redis-server+0x5d3e0 writeToClient+0x40 at networking.c:1851
///     before    event 1230  epoll_wait(4, 0x100000700000, 128, 100) = 1
///               ...
///     suspect   event 977  memory is shared with children that are not recorded: ...
///     see       weft events redis-4711.weft --from 1224 --to 1235 --thread 2
#pragma once

#include <string>
#include <vector>

#include "replayer/session/log_window.h"
#include "replayer/session/replay_process.h"

namespace weft::session {

struct DivergenceReport {
  uint64_t event;        ///< index of the first wrong event
  uint64_t event_count;  ///< events in the trace
  uint32_t thread;
  std::string what;                    ///< which part differs
  std::string expected;                ///< the event of the trace
  std::string actual;                  ///< what the program did
  std::string memory;                  ///< where memory differs; empty: not known
  std::vector<std::string> backtrace;  ///< innermost first
  std::vector<std::string> before;     ///< the thread's last events, oldest first
  std::vector<std::string> suspects;   ///< notes of what a replay may differ by, first of each
  std::string command;                 ///< shows the events around it
};

/// Describes where `process` stands, after Outcome::kDiverged. Reads its memory.
DivergenceReport describe_divergence(LogWindow& log, const ReplayProcess& process,
                                     const std::string& trace_path);

/// The report as text, several lines.
std::string divergence_text(const DivergenceReport& report, const std::string& trace_path);

}  // namespace weft::session
