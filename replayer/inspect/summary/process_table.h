/// The processes of a recording as a table, for people.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "replayer/trace/process_list.h"

namespace weft::inspect {

/// "exit status 0", "killed by SIGKILL", "still running", "ended, how not known", "not in the file".
std::string end_words(const trace::ProcessEnd& end);

/// A headline and a line for each process: number, PID, parent, events, end, program; a star at
/// `current`.
std::string process_table(const std::vector<trace::ProcessRow>& rows, uint32_t current);

}  // namespace weft::inspect
