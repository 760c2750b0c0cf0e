#include "recorder/runtime/sites/function_table.h"

#include <elf.h>
#include <sys/mman.h>

#include "recorder/runtime/ground/path_text.h"

namespace weft::runtime {

namespace {

constexpr uint64_t kLargestFile = 64u << 20;  // symbol tables of larger programs are not searched

/// By Function.
constexpr const char* kNames[kFunctions] = {
    "_ZNSt13random_device9_M_getvalEv",  // unsigned random_device::_M_getval()
    "make_fcontext",
    "jump_fcontext",
    "ontop_fcontext",
};

/// The file as a whole, for looking symbols up; its bytes are not trusted.
class ElfFile {
 public:
  explicit ElfFile(int fd) {
    const long end = raw(__NR_lseek, static_cast<uint64_t>(fd), 0, 2 /* SEEK_END */);
    if (end <= static_cast<long>(sizeof(Elf64_Ehdr)) || static_cast<uint64_t>(end) > kLargestFile)
      return;
    const long base = raw(__NR_mmap, 0, static_cast<uint64_t>(end), PROT_READ, MAP_PRIVATE,
                          static_cast<uint64_t>(fd), 0);
    if (is_error(base)) return;
    base_ = static_cast<uint64_t>(base);
    bytes_ = static_cast<uint64_t>(end);
  }
  ~ElfFile() {
    if (bytes_ != 0) raw(__NR_munmap, base_, bytes_);
  }
  ElfFile(const ElfFile&) = delete;
  ElfFile& operator=(const ElfFile&) = delete;

  /// File offsets of the functions' code, by Function; 0 for those that the file does not define.
  FunctionTable find() const {
    FunctionTable found;
    const auto* header = at<Elf64_Ehdr>(0, 1);
    if (header == nullptr || __builtin_memcmp(header->e_ident, ELFMAG, SELFMAG) != 0) return found;
    const auto* sections = at<Elf64_Shdr>(header->e_shoff, header->e_shnum);
    const auto* segments = at<Elf64_Phdr>(header->e_phoff, header->e_phnum);
    if (sections == nullptr || segments == nullptr) return found;
    for (int i = 0; i < header->e_shnum; ++i) {
      const Elf64_Shdr& table = sections[i];
      const bool symbols = table.sh_type == SHT_DYNSYM || table.sh_type == SHT_SYMTAB;
      if (symbols && table.sh_link < header->e_shnum)
        find_in(table, sections[table.sh_link], &found);
    }
    for (uint64_t& address : found.address)
      address = file_offset(segments, header->e_phnum, address);
    return found;
  }

 private:
  template <class T>
  const T* at(uint64_t offset, uint64_t count) const {
    if (offset > bytes_ || count > (bytes_ - offset) / sizeof(T)) return nullptr;
    return pointer_to<const T>(base_ + offset);
  }

  static uint64_t file_offset(const Elf64_Phdr* segments, int count, uint64_t value) {
    for (int i = 0; i < count; ++i) {
      const Elf64_Phdr& segment = segments[i];
      if (segment.p_type == PT_LOAD && value >= segment.p_vaddr &&
          value < segment.p_vaddr + segment.p_filesz) {
        return value - segment.p_vaddr + segment.p_offset;
      }
    }
    return 0;
  }

  void find_in(const Elf64_Shdr& table, const Elf64_Shdr& strings, FunctionTable* found) const {
    const uint64_t count = table.sh_size / sizeof(Elf64_Sym);
    const auto* symbols = at<Elf64_Sym>(table.sh_offset, count);
    const char* text = at<char>(strings.sh_offset, strings.sh_size);
    if (symbols == nullptr || text == nullptr) return;
    for (uint64_t i = 0; i < count; ++i) {
      const Elf64_Sym& symbol = symbols[i];
      if (symbol.st_value == 0 || symbol.st_name >= strings.sh_size) continue;
      const uint64_t room = strings.sh_size - symbol.st_name;
      for (int f = 0; f < kFunctions; ++f) {
        const uint64_t length = __builtin_strlen(kNames[f]) + 1;
        if (length <= room && text[symbol.st_name] == kNames[f][0] &&
            __builtin_memcmp(text + symbol.st_name, kNames[f], length) == 0) {
          found->address[f] = symbol.st_value;
        }
      }
    }
  }

  uint64_t base_ = 0, bytes_ = 0;
};

/// Libraries that cannot have them are not searched.
bool may_define(const char* path) {
  return !contains(path, ".so") || contains(path, "libstdc++") || contains(path, "libboost_");
}

}  // namespace

FunctionTable find_functions(const FileMapping& mapping, const char* path) {
  if (!may_define(path)) return {};
  FunctionTable functions = ElfFile(mapping.fd).find();
  for (uint64_t& address : functions.address) {
    const bool inside =
        address != 0 && address >= mapping.offset && address + 16 <= mapping.offset + mapping.bytes;
    address = inside ? mapping.address + address - mapping.offset : 0;
  }
  return functions;
}

}  // namespace weft::runtime
