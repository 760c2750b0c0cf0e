/// What weft debug reads of the runtime in the memory of a replayed process: the beginnings of the
/// runtime's own structures. replayer/runtime/inside.cc asserts that they begin so, and puts the
/// version into weft-runtime, where weft debug looks for it.
#pragma once

#include <cstdint>

#include "weft/trace/event.h"

namespace weft::channel {

/// Goes up when one of these structures changes.
inline constexpr uint32_t kInsideVersion = 1;

/// runtime::Thread, where gs points while a thread runs.
struct ThreadHead {
  uint64_t self;
  uint64_t entry;
  uint64_t runtime_stack;
  uint32_t pending;
  uint32_t pad;
  trace::Registers registers;  ///< of the program, at its last entry into the runtime
};

/// runtime::ThreadTable, at runtime::g_threads.
struct ThreadTableHead {
  uint64_t by_id;    ///< address of next_id addresses of Threads, by number; 0: none
  uint32_t next_id;  ///< there are as many as this, ended ones included
  uint32_t alive;
};

/// runtime::Log, at runtime::g_log: where the replay stands in the log.
struct LogHead {
  uint64_t next;
  uint64_t offset;  ///< of the next event, bytes
  uint64_t index;   ///< of the next event
};

}  // namespace weft::channel
