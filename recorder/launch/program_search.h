/// Finds the program that the user named, and says in advance why it could not be recorded.
#pragma once

#include <string>

#include "weft/base/result.h"

namespace weft::launch {

/// A program that exists and can be executed.
struct Program {
  std::string path;  ///< as found: with a slash, relative to the working directory or absolute
  std::string note;  ///< one line for the user, or empty: what is different from a normal run
};

/// Looks `name` up as execvp does: with a slash it is a path, otherwise the directories of
/// `search_path` ($PATH) are tried. Errors are kUsage (no such program, a directory, not
/// executable) or kUnsupported (32-bit, another machine), each with a hint.
Result<Program> find_program(const std::string& name, const std::string& search_path);

/// Whether this kernel and CPU can record and replay at all.
Status check_machine();

}  // namespace weft::launch
