/// A user-space execve: maps a program and its interpreter at addresses of weft's own choosing,
/// builds the first stack, and writes all of it into the trace, so that replay needs none of the
/// files.
#pragma once

#include <cstdint>

#include "recorder/runtime/ground/thread.h"

namespace weft::runtime {

/// What to run. All pointers are into runtime memory (or the runtime's own stack), not the
/// program's.
struct Program {
  const char* path;   ///< as given
  const char** argv;  ///< nullptr-terminated
  const char** envp;
};

/// Checks that `program` could be loaded, following `#!` lines: 0 or -errno. Changes nothing; to be
/// called before the old program is torn down.
long check_program(const Program& program);

/// Remembers the auxiliary vector that the kernel gave to weft-runtime.
void save_auxiliary_vector(const uint64_t* vector);

/// Record: loads the program; thread->registers are those of its first instruction. Returns 0 or
/// -errno. The caller has emptied the program's part of the address space.
long load_program(Thread* thread, const Program& program);

/// Replay: the same from the log, from its kExec event on.
void load_program_from_log(Thread* thread);

}  // namespace weft::runtime
