#include "debugger/coroutines/code_builder.h"

namespace weft::coroutines {
namespace {

using channel::ProbeRegister;
using channel::ProbeWord;
using probes::CodeRange;
using probes::Function;
using Role = Meaning::Role;

constexpr uint32_t kWords = 3;  ///< of each probe: coroutine_code.h says which

ProbeWord of_register(ProbeRegister base, int64_t displacement = 0, uint8_t loads = 0) {
  ProbeWord word;
  word.base = base;
  word.displacement = displacement;
  word.loads = loads;
  return word;
}

}  // namespace

void CodeBuilder::begin_module(probes::Module module) {
  code_.modules.push_back(std::move(module));
}

/// The first role at an address stays.
Watched& CodeBuilder::watch(uint64_t address, Role role) {
  const trace::EventIndex from = module().code().from;
  Watched& place = watched_[{from, address}];
  if (place.meaning.role == Role::kNone) place.meaning.role = role;
  place.from = from;
  place.probe.address = address;
  place.probe.word_count = kWords;
  return place;
}

uint32_t CodeBuilder::add_body(Coroutine coroutine, ProbeRegister frame) {
  const auto number = static_cast<uint32_t>(code_.coroutines.size());
  coroutine.module = static_cast<uint32_t>(code_.modules.size() - 1);
  Watched& begin = watch(coroutine.actor.parts[0].low, Role::kResume);
  begin.meaning.coroutine = number;
  begin.probe.words[0] = of_register(frame);
  begin.probe.words[1] = of_register(frame, coroutine.index_offset, 1);
  probes::Exits exits;
  for (const CodeRange& part : coroutine.actor.parts) {
    const auto bytes = probes::code_bytes(module().code(), part.low, part.high);
    probes::find_exits(coroutine.actor, part.low, bytes, exits);
  }
  for (const probes::Exit& exit : exits.exits) {
    Watched& end = watch(exit.address, Role::kLeave);
    end.meaning.coroutine = number;
    end.meaning.exit = exit;
    end.probe.words[0] = exit.word;
  }
  code_.by_actor[coroutine.actor.parts[0].low] = number;
  code_.coroutines.push_back(std::move(coroutine));
  return number;
}

void CodeBuilder::add_destroyer(const Function& function) {
  watch(function.parts[0].low, Role::kDestroy).probe.words[0] = of_register(ProbeRegister::kRdi);
}

void CodeBuilder::add_catch(const Function& function) {
  watch(function.parts[0].low, Role::kCatch).probe.words[0] =
      of_register(ProbeRegister::kRsp, 0, 1);
}

Meaning& CodeBuilder::add_store(const probes::Store& store) {
  Watched& place = watch(store.address, Role::kStore);
  place.meaning.store = store;
  place.probe.words[0] = of_register(store.base);
  place.probe.words[1] = of_register(store.base, 0, 1);
  place.probe.words[2] = of_register(store.source);
  return place.meaning;
}

void CodeBuilder::add_store_in_body(const probes::Store& store, const Place& place) {
  add_store(store).place = static_cast<uint32_t>(code_.places.size());
  code_.places.push_back(place);
}

probes::CodeFacts CodeBuilder::facts_of(const Function& function) {
  probes::CodeFacts all;
  for (const CodeRange& part : function.parts) {
    const auto bytes = probes::code_bytes(module().code(), part.low, part.high);
    const probes::CodeFacts facts = probes::facts_of(part.low, bytes);
    all.stores.insert(all.stores.end(), facts.stores.begin(), facts.stores.end());
    all.named.insert(all.named.end(), facts.named.begin(), facts.named.end());
  }
  return all;
}

Code CodeBuilder::finish() {
  for (const auto& [key, place] : watched_) {
    if (code_.probes.size() == channel::kMostProbes) break;
    code_.probes.push_back({place.from, place.probe});
    code_.meanings.push_back(place.meaning);
  }
  return std::move(code_);
}

}  // namespace weft::coroutines
