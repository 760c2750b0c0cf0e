#include "debugger/spans/function_choice.h"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "debugger/analysis/model/expressions.h"
#include "debugger/spans/rust_names.h"
#include "debugger/spans/span.h"
#include "weft/channel/probe_area.h"

namespace weft::spans {
namespace {

using channel::ProbeRegister;
using probes::CodeRange;
using probes::Exits;
using probes::Function;
using probes::Module;

constexpr ProbeRegister kArguments[kSpanArguments] = {ProbeRegister::kRdi, ProbeRegister::kRsi,
                                                      ProbeRegister::kRdx};
constexpr std::pair<std::string_view, Unwinding> kUnwinders[] = {
    {"__cxa_throw", Unwinding::kThrow},
    {"__cxa_rethrow", Unwinding::kThrow},
    {"_ZSt17rethrow_exceptionNSt15__exception_ptr13exception_ptrE", Unwinding::kThrow},
    {"__cxa_begin_catch", Unwinding::kCatch}};

/// One address: what is noted there, what it means.
struct PlacedMeaning {
  trace::EventIndex from{1};
  Meaning meaning{};
};

class Chooser {
 public:
  explicit Chooser(const std::vector<NamePattern>& patterns) : patterns_(patterns) {}

  FunctionChoice choose(std::span<const std::byte> log) {
    for (const probes::CodeMapping& code : probes::code_mappings(log)) take_module(Module(code));
    for (const NamePattern& pattern : patterns_) {
      if (!matched_.contains(&pattern)) choice_.unmatched.push_back(pattern.text());
    }
    place_probes();
    return std::move(choice_);
  }

 private:
  void take_module(Module module) {
    const std::vector<Function> functions = module.functions();
    if (functions.empty()) note_blind_spot(module);
    const auto number = static_cast<uint32_t>(choice_.modules.size());
    choice_.modules.push_back(std::move(module));
    for (const Function& function : functions) take_function(number, function);
  }

  void note_blind_spot(const Module& module) {
    const std::string& path = module.code().mapping.path;
    if (!seen_blind_.insert(path).second) return;
    choice_.blind.push_back(
        {path, module.is_readable() ? BlindSpot::Why::kNoSymbols : BlindSpot::Why::kNotAsRecorded});
  }

  void take_function(uint32_t module, const Function& function) {
    for (const auto& [symbol, unwinding] : kUnwinders) {
      if (std::ranges::find(function.symbols, symbol) == function.symbols.end()) continue;
      PlacedMeaning& place = place_at(module, function.parts[0].low);
      place.meaning.unwinding = unwinding;
    }
    const Module& in = choice_.modules[module];
    TracedFunction traced{function, module, "", "", 0, false, 0};
    if (!matches(in, traced)) return;
    if (traced.file.empty()) set_line(in, traced);
    add(std::move(traced));
  }

  static void set_line(const Module& module, TracedFunction& traced) {
    const Module::Line line = module.line_of(traced.code.parts[0].low);
    traced.file = line.file;
    traced.line = line.line;
  }

  /// Sets the name by which it was found, and the file if that was asked for.
  bool matches(const Module& module, TracedFunction& traced) {
    bool found = false;
    for (const std::string& symbol : traced.code.symbols) {
      const std::string demangled = analysis::demangled_symbol(symbol);
      const std::string of_rust = rust_name(demangled);
      const std::string name = of_rust.empty() ? analysis::short_function(demangled) : of_rust;
      if (traced.name.empty()) traced.name = name;
      for (const NamePattern& pattern : patterns_) {
        if (!matches(pattern, module, name, traced)) continue;
        if (pattern.about() == NamePattern::About::kName) traced.name = name;
        matched_.insert(&pattern);
        found = true;
      }
    }
    return found;
  }

  static bool matches(const NamePattern& pattern, const Module& module, const std::string& name,
                      TracedFunction& traced) {
    switch (pattern.about()) {
      case NamePattern::About::kName:
        return pattern.matches_name(name);
      case NamePattern::About::kLibrary:
        return pattern.matches_library(module.code().mapping.path);
      case NamePattern::About::kFile:
        if (traced.file.empty()) set_line(module, traced);
        return pattern.matches_file(traced.file);
    }
    return false;
  }

  void add(TracedFunction traced) {
    const auto number = static_cast<uint32_t>(choice_.functions.size());
    const probes::CodeMapping& code = choice_.modules[traced.module].code();
    Exits exits;
    for (const CodeRange& part : traced.code.parts) {
      const auto bytes = probes::code_bytes(code, part.low, part.high);
      probes::find_exits(traced.code, part.low, bytes, exits);
      exits.is_whole = exits.is_whole && !bytes.empty();
    }
    traced.loops_to_start = exits.loops_to_start;
    traced.unknown_exits = exits.unknown + (exits.is_whole ? 0 : 1);
    place_at(traced.module, traced.code.parts[0].low).meaning.entry_of = number;
    for (const probes::Exit& exit : exits.exits) {
      PlacedMeaning& place = place_at(traced.module, exit.address);
      place.meaning.exit_of = number;
      place.meaning.exit = exit;
    }
    choice_.functions.push_back(std::move(traced));
  }

  PlacedMeaning& place_at(uint32_t module, uint64_t address) {
    const trace::EventIndex from = choice_.modules[module].code().from;
    PlacedMeaning& place = places_[{from, address}];
    place.from = from;
    return place;
  }

  void place_probes() {
    for (const auto& [key, place] : places_) {
      if (choice_.probes.size() == channel::kMostProbes) {
        ++choice_.left_out;
        continue;
      }
      probes::PlacedProbe probe;
      probe.from = place.from;
      probe.probe.address = key.second;
      const bool begins = place.meaning.entry_of != kNoFunction;
      probe.probe.words[kExitWord] = place.meaning.exit.word;
      for (uint32_t i = 0; i < kSpanArguments; ++i)
        probe.probe.words[kFirstArgument + i].base = kArguments[i];
      probe.probe.word_count = begins ? channel::kProbeWords : 1;
      choice_.probes.push_back(probe);
      choice_.meanings.push_back(place.meaning);
    }
  }

  const std::vector<NamePattern>& patterns_;
  FunctionChoice choice_;
  std::set<const NamePattern*> matched_;
  std::set<std::string> seen_blind_;
  /// In the order in which they are armed.
  std::map<std::pair<trace::EventIndex, uint64_t>, PlacedMeaning> places_;
};

}  // namespace

FunctionChoice choose_functions(std::span<const std::byte> log,
                                const std::vector<NamePattern>& patterns) {
  return Chooser(patterns).choose(log);
}

}  // namespace weft::spans
