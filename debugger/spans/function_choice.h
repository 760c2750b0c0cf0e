/// The functions that a user's patterns name, and the probes that see their calls.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "debugger/spans/name_pattern.h"
#include "debugger/spans/places.h"
#include "replayer/probes/probe_run.h"

namespace weft::spans {

/// A file of the program that cannot be looked into.
struct BlindSpot {
  std::string path;
  enum class Why : unsigned char { kNotAsRecorded, kNoSymbols } why;
};

struct FunctionChoice {
  std::vector<probes::Module> modules;
  std::vector<TracedFunction> functions;
  std::vector<probes::PlacedProbe> probes;  ///< as ProbeRun wants them
  std::vector<Meaning> meanings;            ///< of each
  std::vector<BlindSpot> blind;
  std::vector<std::string> unmatched;  ///< patterns that name no function
  size_t left_out = 0;                 ///< probes that there was no room for
};

/// From the decoded events of a recording.
FunctionChoice choose_functions(std::span<const std::byte> log,
                                const std::vector<NamePattern>& patterns);

}  // namespace weft::spans
