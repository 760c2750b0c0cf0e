/// Signals: what the program set, what came, and how it is delivered.
#pragma once

#include <cstdint>

#include "recorder/runtime/calls/call.h"
#include "recorder/runtime/ground/processes.h"
#include "recorder/runtime/ground/thread.h"

namespace weft::runtime {

/// The kernel's handler for all signals, on the runtime's own signal stack. Defined in
/// replayer/runtime/door/traps.cc.
extern "C" void weft_on_signal(int signal, SignalInfo* info, UserContext* user);
/// In it: `info` waits until the program can be told.
void stash(const SignalInfo& info, UserContext* context, Thread* thread);
/// True if `ip` lies in the runtime, or in the kernel's vDSO, which only the runtime calls.
bool in_runtime(uint64_t ip);

/// Installs the runtime's own handlers.
void install_handlers();
/// Tells the kernel where handlers run, for the calling thread.
void use_signal_stack(const Thread* thread);
/// Arms Syscall User Dispatch for the calling thread: 0 or -errno (kernels before 5.11).
long arm_dispatch();
/// Reads the dispositions and the mask that the process was started with (record).
void read_inherited_signals(Thread* thread);
/// The same from a kStart event, and for writing one.
void set_inherited_signals(Thread* thread, uint64_t mask, uint64_t ignored);
uint64_t ignored_signals();
/// Blocks everything that may be blocked, around clone and exit.
void block_all_signals();
/// The same with kOwnSignal, around the clone of a thread: until the child has set its gs, a handler
/// in it would take it for its parent. Both allow it again at once.
void block_all_for_clone();
void allow_own_signal();

/// A child in the program's memory is about to execute something else: mask and ignored signals are
/// inherited, and must be the child's own. `keep_signals` if it did not come to that.
void bequeath_signals(const Thread* thread);
void keep_signals(const Thread* thread);
/// Record: `thread`, of a child in the program's memory, is about to die by a fault. Defined in
/// process/sharing_child.cc.
void end_before_death(Thread* thread, int signal);

/// Gives the process back to itself: a forked child that is not recorded.
void restore_native_signals(const Thread* thread);
/// execve: handlers become default, ignored signals stay ignored.
void reset_handlers_for_exec();

/// Where a thread stands when its handler begins. At entry it is about to make a call, which it makes
/// again after the handler.
enum class DeliverAt : uint8_t { kEntry, kElsewhere };

/// Record: delivers the pending signal of `thread` if there is one: an event, then the handler's
/// frame.
bool deliver_pending(Thread* thread, DeliverAt at);
/// Replay: the same if the next event says so.
bool deliver_recorded(Thread* thread, DeliverAt at);

/// Builds the frame of the program's handler for `record` and lets the thread go on there. False if
/// the program has no handler for it (any more).
bool push_handler_frame(Thread* thread, const trace::SignalRecord& record);

/// The program's registers from a signal frame (without fs_base and gs_base).
void registers_from(const SignalContext& from, trace::Registers* to);
/// The other way round, but for the segments.
void registers_to(const trace::Registers& from, SignalContext* to);

/// In a signal handler: the interrupted thread goes on in the runtime at `entry` (entry.S), its
/// registers saved.
void enter_runtime(SignalContext* context, Thread* thread, void (*entry)());
/// The same, in weft_on_preempt.
void enter_preemption(SignalContext* context, Thread* thread);

/// Sets the kernel's mask of this thread to what the program wants, less what weft needs.
void apply_mask(uint64_t mask);
uint64_t kernel_mask(uint64_t program_mask);

/// The call has been interrupted. If it has a mask of its own (ppoll, sigsuspend...), the handler
/// begins with that mask, and returns to the thread's.
void begin_wait_mask(const Call& call);
/// No handler has begun because of it: the thread has its mask again.
void finish_wait_mask(Thread* thread);

/// True if a blocked call that was interrupted by the pending signal is to be made again
/// (SA_RESTART).
bool pending_restarts(const Thread* thread);

long on_rt_sigaction(Call& call);
long on_rt_sigprocmask(Call& call);
long on_rt_sigreturn(Call& call);
long on_sigaltstack(Call& call);
long on_rt_sigsuspend(Call& call);
long on_masked_wait(Call& call);  ///< ppoll, pselect6, epoll_pwait, epoll_pwait2

}  // namespace weft::runtime
