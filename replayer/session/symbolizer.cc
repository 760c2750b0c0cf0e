#include "replayer/session/symbolizer.h"

#include <dwarf.h>
#include <elfutils/libdwfl.h>
#include <fmt/format.h>
#include <sys/uio.h>

#include <array>
#include <cstdlib>
#include <set>
#include <utility>

#include "replayer/session/recorded_file.h"

namespace weft::session {

/// What the unwinder asks about the one thread that it is shown.
struct UnwoundThread {
  pid_t pid = 0;
  const trace::Registers* registers = nullptr;
  std::vector<uint64_t>* addresses = nullptr;
  size_t limit = 0;
};

namespace {

/// x86-64 psABI, figure 3.36: the 16 general ones and the return address.
constexpr int kDwarfRegisters = 17;

const Dwfl_Callbacks kCallbacks = {dwfl_build_id_find_elf, dwfl_standard_find_debuginfo,
                                   dwfl_offline_section_address, nullptr};

pid_t next_thread(Dwfl* /*dwfl*/, void* state, void** thread_state) {
  if (*thread_state != nullptr) return 0;
  *thread_state = state;
  return static_cast<UnwoundThread*>(state)->pid;
}

bool read_memory(Dwfl* /*dwfl*/, Dwarf_Addr address, Dwarf_Word* result, void* state) {
  iovec local{result, sizeof *result};
  iovec remote{reinterpret_cast<void*>(address), sizeof *result};
  return ::process_vm_readv(static_cast<UnwoundThread*>(state)->pid, &local, 1, &remote, 1, 0) ==
         sizeof *result;
}

bool set_registers(Dwfl_Thread* thread, void* state) {
  const trace::Registers& r = *static_cast<UnwoundThread*>(state)->registers;
  const std::array<Dwarf_Word, kDwarfRegisters> values = {r.rax, r.rdx, r.rcx, r.rbx, r.rsi, r.rdi,
                                                          r.rbp, r.rsp, r.r8,  r.r9,  r.r10, r.r11,
                                                          r.r12, r.r13, r.r14, r.r15, r.rip};
  return dwfl_thread_state_registers(thread, 0, kDwarfRegisters, values.data());
}

const Dwfl_Thread_Callbacks kThreadCallbacks = {next_thread,   nullptr, read_memory,
                                                set_registers, nullptr, nullptr};

/// libdw looks an address up in .debug_aranges, which Clang does not write: then unit by unit.
Dwarf_Die* unit_at(Dwfl_Module* module, uint64_t address, Dwarf_Addr& bias) {
  if (Dwarf_Die* unit = dwfl_module_addrdie(module, address, &bias)) return unit;
  Dwarf_Die* unit = dwfl_module_nextcu(module, nullptr, &bias);
  while (unit != nullptr && dwarf_haspc(unit, address - bias) <= 0)
    unit = dwfl_module_nextcu(module, unit, &bias);
  return unit;
}

Symbolizer::SourceLine line_at(Dwfl_Module* module, uint64_t address) {
  Symbolizer::SourceLine found;
  const char* file = nullptr;
  if (Dwfl_Line* line = dwfl_module_getsrc(module, address)) {
    file = dwfl_lineinfo(line, nullptr, &found.line, nullptr, nullptr, nullptr);
  } else {
    Dwarf_Addr bias = 0;
    Dwarf_Die* unit = unit_at(module, address, bias);
    Dwarf_Line* in_unit = unit != nullptr ? dwarf_getsrc_die(unit, address - bias) : nullptr;
    if (in_unit != nullptr && dwarf_lineno(in_unit, &found.line) == 0)
      file = dwarf_linesrc(in_unit, nullptr, nullptr);
  }
  if (file != nullptr) found.file = file;
  return found;
}

/// Where an inlined function was called: file and line of its call, in the function around it.
Symbolizer::SourceLine call_of(Dwarf_Die* unit, Dwarf_Die* inlined) {
  Symbolizer::SourceLine found;
  Dwarf_Attribute attribute{};
  Dwarf_Word line = 0, number = 0;
  Dwarf_Files* files = nullptr;
  size_t count = 0;
  if (dwarf_formudata(dwarf_attr(inlined, DW_AT_call_line, &attribute), &line) == 0)
    found.line = static_cast<int>(line);
  if (dwarf_formudata(dwarf_attr(inlined, DW_AT_call_file, &attribute), &number) == 0 &&
      dwarf_getsrcfiles(unit, &files, &count) == 0) {
    if (const char* file = dwarf_filesrc(files, number, nullptr, nullptr)) found.file = file;
  }
  return found;
}

int take_frame(Dwfl_Frame* frame, void* state) {
  auto& thread = *static_cast<UnwoundThread*>(state);
  Dwarf_Addr pc = 0;
  if (!dwfl_frame_pc(frame, &pc, nullptr)) return DWARF_CB_ABORT;
  thread.addresses->push_back(pc);
  return thread.addresses->size() >= thread.limit ? DWARF_CB_ABORT : DWARF_CB_OK;
}

}  // namespace

Symbolizer::Symbolizer(const ModuleMap& modules)
    : modules_(modules), dwfl_(dwfl_begin(&kCallbacks)) {
  if (dwfl_ != nullptr) add_modules();
}

Symbolizer::~Symbolizer() {
  if (dwfl_ != nullptr) dwfl_end(dwfl_);
}

void Symbolizer::add_modules() {
  std::set<std::string> seen;
  dwfl_report_begin(dwfl_);
  for (const ModuleMapping& mapping : modules_.mappings()) {
    uint64_t linked_at = 0;
    if (mapping.path.empty() || mapping.file_offset != 0 || !is_as_recorded(mapping) ||
        !first_segment_address(mapping.path.c_str(), linked_at) ||
        !seen.insert(mapping.path).second) {
      continue;
    }
    dwfl_report_elf(dwfl_, mapping.path.c_str(), mapping.path.c_str(), -1,
                    mapping.address - linked_at, true);
  }
  dwfl_report_end(dwfl_, nullptr, nullptr);
}

std::string Symbolizer::describe(uint64_t address) const {
  std::string text = modules_.describe(address);
  Dwfl_Module* module = dwfl_ != nullptr ? dwfl_addrmodule(dwfl_, address) : nullptr;
  if (module == nullptr) return text;
  GElf_Off offset = 0;
  GElf_Sym symbol{};
  const char* name =
      dwfl_module_addrinfo(module, address, &offset, &symbol, nullptr, nullptr, nullptr);
  if (name != nullptr) text += fmt::format(" {}+{:#x}", name, offset);
  // The address is where a call returns to: the line is that of the call.
  const SourceLine place = line_at(module, address - 1);
  if (!place.file.empty()) text += fmt::format(" at {}:{}", place.file, place.line);
  return text;
}

Symbolizer::SourceLine Symbolizer::source_of(uint64_t address) const {
  Dwfl_Module* module = dwfl_ != nullptr ? dwfl_addrmodule(dwfl_, address) : nullptr;
  if (module == nullptr) return {};
  SourceLine found = line_at(module, address);
  if (const char* name = dwfl_module_addrname(module, address)) found.function = name;
  return found;
}

std::vector<Symbolizer::SourceLine> Symbolizer::lines_of(uint64_t address) const {
  std::vector<SourceLine> lines;
  SourceLine at = source_of(address);
  Dwfl_Module* module = dwfl_ != nullptr ? dwfl_addrmodule(dwfl_, address) : nullptr;
  Dwarf_Addr bias = 0;
  Dwarf_Die* unit = module != nullptr ? unit_at(module, address, bias) : nullptr;
  // From an inlined function, dwarf_getscopes() goes on with the scopes around its definition;
  // dwarf_getscopes_die() tells those around this copy of it.
  Dwarf_Die *innermost = nullptr, *scopes = nullptr;
  int count = 0;
  if (unit != nullptr && dwarf_getscopes(unit, address - bias, &innermost) > 0)
    count = dwarf_getscopes_die(&innermost[0], &scopes);
  std::free(innermost);
  for (int i = 0; i < count; ++i) {
    if (dwarf_tag(&scopes[i]) == DW_TAG_subprogram) break;
    if (dwarf_tag(&scopes[i]) != DW_TAG_inlined_subroutine) continue;
    const char* name = dwarf_diename(&scopes[i]);
    lines.push_back({name != nullptr ? name : "", at.file, at.line});
    SourceLine call = call_of(unit, &scopes[i]);
    at.file = std::move(call.file);
    at.line = call.line;
  }
  std::free(scopes);
  lines.push_back(std::move(at));
  return lines;
}

std::string Symbolizer::variable_at(uint64_t address) const {
  Dwfl_Module* module = dwfl_ != nullptr ? dwfl_addrmodule(dwfl_, address) : nullptr;
  if (module == nullptr) return "";
  GElf_Off offset = 0;
  GElf_Sym symbol{};
  const char* name =
      dwfl_module_addrinfo(module, address, &offset, &symbol, nullptr, nullptr, nullptr);
  if (name == nullptr || GELF_ST_TYPE(symbol.st_info) != STT_OBJECT || offset >= symbol.st_size)
    return "";
  return name;
}

std::vector<uint64_t> Symbolizer::backtrace(pid_t pid, const trace::Registers& registers,
                                            size_t limit) {
  std::vector<uint64_t> addresses;
  if (unwound_ == nullptr && dwfl_ != nullptr) {
    auto unwound = std::make_unique<UnwoundThread>();
    unwound->pid = pid;
    if (dwfl_attach_state(dwfl_, nullptr, pid, &kThreadCallbacks, unwound.get()))
      unwound_ = std::move(unwound);
  }
  if (unwound_ != nullptr) {
    *unwound_ = {pid, &registers, &addresses, limit};
    dwfl_getthread_frames(dwfl_, pid, take_frame, unwound_.get());
  }
  if (addresses.empty()) addresses.push_back(registers.rip);
  return addresses;
}

}  // namespace weft::session
