#include <algorithm>
#include <map>
#include <set>
#include <string_view>

#include "debugger/analysis/model/expressions.h"
#include "debugger/coroutines/await_lines.h"
#include "debugger/coroutines/code_builder.h"

namespace weft::coroutines {
namespace {

using channel::ProbeRegister;
using probes::FrameLayout;
using probes::Function;
using probes::Store;

constexpr std::string_view kActor = ".Frame.actor", kDestroy = ".Frame.destroy";
constexpr unsigned kPointerBytes = 8;

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

/// An actor, and the mangled name of its coroutine.
struct Actor {
  std::string coroutine;
  const Function* function;
};

std::vector<Actor> find_actors(CodeBuilder& builder, const std::vector<Function>& functions) {
  std::vector<Actor> actors;
  for (const Function& function : functions) {
    for (const std::string& symbol : function.symbols) {
      if (auto name = coroutine_of(symbol, kActor); !name.empty())
        actors.push_back({std::move(name), &function});
      if (symbol == "__cxa_begin_catch") builder.add_catch(function);
    }
  }
  return actors;
}

void add_destroyers(CodeBuilder& builder, const std::vector<Function>& functions) {
  for (const Function& function : functions) {
    const bool destroys = std::ranges::any_of(function.symbols, [](const std::string& symbol) {
      return !coroutine_of(symbol, kDestroy).empty();
    });
    if (destroys) builder.add_destroyer(function);
  }
}

void add_coroutine(CodeBuilder& builder, const Actor& actor, const FrameLayout& layout) {
  Coroutine coroutine;
  coroutine.function = analysis::demangled_symbol(actor.coroutine);
  coroutine.file = layout.file;
  coroutine.line = layout.line;
  coroutine.last_line = layout.last_line;
  coroutine.index_offset = layout.index_offset;
  coroutine.actor = *actor.function;
  const AwaitLines lines(builder.module(), coroutine);
  const uint32_t number = builder.add_body(coroutine, ProbeRegister::kRdi);
  for (const Store& store : builder.facts_of(*actor.function).stores) {
    const bool ends = store.displacement == 0 && store.bytes == kPointerBytes;
    if (!ends && !store.covers(coroutine.index_offset, coroutine.index_bytes)) continue;
    const AwaitLines::Line line = lines.at(store.address);
    builder.add_store_in_body(store, {coroutine.file, line.line, number, line.is_guess});
  }
}

/// Makes frames, if it names actors: a ramp, or a function that has one inside.
void add_ramps(CodeBuilder& builder, const Function& function) {
  const probes::CodeFacts facts = builder.facts_of(function);
  std::set<uint32_t> made;
  for (const uint64_t address : facts.named) {
    const auto actor = builder.code().by_actor.find(address);
    if (actor != builder.code().by_actor.end()) made.insert(actor->second);
  }
  for (const Store& store : facts.stores) {
    for (const uint32_t number : made) {
      const Coroutine& coroutine = builder.code().coroutines[number];
      if (store.source != ProbeRegister::kNone ||
          !store.covers(coroutine.index_offset, coroutine.index_bytes)) {
        continue;
      }
      Meaning& meaning = builder.add_store(store);
      if (made.size() == 1 && meaning.place == UINT32_MAX) meaning.coroutine = number;
    }
  }
}

}  // namespace

void add_gcc_coroutines(CodeBuilder& builder, const std::vector<Function>& functions) {
  const std::vector<Actor> actors = find_actors(builder, functions);
  if (actors.empty()) return;
  std::map<std::string, FrameLayout> layouts;
  for (FrameLayout& layout : probes::frame_layouts(builder.module()))
    layouts.emplace(layout.function, std::move(layout));
  for (const Actor& actor : actors) {
    const auto layout = layouts.find(actor.coroutine);
    if (layout != layouts.end()) {
      add_coroutine(builder, actor, layout->second);
    } else {
      ++builder.code().without_layout;
    }
  }
  add_destroyers(builder, functions);
  for (const Function& function : functions) add_ramps(builder, function);
}

}  // namespace weft::coroutines
