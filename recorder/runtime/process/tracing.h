/// The program as a debugger: ptrace, by which it traces children that are not recorded.
///
/// What it learns of them is an effect of the call (variants_ptrace.h); that it stops them and lets
/// them go on is the kernel's business, and wait4 and SIGCHLD tell of it as of all children.
///
/// PTRACE_TRACEME is the other side. A forked child makes it by itself, unrecorded. A child that
/// begins in the program's memory (gdb makes one by vfork) is recorded by means of signals, which a
/// tracer would see, until it executes something: so it is made when it does. The program itself is
/// told that it worked, once, and is not traced. So code that asks whether it is traced (a protection
/// against debuggers) does not notice weft, and code that wants to be traced by its parent has one:
/// weft.
#pragma once

#include "recorder/runtime/calls/call.h"

namespace weft::runtime {

long on_ptrace(Call& call);

/// Record: such a child is about to execute something.
void be_traced_if_wanted(const Thread* thread);

}  // namespace weft::runtime
