/// Where the symbols of a file are, when the file itself is not there as it was recorded: by its
/// build ID, which compilers put into what is mapped, and so into the trace.
///
///   DIR/.build-id/ab/cdef...         the file itself
///   DIR/.build-id/ab/cdef....debug   its debug information alone
///   DIR/NAME, DIR/its/old/path       if its build ID is the same
#pragma once

#include <string>
#include <vector>

namespace weft::shell {

struct SymbolFiles {
  std::string whole;  ///< the same file; empty: there is none
  std::string debug;  ///< its debug information alone; empty: there is none
};

/// Looks in `folders`, then where distributions keep debug information. `path` is where the file lay
/// when it was recorded.
SymbolFiles find_symbols(const std::vector<std::string>& folders, const std::string& path,
                         const std::string& build_id);

}  // namespace weft::shell
