#include "replayer/probes/functions.h"

#include <elfutils/libdw.h>
#include <elfutils/libdwfl.h>

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include "replayer/session/recorded_file.h"

namespace weft::probes {
namespace {

const Dwfl_Callbacks kCallbacks = {dwfl_build_id_find_elf, dwfl_standard_find_debuginfo,
                                   dwfl_offline_section_address, nullptr};

/// GCC and Clang split what is seldom run off a function: "f.cold", "f.cold.3", "f.part.0.cold".
constexpr std::string_view kSplitOff = ".cold";

/// The name of the function that a part was split off, or nothing if it is none.
std::string_view split_off_from(std::string_view symbol) {
  const size_t at = symbol.rfind(kSplitOff);
  if (at == std::string_view::npos) return {};
  const std::string_view rest = symbol.substr(at + kSplitOff.size());
  const bool is_number = std::all_of(rest.begin(), rest.end(),
                                     [](char c) { return c == '.' || (c >= '0' && c <= '9'); });
  return is_number ? symbol.substr(0, at) : std::string_view();
}

struct FoundFunctions {
  std::map<uint64_t, Function> by_address;
  std::vector<std::pair<std::string, CodeRange>> split_off;  ///< from which function, where
};

void take_symbol(Dwfl_Module* module, int number, const CodeRange& within, FoundFunctions& found) {
  GElf_Sym symbol{};
  GElf_Addr address = 0;
  const char* name =
      dwfl_module_getsym_info(module, number, &symbol, &address, nullptr, nullptr, nullptr);
  if (name == nullptr || GELF_ST_TYPE(symbol.st_info) != STT_FUNC || symbol.st_size == 0) return;
  const CodeRange range{address, address + symbol.st_size};
  if (!within.holds(range.low) || range.high > within.high) return;
  if (const std::string_view from = split_off_from(name); !from.empty()) {
    found.split_off.emplace_back(from, range);
    return;
  }
  Function& function = found.by_address[address];
  if (function.parts.empty()) function.parts.push_back(range);
  function.parts[0].high = std::max(function.parts[0].high, range.high);
  function.symbols.emplace_back(name);
}

/// Local functions of several files may have one name: then the part is none's.
void join_parts(FoundFunctions& found) {
  std::map<std::string_view, std::vector<Function*>> by_name;
  for (auto& [address, function] : found.by_address) {
    for (const std::string& symbol : function.symbols) by_name[symbol].push_back(&function);
  }
  for (const auto& [name, range] : found.split_off) {
    const auto at = by_name.find(name);
    if (at != by_name.end() && at->second.size() == 1) at->second[0]->parts.push_back(range);
  }
}

}  // namespace

bool Function::holds(uint64_t address) const {
  return std::any_of(parts.begin(), parts.end(),
                     [address](const CodeRange& part) { return part.holds(address); });
}

Module::Module(const CodeMapping& code) : code_(code) {
  const std::string& path = code.mapping.path;
  uint64_t linked_at = 0;
  if (!session::is_as_recorded(code.mapping) ||
      !session::first_segment_address(path.c_str(), linked_at)) {
    return;
  }
  dwfl_ = dwfl_begin(&kCallbacks);
  if (dwfl_ == nullptr) return;
  dwfl_report_begin(dwfl_);
  module_ = dwfl_report_elf(dwfl_, path.c_str(), path.c_str(), -1, code.base - linked_at, true);
  dwfl_report_end(dwfl_, nullptr, nullptr);
}

Module::Module(Module&& other) noexcept
    : code_(std::move(other.code_)),
      dwfl_(std::exchange(other.dwfl_, nullptr)),
      module_(std::exchange(other.module_, nullptr)) {}

Module::~Module() {
  if (dwfl_ != nullptr) dwfl_end(dwfl_);
}

std::vector<Function> Module::functions() const {
  FoundFunctions found;
  const CodeRange within{code_.mapping.address, code_.mapping.address + code_.mapping.length};
  const int count = module_ != nullptr ? dwfl_module_getsymtab(module_) : 0;
  for (int number = 0; number < count; ++number) take_symbol(module_, number, within, found);
  join_parts(found);
  std::vector<Function> functions;
  functions.reserve(found.by_address.size());
  for (auto& [address, function] : found.by_address) functions.push_back(std::move(function));
  return functions;
}

Module::Line Module::line_of(uint64_t address) const {
  Line found;
  Dwfl_Line* line = module_ != nullptr ? dwfl_module_getsrc(module_, address) : nullptr;
  if (line == nullptr) return found;
  const char* file = dwfl_lineinfo(line, nullptr, &found.line, nullptr, nullptr, nullptr);
  if (file != nullptr) found.file = file;
  return found;
}

std::vector<Module::LineRow> Module::line_rows(uint64_t low, uint64_t high) const {
  std::vector<LineRow> rows;
  Dwarf_Addr bias = 0;
  Dwarf_Die* unit = module_ != nullptr ? dwfl_module_addrdie(module_, low, &bias) : nullptr;
  Dwarf_Lines* lines = nullptr;
  size_t count = 0;
  if (unit == nullptr || dwarf_getsrclines(unit, &lines, &count) != 0) return rows;
  for (size_t i = 0; i < count; ++i) {
    Dwarf_Line* line = dwarf_onesrcline(lines, i);
    Dwarf_Addr address = 0;
    LineRow row;
    if (dwarf_lineaddr(line, &address) != 0 || dwarf_lineno(line, &row.line) != 0) continue;
    row.address = address + bias;
    if (row.address < low || row.address >= high) continue;
    if (const char* file = dwarf_linesrc(line, nullptr, nullptr)) row.file = file;
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace weft::probes
