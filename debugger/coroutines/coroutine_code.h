/// The coroutines of a program that was not built with the tracing flag, and the places at which
/// their frames are made and change: from symbols and debug information.
///
/// Those of g++:
///
///   F               the ramp: makes the frame         stores the resume index, 0 or 2: created
///   F(Frame*).actor the body: first instruction       resumed; index odd: it is being destroyed
///                   store of the resume index         suspended there
///                   store of 0 to the resume function it has ended (then comes final_suspend)
///                   exits                             it has left the thread
///   F(Frame*).destroy                                 destroyed: cancelled, if it had not ended
///
/// Async functions and blocks of Rust, if their bodies were not inlined:
///
///   f::{{closure}}  the body: first instruction       polled; state 0: for the first time
///                   store of the state                3 and more: suspended, 1: done, 2: panicked
///                   exits                             the poll is over
///   drop_in_place<f::{{closure}}>                     dropped: cancelled, if it had not ended
///
/// g++ may put a ramp into its caller. So the stores of ramps are looked for in every
/// function that names the address of an actor.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "replayer/probes/code_facts.h"
#include "replayer/probes/exits.h"
#include "replayer/probes/frame_layouts.h"
#include "replayer/probes/functions.h"
#include "replayer/probes/probe_run.h"

namespace weft::coroutines {

inline constexpr uint32_t kNoCoroutine = UINT32_MAX;

struct Coroutine {
  std::string function;  ///< demangled, with its arguments
  std::string file;
  int line = 0;
  int last_line = 0;  ///< of its body: that of the handler which calls unhandled_exception()
  int64_t index_offset = 0;
  probes::Function actor;  ///< its body
  uint32_t module = 0;
  probes::FrameKind kind = probes::FrameKind::kGcc;
  unsigned index_bytes = 2;
};

/// What a hit of a probe means. Words of a hit: see the roles.
struct Meaning {
  enum class Role : uint8_t {
    kNone,
    kResume,   ///< words: frame, the word with the resume index
    kLeave,    ///< words: the exit's
    kDestroy,  ///< words: frame
    kStore,    ///< words: base, what is at the base, the value if it is a register
    kCatch,    ///< words: the return address
  };

  Role role = Role::kNone;
  uint32_t coroutine = kNoCoroutine;  ///< kStore: whose frame a ramp makes; kNone: see the frame
  uint32_t place = UINT32_MAX;        ///< kStore: in Code::places
  probes::Exit exit{};
  probes::Store store{};
};

struct Place {
  std::string file;
  int line = 0;
  uint32_t coroutine = kNoCoroutine;
  bool is_guess = false;  ///< the line may be another one's
};

struct Code {
  std::vector<probes::Module> modules;
  std::vector<Coroutine> coroutines;
  std::unordered_map<uint64_t, uint32_t> by_actor;  ///< address to coroutine
  std::vector<Place> places;
  std::vector<probes::PlacedProbe> probes;
  std::vector<Meaning> meanings;  ///< of each probe
  unsigned without_layout = 0;    ///< coroutines without debug information, not followed
  unsigned inlined = 0;           ///< bodies that are nowhere by themselves, not followed
};

/// From the decoded events of a recording.
Code find_coroutines(std::span<const std::byte> log);

}  // namespace weft::coroutines
