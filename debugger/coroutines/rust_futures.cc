#include <map>
#include <set>
#include <string>
#include <string_view>

#include "debugger/analysis/model/expressions.h"
#include "debugger/coroutines/code_builder.h"
#include "debugger/spans/rust_names.h"

namespace weft::coroutines {
namespace {

using channel::ProbeRegister;
using probes::FrameLayout;
using probes::Function;
using probes::Store;

constexpr std::string_view kBody = "::{{closure}}", kDrop = "core::ptr::drop_in_place<";

std::string name_of(const std::string& symbol) {
  return spans::rust_name(analysis::demangled_symbol(symbol));
}

/// "shop::query" of its body, "shop::query::{{closure}}".
std::string without_body(const std::string& name) {
  const bool is_body = name.ends_with(kBody);
  return is_body ? name.substr(0, name.size() - kBody.size()) : name;
}

void add_future(CodeBuilder& builder, const Function& function, const FrameLayout& layout,
                const std::string& name) {
  Coroutine future;
  future.kind = probes::FrameKind::kRust;
  future.function = without_body(name);
  future.file = layout.file;
  future.line = layout.line;
  future.index_offset = layout.index_offset;
  future.index_bytes = 1;
  future.actor = function;
  const uint32_t number = builder.add_body(future, layout.frame_register);
  for (const Store& store : builder.facts_of(function).stores) {
    const bool is_state = store.displacement == future.index_offset && store.bytes == 1 &&
                          store.source == ProbeRegister::kNone;
    if (!is_state) continue;
    const auto line = layout.lines.find(store.immediate & 0xff);
    builder.add_store_in_body(
        store, {future.file, line != layout.lines.end() ? line->second : 0, number, false});
  }
}

}  // namespace

void add_rust_futures(CodeBuilder& builder, const std::vector<Function>& functions) {
  std::map<std::string, FrameLayout> layouts;
  for (FrameLayout& layout : probes::rust_layouts(builder.module()))
    layouts.emplace(layout.function, std::move(layout));
  if (layouts.empty()) return;
  std::set<std::string> dropped;  // the names of their destructors
  for (const Function& function : functions) {
    for (const std::string& symbol : function.symbols) {
      const auto layout = layouts.find(symbol);
      if (layout == layouts.end()) continue;
      const std::string name = name_of(symbol);
      add_future(builder, function, layout->second, name);
      dropped.insert(std::string(kDrop) + name + ">");
      layouts.erase(layout);
    }
  }
  builder.code().inlined += static_cast<unsigned>(layouts.size());
  for (const Function& function : functions) {
    for (const std::string& symbol : function.symbols) {
      if (dropped.contains(name_of(symbol))) builder.add_destroyer(function);
    }
  }
}

}  // namespace weft::coroutines
