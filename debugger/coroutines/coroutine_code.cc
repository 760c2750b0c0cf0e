#include "debugger/coroutines/coroutine_code.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "debugger/analysis/model/expressions.h"
#include "debugger/coroutines/await_lines.h"
#include "replayer/probes/frame_layouts.h"

namespace weft::coroutines {
namespace {

using channel::ProbeRegister;
using channel::ProbeWord;
using probes::CodeRange;
using probes::FrameLayout;
using probes::Function;
using probes::Module;
using probes::Store;
using Role = Meaning::Role;

constexpr std::string_view kActor = ".Frame.actor", kDestroy = ".Frame.destroy";
constexpr unsigned kIndexBytes = 2, kPointerBytes = 8;

/// "_ZL4leafii" of "_Z4leafPZL4leafiiE16_ZL4leafii.Frame.actor": the number before it counts the
/// letters up to the end of "Frame". Empty: another symbol.
std::string coroutine_of(std::string_view symbol, std::string_view suffix) {
  if (!symbol.ends_with(suffix)) return "";
  const std::string_view head = symbol.substr(0, symbol.size() - suffix.size());
  constexpr size_t kFrameLetters = std::string_view(".Frame").size();
  for (size_t at = head.rfind("_Z"); at != std::string_view::npos && at > 0;
       at = head.rfind("_Z", at - 1)) {
    const std::string length = std::to_string(head.size() - at + kFrameLetters);
    if (head.substr(0, at).ends_with(length)) return std::string(head.substr(at));
  }
  return "";
}

ProbeWord of_register(ProbeRegister base, int64_t displacement = 0, uint8_t loads = 0) {
  ProbeWord word;
  word.base = base;
  word.displacement = displacement;
  word.loads = loads;
  return word;
}

class Finder {
 public:
  Code find(std::span<const std::byte> log) {
    for (const probes::CodeMapping& code : probes::code_mappings(log)) take_module(Module(code));
    place_probes();
    return std::move(code_);
  }

 private:
  struct Named {
    std::string coroutine;
    const Function* function;
  };

  void take_module(Module module) {
    const std::vector<Function> functions = module.functions();
    const uint32_t number = static_cast<uint32_t>(code_.modules.size());
    code_.modules.push_back(std::move(module));
    module_ = number;
    std::vector<Named> actors, destroyers;
    for (const Function& function : functions) {
      for (const std::string& symbol : function.symbols) {
        if (auto name = coroutine_of(symbol, kActor); !name.empty())
          actors.push_back({std::move(name), &function});
        if (auto name = coroutine_of(symbol, kDestroy); !name.empty())
          destroyers.push_back({std::move(name), &function});
        if (symbol == "__cxa_begin_catch")
          probe(function.parts[0].low, Role::kCatch).probe.words[0] =
              of_register(ProbeRegister::kRsp, 0, 1);
      }
    }
    if (actors.empty()) return;
    const uint32_t first = static_cast<uint32_t>(code_.coroutines.size());
    add_coroutines(actors);
    add_destroyers(destroyers);
    for (uint32_t i = first; i < code_.coroutines.size(); ++i) add_body(i);
    for (const Function& function : functions) add_ramps(function);
  }

  Module& module() { return code_.modules[module_]; }

  void add_coroutines(const std::vector<Named>& actors) {
    std::map<std::string, FrameLayout> layouts;
    for (FrameLayout& layout : probes::frame_layouts(module()))
      layouts.emplace(layout.function, std::move(layout));
    by_name_.clear();
    for (const Named& actor : actors) {
      const auto layout = layouts.find(actor.coroutine);
      if (layout == layouts.end()) {
        ++code_.without_layout;
        continue;
      }
      const auto number = static_cast<uint32_t>(code_.coroutines.size());
      by_name_[actor.coroutine] = number;
      code_.by_actor[actor.function->parts[0].low] = number;
      code_.coroutines.push_back({analysis::demangled(actor.coroutine), layout->second.file,
                                  layout->second.line, layout->second.last_line,
                                  layout->second.index_offset, *actor.function, module_});
    }
  }

  void add_destroyers(const std::vector<Named>& destroyers) {
    for (const Named& destroyer : destroyers) {
      const auto known = by_name_.find(destroyer.coroutine);
      if (known == by_name_.end()) continue;
      Probed& place = probe(destroyer.function->parts[0].low, Role::kDestroy);
      place.meaning.coroutine = known->second;
      place.probe.words[0] = of_register(ProbeRegister::kRdi);
    }
  }

