/// Boost.Context's fibers as tasks, in programs as they are: Boost.Fiber, Coroutine2, asio::spawn.
///
/// All of them switch stacks by three functions of plain names. The first instructions of each give
/// way to a jump to a stub, which tells the runtime, does what they did, and goes on after them:
///
///   jump_fcontext:  jmp stub ──> stub: push %rdx, %rsi, %rdi; lea 24(%rsp),%rcx
///        │ after  <──────────────┐     mov $index,%eax; call (jmp *%gs:hook)
///                                │     pop  %rdi, %rsi, %rdx
///                                └──── lea -0x40(%rsp),%rsp   (the instructions that gave way)
///
/// A fiber that is not running is known by its context: the stack pointer after the frame that
/// jump_fcontext saves, which is all that a program holds of it.
///
///   make_fcontext(top, bytes, function)   a new task; its context is top & -16, less a first frame
///   jump_fcontext(to, data)               from, whose context is rsp less the frame, to `to`
///   ontop_fcontext(to, data, function)    the same; a fiber that has ended leaves by it, with the
///                                         record above its stack's top as data
#pragma once

#include "recorder/runtime/hooks/hook_events.h"
#include "recorder/runtime/sites/function_table.h"

namespace weft::runtime {

/// Record: patches the functions of one image, if they are those of Boost.Context.
void listen_to_fibers(const Thread* thread, const FileMapping& mapping,
                      const FunctionTable& functions);

/// Where those that do not run are noted: an array of `slots` (replay_channel.h, ParkedFiber).
struct ParkedFibers {
  uint64_t address, slots;
};
ParkedFibers parked_fibers();

/// A new program image begins: those of the old one are gone.
void forget_fibers();

struct FiberJump {
  uint64_t to;        ///< context
  uint64_t data;      ///< what is handed over
  uint64_t stack;     ///< rsp at the function's entry: there lies its return address
  uint64_t function;  ///< ontop_fcontext's, else 0
};

/// Both modes: the program is about to make a fiber, or to switch to one.
void fiber_made(HookCaller caller, uint64_t top);
void fiber_jump(HookCaller caller, const FiberJump& jump);

}  // namespace weft::runtime
