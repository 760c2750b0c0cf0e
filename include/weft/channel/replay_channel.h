/// The shared memory between the runtime in replay mode and the replayer that controls it.
///
/// Two files: this channel (one page, read and write), and the log: the trace's events decoded into
/// one long array (event.h), which the runtime maps read-only at kLogAddress. The replayer decodes
/// ahead and publishes `available` (release), then wakes futex(available_futex); the runtime waits
/// there when it is about to read an event that is not there yet. `complete` says that no more
/// comes.
///
/// The runtime goes on by itself until `stop_before` (an event index), the end of the log, or a
/// divergence; then it sets `state`, wakes futex(state_futex), and waits for futex(command_futex).
#pragma once

#include <atomic>
#include <cstdint>

#include "weft/trace/event.h"

namespace weft::channel {

inline constexpr uint64_t kReplayMagic = 0x31307970'6c726677;  // "wfrlpy01"
inline constexpr uint64_t kReplayHeaderBytes = 8192;

enum class ReplayState : uint32_t {
  kRunning = 0,
  kParked = 1,    ///< stands before event `position`
  kEnded = 2,     ///< the log is used up; the program stands where the recording ended
  kDiverged = 3,  ///< `divergence` is filled in; the process waits, so that its memory can be read
  kFailed = 4,    ///< the runtime could not go on (message in `divergence.what`)
};

enum class ReplayCommand : uint32_t {
  kNone = 0,
  kRun = 1,   ///< go on to `stop_before`
  kQuit = 2,  ///< _exit
};

/// What the program did where the log says something else.
struct Divergence {
  uint64_t event;        ///< index of the first wrong event
  uint64_t log_offset;   ///< its place in the log, bytes
  uint32_t thread;       ///< thread that ran
  uint32_t actual_call;  ///< what it did: system call number
  uint64_t actual_args[6];
  uint32_t actual_check;
  trace::Registers registers;  ///< of the program, at its call
  char what[256];              ///< one line: which part differs
};

struct ReplayChannel {
  uint64_t magic;
  uint64_t log_bytes;    ///< size of the log when all is decoded
  uint64_t event_count;  ///< events in it
  uint32_t show_output;  ///< 1: the program's writes to fds 1 and 2 are really made
  alignas(64) std::atomic<uint64_t> available;  ///< bytes of the log that may be read
  std::atomic<uint32_t> available_futex;
  std::atomic<uint32_t> complete;
  alignas(64) std::atomic<uint64_t> stop_before;  ///< event index; UINT64_MAX: never
  std::atomic<uint32_t> command;                  ///< ReplayCommand
  std::atomic<uint32_t> command_futex;
  alignas(64) std::atomic<uint64_t> position;  ///< index of the next event
  std::atomic<uint64_t> log_position;          ///< its place in the log, bytes
  std::atomic<uint32_t> state;                 ///< ReplayState
  std::atomic<uint32_t> state_futex;
  Divergence divergence;
};
static_assert(sizeof(ReplayChannel) <= kReplayHeaderBytes);

}  // namespace weft::channel
