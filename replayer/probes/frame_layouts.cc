#include "replayer/probes/frame_layouts.h"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <elfutils/libdwfl.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace weft::probes {
namespace {

constexpr std::string_view kFrame = ".Frame", kIndex = "_Coro_resume_index";

std::string_view name_of(Dwarf_Die* die) {
  const char* name = dwarf_diename(die);
  return name != nullptr ? name : "";
}

/// Where in the frame the resume index is; -1: it has none.
int64_t index_offset(Dwarf_Die* frame) {
  Dwarf_Die member{};
  if (dwarf_child(frame, &member) != 0) return -1;
  do {
    Dwarf_Attribute attribute{};
    Dwarf_Word offset = 0;
    if (name_of(&member) != kIndex) continue;
    if (dwarf_formudata(dwarf_attr(&member, DW_AT_data_member_location, &attribute), &offset) == 0)
      return static_cast<int64_t>(offset);
  } while (dwarf_siblingof(&member, &member) == 0);
  return -1;
}

/// Where functions of one name and file are declared.
using Declarations = std::map<std::pair<std::string, std::string>, std::set<int>>;

/// What a walk over the debug information finds.
struct FoundLayouts {
  std::vector<FrameLayout> layouts;
  Declarations declared;
};

void take_declaration(Dwarf_Die* function, FoundLayouts& found) {
  int line = 0;
  const char* file = dwarf_decl_file(function);
  if (file != nullptr && dwarf_decl_line(function, &line) == 0)
    found.declared[{std::string(name_of(function)), file}].insert(line);
}

void take_frame(Dwarf_Die* frame, FoundLayouts& found) {
  const std::string_view name = name_of(frame);
  if (!name.ends_with(kFrame)) return;
  FrameLayout layout;
  layout.index_offset = index_offset(frame);
  if (layout.index_offset < 0) return;
  layout.function = name.substr(0, name.size() - kFrame.size());
  dwarf_decl_line(frame, &layout.last_line);
  if (const char* file = dwarf_decl_file(frame)) layout.file = file;
  found.layouts.push_back(std::move(layout));
}

/// "session" of "_ZN12_GLOBAL__N_17sessionERNS_7ServiceE": the last name before template arguments
/// and parameters. Itanium C++ ABI, 5.1.
std::string last_name(std::string_view mangled) {
  std::string_view rest = mangled.substr(std::min<size_t>(2, mangled.size()));
  std::string name;
  const bool is_nested = rest.starts_with('N');
  while (!rest.empty()) {
    if (std::string_view("NKVROL").find(rest.front()) != std::string_view::npos) {
      rest.remove_prefix(1);
      continue;
    }
    size_t letters = 0, digits = 0;
    for (; digits < rest.size() && rest[digits] >= '0' && rest[digits] <= '9'; ++digits)
      letters = 10 * letters + static_cast<size_t>(rest[digits] - '0');
    if (digits == 0 || digits + letters > rest.size()) break;
    name = rest.substr(digits, letters);
    rest.remove_prefix(digits + letters);
    if (!is_nested) break;
  }
  return name;
}

/// The frame's type is declared at the closing brace, and actors at -O2 nowhere: the function is the
/// last one of that name before the brace.
void set_lines(FoundLayouts& found) {
  for (FrameLayout& layout : found.layouts) {
    const auto declared = found.declared.find({last_name(layout.function), layout.file});
    if (declared == found.declared.end()) continue;
    const auto after = declared->second.upper_bound(layout.last_line);
    if (after != declared->second.begin()) layout.line = *std::prev(after);
  }
}

/// Frames are types inside of functions, which are inside of namespaces and classes.
void look_below(Dwarf_Die* parent, FoundLayouts& found) {
  Dwarf_Die die{};
  if (dwarf_child(parent, &die) != 0) return;
  do {
    switch (dwarf_tag(&die)) {
      case DW_TAG_structure_type:
      case DW_TAG_class_type:
        take_frame(&die, found);
        look_below(&die, found);
        break;
      case DW_TAG_subprogram:
        take_declaration(&die, found);
        look_below(&die, found);
        break;
      case DW_TAG_namespace:
      case DW_TAG_lexical_block:
        look_below(&die, found);
        break;
      default:
        break;
    }
  } while (dwarf_siblingof(&die, &die) == 0);
}

}  // namespace

std::vector<FrameLayout> frame_layouts(const Module& module) {
  FoundLayouts found;
  Dwarf_Die* unit = nullptr;
  Dwarf_Addr bias = 0;
  while (module.handle() != nullptr &&
         (unit = dwfl_module_nextcu(module.handle(), unit, &bias)) != nullptr) {
    look_below(unit, found);
  }
  set_lines(found);
  return std::move(found.layouts);
}

}  // namespace weft::probes
