/// The kernel thread that gave the process its number, while recording.
///
/// The kernel lets it end before the others, and brings its number back when another thread
/// executes a program: the caller takes the number over. Nothing in user space can do that without
/// a real execve. So this kernel thread stays as long as the process does:
///
///   the program's first thread ends, others go on  it waits here; nobody sees a difference, since
///                                                  the kernel keeps a zombie there just as long
///   the last of the others ends                    it ends as well, with its own status, which is
///                                                  that of the process (exit(2), wait(2))
///   another thread executes a program              that thread's block is taken over (adopt), and
///                                                  the kernel thread that had it ends
#pragma once

#include <cstdint>

#include "recorder/runtime/ground/thread.h"

namespace weft::runtime {

/// True for the thread that has the process's number.
bool is_leader(const Thread* thread);

/// In a forked child: its only thread is the leader.
void forget_leader();

/// What the kernel thread does after its end as a thread of the program.
enum class AfterEnd { kEnds, kWaits };
/// `thread` has ended: its block is released, it still has the baton.
AfterEnd end_in_process(const Thread* thread);
/// AfterEnd::kWaits, when the baton is given up. `status`: of exit(2).
[[noreturn]] void wait_as_leader(Thread* thread, uint32_t status);

/// Has the leader adopt() the block of the calling thread, which is not the leader and ends at once
/// (exec_wants is true). The leader comes out of its wait, or of its program by a nudge.
void call_leader(Thread* adopted);
/// On the leader, in the runtime: it leaves its own block, `before`, and goes on with `thread`, at
/// weft_entry_exec on that thread's runtime stack, as soon as the kernel thread there has ended.
[[noreturn]] void adopt(Thread* before, Thread* thread);

}  // namespace weft::runtime
