#include "debugger/process/runtime_symbols.h"

#include <elf.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <cstring>
#include <span>
#include <string_view>

#include "weft/base/unique_fd.h"
#include "weft/channel/inside.h"

namespace weft::process {
namespace {

/// Enough of ELF to find symbols in a file that weft itself has built.
class SymbolTable {
 public:
  explicit SymbolTable(std::span<const std::byte> file) : file_(file) {
    const auto* header = at<Elf64_Ehdr>(0);
    if (header == nullptr || std::memcmp(header->e_ident, ELFMAG, SELFMAG) != 0) return;
    for (unsigned i = 0; i < header->e_shnum; ++i) {
      const auto* section = at<Elf64_Shdr>(header->e_shoff + i * sizeof(Elf64_Shdr));
      if (section == nullptr || section->sh_type != SHT_SYMTAB) continue;
      symbols_ = section;
      strings_ = at<Elf64_Shdr>(header->e_shoff + section->sh_link * sizeof(Elf64_Shdr));
    }
  }

  /// The address of the symbol whose mangled name begins so, or 0.
  Address find(std::string_view name) const {
    if (symbols_ == nullptr || strings_ == nullptr) return {};
    for (uint64_t i = 0; i < symbols_->sh_size / sizeof(Elf64_Sym); ++i) {
      const auto* symbol = at<Elf64_Sym>(symbols_->sh_offset + i * sizeof(Elf64_Sym));
      if (symbol == nullptr) return {};
      const std::string_view own = name_at(strings_->sh_offset + symbol->st_name);
      if (own.substr(0, name.size()) == name && symbol->st_value != 0)
        return Address(symbol->st_value);
    }
    return {};
  }

  /// The file's bytes at an address of its memory image.
  std::span<const std::byte> bytes_at(Address address, size_t bytes) const {
    const auto* header = at<Elf64_Ehdr>(0);
    for (unsigned i = 0; header != nullptr && i < header->e_phnum; ++i) {
      const auto* segment = at<Elf64_Phdr>(header->e_phoff + i * sizeof(Elf64_Phdr));
      if (segment == nullptr || segment->p_type != PT_LOAD) continue;
      const uint64_t into = address - Address(segment->p_vaddr);
      if (into >= segment->p_filesz || segment->p_offset + into + bytes > file_.size()) continue;
      return file_.subspan(segment->p_offset + into, bytes);
    }
    return {};
  }

 private:
  template <class T>
  const T* at(uint64_t offset) const {
    if (offset > file_.size() || sizeof(T) > file_.size() - offset) return nullptr;
    return reinterpret_cast<const T*>(file_.data() + offset);
  }
  std::string_view name_at(uint64_t offset) const {
    if (offset >= file_.size()) return {};
    const auto* text = reinterpret_cast<const char*>(file_.data() + offset);
    return {text, ::strnlen(text, file_.size() - offset)};
  }

  std::span<const std::byte> file_;
  const Elf64_Shdr* symbols_ = nullptr;
  const Elf64_Shdr* strings_ = nullptr;
};

constexpr uint8_t kJumpInLeave[] = {0x65, 0xff, 0x24, 0x25};  // jmp *%gs:.. (entry.S)
constexpr uint8_t kSystemCall[] = {0x0f, 0x05};

/// The first place after `symbol` with these instruction bytes, or 0.
Address find_code(const SymbolTable& table, const char* symbol,
                  std::span<const uint8_t> instruction) {
  constexpr size_t kLongest = 512;
  const Address start = table.find(symbol);
  const auto code = table.bytes_at(start, kLongest);
  for (size_t i = 0; i + instruction.size() <= code.size(); ++i) {
    if (std::memcmp(code.data() + i, instruction.data(), instruction.size()) == 0) return start + i;
  }
  return {};
}

/// Which layout of the structures in weft/channel/inside.h a runtime has; 0: it does not say.
uint32_t version_of(const SymbolTable& table) {
  uint32_t version = 0;
  const auto bytes = table.bytes_at(table.find("weft_inside_version"), sizeof version);
  if (bytes.size() == sizeof version) std::memcpy(&version, bytes.data(), sizeof version);
  return version;
}

}  // namespace

Result<RuntimeSymbols> read_runtime_symbols(const std::string& runtime_path) {
  const UniqueFd fd(::open(runtime_path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat file{};
  if (!fd || ::fstat(fd.get(), &file) != 0) {
    return Error{ErrorClass::kUsage, "cannot open " + runtime_path, "install weft as a whole"};
  }
  const auto bytes = static_cast<size_t>(file.st_size);
  const Mapping view(::mmap(nullptr, bytes, PROT_READ, MAP_PRIVATE, fd.get(), 0), bytes);
  if (view.data() == MAP_FAILED) {
    return Error{ErrorClass::kUsage, "cannot read " + runtime_path, "install weft as a whole"};
  }
  const SymbolTable table({view.data(), bytes});
  RuntimeSymbols symbols{};
  symbols.report_state = table.find("_ZN4weft7runtime12report_stateE");
  symbols.leave_jump = find_code(table, "weft_leave", kJumpInLeave);
  symbols.system_call = find_code(table, "weft_raw_program", kSystemCall);
  symbols.hook_entry = table.find("weft_hook_entry");
  symbols.threads = table.find("_ZN4weft7runtime9g_threadsE");
  symbols.log = table.find("_ZN4weft7runtime5g_logE");
  symbols.on_call = table.find("weft_on_call");
  symbols.on_hook = table.find("weft_on_hook");
  symbols.on_question = table.find("weft_on_question");
  symbols.on_fault = table.find("weft_on_fault");
  if (!symbols.report_state || !symbols.leave_jump || !symbols.threads || !symbols.log) {
    return Error{ErrorClass::kUsage, runtime_path + " has no symbols that weft debug needs",
                 "do not strip it, and install weft as a whole"};
  }
  if (version_of(table) != channel::kInsideVersion) {
    return Error{ErrorClass::kUsage, runtime_path + " is not of the version of this weft debug",
                 "install weft as a whole"};
  }
  return symbols;
}

}  // namespace weft::process
