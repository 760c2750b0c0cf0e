/// The shared memory between the runtime (inside the program) and the recorder (beside it).
///
///   +-------------+---------------------------+---------------------------+
///   | RecordChan. | ring: kRingBytes          | the same ring once more   |
///   | kHeaderBytes|                           | (second mapping)          |
///   +-------------+---------------------------+---------------------------+
///
/// One memfd. The runtime maps it with the ring twice in a row, so an event never wraps. `head` and
/// `tail` are byte counts that only grow; `head - tail` bytes are waiting. The runtime publishes
/// `head` (release) after an event is whole, therefore everything below `head` is whole events:
/// whatever kills the program, the recorder finds no half of one.
///
/// Nobody polls fast: the recorder sleeps in futex(recorder_futex) with a time-out of some 20 ms;
/// the runtime wakes it when more than wake_bytes() wait *and* recorder_sleeps is set. The runtime
/// sleeps in futex(runtime_futex) with a time-out when the ring is full, and gives up recording
/// (the program goes on) when `stopped` is set or the recorder is gone. Both futexes are shared.
///
/// The recorder also keeps watch: `sleeper` names a thread that may run and sleeps, because the
/// thread that made it ready was about to make a call and hand over (baton.h). If it is still the
/// same one a slice later, that thread computes without a call: the recorder sends the sleeper
/// kOwnSignal with the value kRouse. While `watching` is set it looks once a slice, and says so in
/// `last_look`; else the runtime wakes it when there is a sleeper.
///
/// While threads run on one processor because they hand over often (runtime/turns/gathering.h),
/// `gathered` names the one that has got the baton last, and `own_processors` are those that it may
/// run on by itself. If it is still the same one 200 ms later, the recorder gives them back to it:
/// it changes the word to kSetsProcessors, and to 0 when that is done.
#pragma once

#include <atomic>
#include <cstdint>

#include "weft/cpu/shown_processor.h"

namespace weft::channel {

inline constexpr uint64_t kRecordMagic = 0x31306365'72746677;  // "wftrec01"
inline constexpr uint64_t kHeaderBytes = 4096;
/// Larger than what the recorder may fall behind in a time slice of the scheduler, small enough
/// that the cores' caches hold it: with 16 MiB an event cost twice as much.
inline constexpr uint64_t kRingBytes = 4u << 20;
/// So much may wait in a ring before the recorder is woken.
constexpr uint64_t wake_bytes(uint64_t ring_bytes) {
  return ring_bytes / 8;
}
/// The signal that weft sends to threads of the program: SIGBUS. It is never blocked, and if it is
/// still pending when one is raised by an instruction, the kernel drops that one, and the
/// instruction raises it again. Not so SIGSYS: a system call that traps meanwhile would be lost.
inline constexpr int kOwnSignal = 7;
/// Its si_value: stop at an instruction; wake up and look.
inline constexpr uint64_t kNudge = 0x77656674'6e756467;
inline constexpr uint64_t kRouse = 0x77656674'726f7573;

inline constexpr int kProcessorWords = 16;
inline constexpr uint64_t kSetsProcessors = UINT64_MAX;

/// When the runtime writes down what memory holds (kMemory).
enum class Digests : uint32_t {
  kTracked = 0,  ///< where writes are tracked anyway; a hundredth of the time at most
  kWanted = 1,   ///< a tenth of the time at most
  kAlways = 2,   ///< ahead of each call
};

struct RecordChannel {
  uint64_t magic;
  int32_t recorder_pid;            ///< the process that drains
  std::atomic<uint32_t> stopped;   ///< set by the recorder: recording is over (disk full...)
  std::atomic<uint32_t> slice_us;  ///< how long a turn may last while others wait; 0 = any time
  uint32_t ticks_per_us;           ///< of the time-stamp counter, at least 1
  Digests digests;
  uint32_t digests_us;                   ///< how often the recorder asks for a kMemory
  std::atomic<uint32_t> memory_asked;    ///< it is time for one
  std::atomic<uint32_t> program_loaded;  ///< set by the runtime when the first image is in place
  cpu::ShownProcessor processor;         ///< that the program is shown
  uint32_t leaves_text;                  ///< not 0: no text of a file is patched
  uint32_t follows;                      ///< not 0: children are recorded (process_pool.h)
  int32_t recorder_fd;                   ///< root: the recorder's descriptor of this file
  uint32_t process;                      ///< number of the process in the trace; 0: the root
  uint64_t ring_bytes;                   ///< kRingBytes, or kChildRingBytes
  // Of a child: the process that has made it; how many bytes of events that one had written by
  // then; and how it begins.
  uint32_t parent_process;
  uint32_t begins;  ///< trace::ProcessBegin
  uint64_t parent_offset;
  std::atomic<int32_t> pid_error;          ///< of a child: -errno if there is none
  std::atomic<uint32_t> is_named;          ///< of a child: its parent writes here no more
  alignas(64) std::atomic<uint64_t> head;  ///< bytes ever written (runtime)
  std::atomic<uint32_t> runtime_sleeps;    ///< the ring was full
  std::atomic<uint32_t> runtime_futex;
  alignas(64) std::atomic<uint64_t> tail;  ///< bytes ever consumed (recorder)
  std::atomic<uint32_t> recorder_sleeps;   ///< this and the next: only the root's count
  std::atomic<uint32_t> recorder_futex;
  alignas(64) std::atomic<uint64_t> sleeper;  ///< count of changes << 32 | tid, 0 = nobody
  std::atomic<int32_t> program_pid;           ///< whose thread that is
  std::atomic<uint32_t> watching;             ///< the recorder looks at it once a slice
  std::atomic<uint64_t> last_look;            ///< ticks, while `watching`
  /// Count of hand-overs << 32 | tid; 0 while the processors change, or nobody is gathered.
  alignas(64) std::atomic<uint64_t> gathered;
  std::atomic<uint64_t> own_processors[kProcessorWords];  ///< a bit each
  alignas(64) std::atomic<uint32_t> setup_error;  ///< errno-like: why the program did not start
  char setup_message[512];                        ///< what the runtime could not do, for the user
  uint32_t setup_class;                           ///< exit status that goes with it: 2, 3
};
static_assert(sizeof(RecordChannel) <= kHeaderBytes);

}  // namespace weft::channel
