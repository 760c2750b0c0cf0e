/// --no-replay: of the commands that replay to find out where threads stand.
#pragma once

#include "weft/command/installation.h"

namespace weft::command {

/// Fills `means` (analysis::ReplayMeans): without weft-runtime it says so.
template <class Means>
void choose_replay(bool no_replay, Means& means) {
  if (no_replay) return;
  const auto runtime = find_runtime();
  if (runtime) {
    means.runtime_path = *runtime;
  } else {
    means.why_not = runtime.error().message;
  }
}

}  // namespace weft::command