  /// The actor of a coroutine.
  void add_body(uint32_t number) {
    const Coroutine& coroutine = code_.coroutines[number];
    Probed& begin = probe(coroutine.actor.parts[0].low, Role::kResume);
    begin.meaning.coroutine = number;
    begin.probe.words[0] = of_register(ProbeRegister::kRdi);
    begin.probe.words[1] = of_register(ProbeRegister::kRdi, coroutine.index_offset, 1);
    probes::Exits exits;
    for (const CodeRange& part : coroutine.actor.parts) {
      const auto bytes = probes::code_bytes(module().code(), part.low, part.high);
      probes::find_exits(coroutine.actor, part.low, bytes, exits);
    }
    for (const probes::Exit& exit : exits.exits) {
      Probed& end = probe(exit.address, Role::kLeave);
      end.meaning.coroutine = number;
      end.meaning.exit = exit;
      end.probe.words[0] = exit.word;
    }
    const AwaitLines lines(module(), coroutine);
    for (const Store& store : stores_of(coroutine.actor)) {
      const bool ends = store.displacement == 0 && store.bytes == kPointerBytes;
      if (!ends && !store.covers(coroutine.index_offset, kIndexBytes)) continue;
      Probed& place = add_store(store);
      place.meaning.place = static_cast<uint32_t>(code_.places.size());
      code_.places.push_back({coroutine.file, lines.at(store.address), number});
    }
  }

  /// Makes frames, if it names actors: a ramp, or a function that has one inside.
  void add_ramps(const Function& function) {
    std::set<uint32_t> made;
    std::vector<Store> stores;
    for (const CodeRange& part : function.parts) {
      const auto bytes = probes::code_bytes(module().code(), part.low, part.high);
      const probes::CodeFacts facts = probes::facts_of(part.low, bytes);
      for (const uint64_t address : facts.named) {
        const auto actor = code_.by_actor.find(address);
        if (actor != code_.by_actor.end()) made.insert(actor->second);
      }
      stores.insert(stores.end(), facts.stores.begin(), facts.stores.end());
    }
    for (const Store& store : stores) {
      for (const uint32_t number : made) {
        if (store.source != ProbeRegister::kNone ||
            !store.covers(code_.coroutines[number].index_offset, kIndexBytes)) {
          continue;
        }
        Meaning& meaning = add_store(store).meaning;
        if (made.size() == 1 && meaning.place == UINT32_MAX) meaning.coroutine = number;
      }
    }
  }

  std::vector<Store> stores_of(const Function& function) {
    std::vector<Store> stores;
    for (const CodeRange& part : function.parts) {
      const auto bytes = probes::code_bytes(module().code(), part.low, part.high);
      const probes::CodeFacts facts = probes::facts_of(part.low, bytes);
      stores.insert(stores.end(), facts.stores.begin(), facts.stores.end());
    }
    return stores;
  }

  struct Probed {
    channel::Probe probe{};
    Meaning meaning{};
    trace::EventIndex from{1};
  };

  Probed& add_store(const Store& store) {
    Probed& place = probe(store.address, Role::kStore);
    place.meaning.store = store;
    place.probe.words[0] = of_register(store.base);
    place.probe.words[1] = of_register(store.base, 0, 1);
    place.probe.words[2] = of_register(store.source);
    return place;
  }

  /// The first role at an address stays.
  Probed& probe(uint64_t address, Role role) {
    const trace::EventIndex from = module().code().from;
    Probed& place = probes_[{from, address}];
    if (place.meaning.role == Role::kNone) place.meaning.role = role;
    place.from = from;
    place.probe.address = address;
    place.probe.word_count = 3;
    return place;
  }

  void place_probes() {
    for (const auto& [key, place] : probes_) {
      if (code_.probes.size() == channel::kMostProbes) break;
      code_.probes.push_back({place.from, place.probe});
      code_.meanings.push_back(place.meaning);
    }
  }

  Code code_;
  uint32_t module_ = 0;
  std::map<std::string, uint32_t> by_name_;  ///< of the module
  std::map<std::pair<trace::EventIndex, uint64_t>, Probed> probes_;
};

}  // namespace

Code find_coroutines(std::span<const std::byte> log) {
  return Finder().find(log);
}

}  // namespace weft::coroutines
