/// How `weft info` and `weft events` end when something is wrong.
#pragma once

#include <cstdio>

#include "weft/base/human_text.h"
#include "weft/base/result.h"
#include "weft/base/wrapped_text.h"

namespace weft::inspect {

/// Prints the error for the user and returns the exit status that goes with it.
inline int fail(const Error& error, std::FILE* out) {
  std::fprintf(out, "%s\n", fit_for(out, error_text(error), 6).c_str());
  return static_cast<int>(error.error_class);
}

}  // namespace weft::inspect
