#include <dwarf.h>
#include <elfutils/libdw.h>
#include <elfutils/libdwfl.h>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "replayer/probes/frame_layouts.h"

namespace weft::probes {
namespace {

constexpr std::string_view kState = "__state";
/// "{async_fn_env#0}" is the future of "{async_fn#0}", its body, in the same namespace.
constexpr std::pair<std::string_view, std::string_view> kFutures[] = {
    {"{async_fn_env#", "{async_fn#"}, {"{async_block_env#", "{async_block#"}};
constexpr uint64_t kMostInRegisters = 16;  ///< bytes of a result; a larger one is written to memory

std::string name_text_of(Dwarf_Die* die) {
  const char* name = dwarf_diename(die);
  return name != nullptr ? name : "";
}

/// The name of the body of a future; empty: it is none.
std::string body_of(const std::string& future) {
  for (const auto& [env, body] : kFutures) {
    if (future.starts_with(env)) return std::string(body) + future.substr(env.size());
  }
  return "";
}

template <class Visit>
void for_each_child(Dwarf_Die* parent, Visit visit) {
  Dwarf_Die die{};
  if (dwarf_child(parent, &die) != 0) return;
  do {
    visit(&die);
  } while (dwarf_siblingof(&die, &die) == 0);
}

std::optional<uint64_t> number(Dwarf_Die* die, unsigned name) {
  Dwarf_Attribute attribute{};
  Dwarf_Word value = 0;
  if (dwarf_formudata(dwarf_attr(die, name, &attribute), &value) != 0) return std::nullopt;
  return value;
}

/// State n: where its `.await` is.
void take_variant(Dwarf_Die* variant, FrameLayout& layout) {
  const auto state = number(variant, DW_AT_discr_value);
  if (!state) return;
  for_each_child(variant, [&](Dwarf_Die* member) {
    int line = 0;
    if (dwarf_tag(member) != DW_TAG_member || dwarf_decl_line(member, &line) != 0) return;
    layout.lines[*state] = line;
    const char* file = dwarf_decl_file(member);
    if (layout.file.empty() && file != nullptr) layout.file = file;
  });
}

void take_states(Dwarf_Die* future, FrameLayout& layout) {
  for_each_child(future, [&](Dwarf_Die* part) {
    if (dwarf_tag(part) != DW_TAG_variant_part) return;
    for_each_child(part, [&](Dwarf_Die* child) {
      if (dwarf_tag(child) == DW_TAG_variant) take_variant(child, layout);
      if (dwarf_tag(child) != DW_TAG_member || name_text_of(child) != kState) return;
      if (const auto offset = number(child, DW_AT_data_member_location))
        layout.index_offset = static_cast<int64_t>(*offset);
    });
  });
}

/// What a body returns lies in memory whose address is its first argument.
bool returns_in_memory(Dwarf_Die* body) {
  Dwarf_Attribute attribute{};
  Dwarf_Die type{};
  Dwarf_Word bytes = 0;
  return dwarf_formref_die(dwarf_attr_integrate(body, DW_AT_type, &attribute), &type) != nullptr &&
         dwarf_aggregate_size(&type, &bytes) == 0 && bytes > kMostInRegisters;
}

void finish(Dwarf_Die* body, FrameLayout layout, std::vector<FrameLayout>& layouts) {
  Dwarf_Attribute attribute{};
  const char* symbol = dwarf_formstring(dwarf_attr(body, DW_AT_linkage_name, &attribute));
  if (symbol == nullptr || layout.index_offset < 0) return;
  layout.kind = FrameKind::kRust;
  layout.function = symbol;
  layout.frame_register =
      returns_in_memory(body) ? channel::ProbeRegister::kRsi : channel::ProbeRegister::kRdi;
  dwarf_decl_line(body, &layout.line);
  layouts.push_back(std::move(layout));
}

/// Futures and bodies are side by side in a namespace that is called as the function.
void look_in(Dwarf_Die* space, std::vector<FrameLayout>& layouts) {
  std::map<std::string, FrameLayout> futures;
  for_each_child(space, [&](Dwarf_Die* die) {
    const std::string body =
        dwarf_tag(die) == DW_TAG_structure_type ? body_of(name_text_of(die)) : std::string();
    if (!body.empty()) take_states(die, futures[body]);
  });
  for_each_child(space, [&](Dwarf_Die* die) {
    if (dwarf_tag(die) == DW_TAG_namespace) look_in(die, layouts);
    const auto future = futures.find(name_text_of(die));
    if (dwarf_tag(die) == DW_TAG_subprogram && future != futures.end())
      finish(die, future->second, layouts);
  });
}

}  // namespace

std::vector<FrameLayout> rust_layouts(const Module& module) {
  std::vector<FrameLayout> layouts;
  Dwarf_Die* unit = nullptr;
  Dwarf_Addr bias = 0;
  while (module.handle() != nullptr &&
         (unit = dwfl_module_nextcu(module.handle(), unit, &bias)) != nullptr) {
    if (dwarf_srclang(unit) == DW_LANG_Rust) look_in(unit, layouts);
  }
  return layouts;
}

}  // namespace weft::probes
