/// What a trace is called on a command line: a file, or one process of a file.
///
///   make.weft        the process that weft record has started
///   make.weft@3      process 3 of it (weft info lists them)
#pragma once

#include <cstdint>
#include <string>

namespace weft::trace {

struct TraceName {
  std::string file;
  uint32_t process = 0;
};

/// A name with a number after its last @ is the process's, unless there is a file of that name.
TraceName parse_trace_name(const std::string& name);
/// FILE@N, also for N = 0: of that one process, where FILE would mean all of them.
std::string process_of_trace(const std::string& name, uint32_t process);
/// The name of another process of the same file.
std::string name_of_process(const std::string& name, uint32_t process);

}  // namespace weft::trace
