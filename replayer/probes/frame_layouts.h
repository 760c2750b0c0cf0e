/// How the frames of coroutines are laid out, from debug information:
///
///   g++    gives each frame a type "FUNCTION.Frame" with artificial members
///   rustc  gives the future of an async fn a type "{async_fn_env#0}" with a variant for each state
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "replayer/probes/functions.h"
#include "weft/channel/probe_area.h"

namespace weft::probes {

enum class FrameKind : unsigned char { kGcc, kRust };

struct FrameLayout {
  FrameKind kind = FrameKind::kGcc;
  std::string function;       ///< mangled: kGcc: of the coroutine; kRust: of its body
  int64_t index_offset = -1;  ///< of the resume index (16 bits), or the state (8 bits)
  std::string file;           ///< of the coroutine's declaration; empty: not known
  int line = 0;
  int last_line = 0;              ///< kGcc: of the body: its closing brace
  std::map<uint64_t, int> lines;  ///< kRust: of the `.await` in which a state is suspended
  /// kRust: in which the body gets the address of its frame.
  channel::ProbeRegister frame_register = channel::ProbeRegister::kRdi;
};

/// Those of g++.
std::vector<FrameLayout> frame_layouts(const Module& module);
/// Those of rustc. A body that was inlined everywhere is among them, too.
std::vector<FrameLayout> rust_layouts(const Module& module);

}  // namespace weft::probes
