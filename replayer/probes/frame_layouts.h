/// How the frames of coroutines are laid out, from debug information. So far: of g++, which gives
/// each frame a type "FUNCTION.Frame" with artificial members.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "replayer/probes/functions.h"

namespace weft::probes {

struct FrameLayout {
  std::string function;       ///< mangled, of the coroutine
  int64_t index_offset = -1;  ///< of the resume index, 16 bits
  std::string file;           ///< of the coroutine's declaration; empty: not known
  int line = 0;
  int last_line = 0;  ///< of the body: its closing brace
};

std::vector<FrameLayout> frame_layouts(const Module& module);

}  // namespace weft::probes
