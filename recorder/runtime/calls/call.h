/// One system call of the program, on its way through the runtime; and the three things that a
/// handler does with it.
///
///   record:  enter_kernel(call)             let the kernel do it, others may run meanwhile
///            log_call(call, result, ...)     write it down, with its effects
///   replay:  replay_call(call)               take it from the log, effects applied
///   both:    agree(call, result)             a result that weft computed itself: written down in
///                                            record, compared in replay
#pragma once

#include <cstdint>

#include "recorder/runtime/ground/thread.h"
#include "weft/syscall/table.h"

namespace weft::runtime {

struct Call {
  Thread* thread;
  const syscall::Row* row;
  const syscall::Arg* specs;  ///< of the row, or of the variant that its arguments select
  const syscall::Plan* plan;  ///< what `specs` ask for
  syscall::Block block;
  syscall::Policy policy;
  uint16_t number;
  uint8_t arity;
  uint64_t args[6];
  uint64_t site;        ///< address after the syscall instruction, as if unpatched
  uint64_t entry_time;  ///< ticks, 0 unless the call usually blocks
  uint32_t capacity;    ///< what the kInOutLen argument held before the call
};

/// The call that `thread` is in or about to make, from its registers.
void read_call(Thread* thread, Call* call);

/// A call has been made: what is due before the thread goes on in the program (signals, steps).
void finish_call(Thread* thread);

/// Memory that a call wrote: collected after it.
struct Output {
  uint64_t address;
  uint64_t bytes;
  uint8_t arg;  ///< trace::EffectHeader::arg
  trace::EffectKind kind;
  const void* source;  ///< the bytes: at `address`, or a copy where others may be writing
};
/// As many as there are: what does not fit into the object goes to memory of its own, which is
/// kept. Lists are static (they are used under the baton): too large for a runtime stack.
class OutputList {
 public:
  void add(uint8_t arg, uint64_t address, uint64_t bytes,
           trace::EffectKind kind = trace::EffectKind::kWritten) {
    if (address != 0 && bytes != 0) add({address, bytes, arg, kind, pointer_to<void>(address)});
  }
  void add(const Output& output) {
    if (count_ == (more_ == nullptr ? kOwn : capacity_)) grow();
    items()[count_++] = output;
    if (output.kind == trace::EffectKind::kWritten) bytes_ += output.bytes;
  }
  void clear() { count_ = 0, bytes_ = 0; }
  const Output* begin() const { return more_ == nullptr ? own_ : more_; }
  const Output* end() const { return begin() + count_; }
  uint64_t written_bytes() const { return bytes_; }

 private:
  static constexpr uint64_t kOwn = 256;

  Output* items() { return more_ == nullptr ? own_ : more_; }
  void grow();

  uint64_t count_ = 0;
  uint64_t bytes_ = 0;
  Output* more_ = nullptr;  // all items, once there are more than kOwn
  uint64_t capacity_ = 0;   // of it
  Output own_[kOwn];
};

/// Result of a handler that is not a number for rax: registers are set already (sigreturn, exec).
inline constexpr long kLeaveAsIs = -100000;
/// The call was interrupted before it did anything: deliver the signal, then make it again.
inline constexpr long kRestart = -100001;

/// Record: writes down which children in the program's memory are gone, before `thread` writes an
/// event of its own. Defined in process/sharing_child.cc.
void bury_children(const Thread* thread);

/// Lets the kernel do the call. May return -kERestart if a signal came first.
long enter_kernel(Call& call);
/// The same with other arguments than the program's.
long enter_kernel(Call& call, const uint64_t (&args)[6]);

/// Writes the event of the call. `outputs` may be nullptr.
void log_call(const Call& call, long result, const OutputList* outputs);
/// Takes the event of the call from the log, its effects applied; returns the result.
/// Defined in replayer/runtime/recorded_call.cc.
long replay_call(const Call& call);
/// Replay: the program made another call than the trace says. Fills in the report, hands it to the
/// replayer and never returns. Defined in replayer/runtime/divergence.cc.
[[noreturn]] void report_divergence(const Call& call, const char* what);
/// The event that replay_call took last.
const trace::EventHeader* replayed_event();
/// See above. Returns the result.
long agree(const Call& call, long result);

/// What the table says that the call wrote.
void collect_outputs(const Call& call, long result, OutputList* outputs);
/// What it may write, for a call that has no result yet.
void collect_possible_outputs(const Call& call, OutputList* outputs);
/// Adds the first `bytes` bytes of an iovec array in program memory.
void collect_iov(uint64_t iov, uint64_t count, uint64_t bytes, OutputList* outputs);
/// Adds the beginning of what a call sent (EffectKind::kSent), for readers of the trace.
void collect_sent(const Call& call, long result, OutputList* outputs);
/// Calls visit(to, address, bytes) for the data that a call which returned `result` has sent.
void for_each_sent(const Call& call, long result, void* to,
                   void (*visit)(void* to, uint64_t address, uint64_t bytes));
/// CRC-32C over what the program handed to the call; `*any` tells if there was something.
uint32_t input_check(const Call& call, long result, bool* any);

/// The generic way: the table says it all.
long perform(Call& call);
/// Record only: like perform, with other arguments for the kernel.
long record_with(Call& call, const uint64_t (&args)[6]);

}  // namespace weft::runtime
