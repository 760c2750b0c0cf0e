#include "recorder/runtime/random_device.h"

#include <elf.h>
#include <sys/mman.h>

#include "recorder/runtime/event_writer.h"

namespace weft::runtime {

namespace {

constexpr char kFunction[] =
    "_ZNSt13random_device9_M_getvalEv";       // unsigned random_device::_M_getval()
constexpr uint64_t kLargestFile = 64u << 20;  // symbol tables of larger programs are not searched

/// unsigned getval(): { unsigned value; getrandom(&value, 4, 0); return value; }
constexpr uint8_t kReplacement[] = {
    0x6a, 0x00,                    // push $0
    0x48, 0x89, 0xe7,              // mov %rsp,%rdi
    0xbe, 0x04, 0x00, 0x00, 0x00,  // mov $4,%esi
    0x31, 0xd2,                    // xor %edx,%edx
    0xb8, 0x3e, 0x01, 0x00, 0x00,  // mov $318,%eax
    0x0f, 0x05,                    // syscall
    0x58,                          // pop %rax
    0xc3,                          // ret
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

  /// File offset of the function's code; 0 if the file does not define it.
  uint64_t find(const char* name) const {
    const auto* header = at<Elf64_Ehdr>(0, 1);
    if (header == nullptr || __builtin_memcmp(header->e_ident, ELFMAG, SELFMAG) != 0) return 0;
    const auto* sections = at<Elf64_Shdr>(header->e_shoff, header->e_shnum);
    const auto* segments = at<Elf64_Phdr>(header->e_phoff, header->e_phnum);
    if (sections == nullptr || segments == nullptr) return 0;
    for (int i = 0; i < header->e_shnum; ++i) {
      const Elf64_Shdr& table = sections[i];
      const bool symbols = table.sh_type == SHT_DYNSYM || table.sh_type == SHT_SYMTAB;
      if (!symbols || table.sh_link >= header->e_shnum) continue;
      const uint64_t value = find_in(table, sections[table.sh_link], name);
      for (int s = 0; value != 0 && s < header->e_phnum; ++s) {
        const Elf64_Phdr& segment = segments[s];
        if (segment.p_type == PT_LOAD && value >= segment.p_vaddr &&
            value < segment.p_vaddr + segment.p_filesz) {
          return value - segment.p_vaddr + segment.p_offset;
        }
      }
    }
    return 0;
  }

 private:
  template <class T>
  const T* at(uint64_t offset, uint64_t count) const {
    if (offset > bytes_ || count > (bytes_ - offset) / sizeof(T)) return nullptr;
    return pointer_to<const T>(base_ + offset);
  }

  uint64_t find_in(const Elf64_Shdr& table, const Elf64_Shdr& strings, const char* name) const {
    const uint64_t count = table.sh_size / sizeof(Elf64_Sym), length = __builtin_strlen(name) + 1;
    const auto* symbols = at<Elf64_Sym>(table.sh_offset, count);
    const char* text = at<char>(strings.sh_offset, strings.sh_size);
    if (symbols == nullptr || text == nullptr) return 0;
    for (uint64_t i = 0; i < count; ++i) {
      const Elf64_Sym& symbol = symbols[i];
      if (symbol.st_value == 0 || symbol.st_name >= strings.sh_size ||
          strings.sh_size - symbol.st_name < length) {
        continue;
      }
      if (__builtin_memcmp(text + symbol.st_name, name, length) == 0) return symbol.st_value;
    }
    return 0;
  }

  uint64_t base_ = 0, bytes_ = 0;
};

bool contains(const char* text, const char* part) {
  for (; *text != 0; ++text) {
    size_t at = 0;
    while (part[at] != 0 && text[at] == part[at]) ++at;
    if (part[at] == 0) return true;
  }
  return false;
}

}  // namespace

void replace_random_device(const Thread* thread, const FileMapping& mapping, const char* path) {
  const bool library = contains(path, ".so");
  if (library && !contains(path, "libstdc++")) return;
  const uint64_t offset = ElfFile(mapping.fd).find(kFunction);
  if (offset < mapping.offset || offset + 5 > mapping.offset + mapping.bytes) return;
  const uint64_t function = mapping.address + offset - mapping.offset;
  const uint64_t code = kReplacementCode;
  const auto distance = static_cast<int64_t>(code - (function + 5));
  if (distance != static_cast<int32_t>(distance)) return;
  __builtin_memcpy(pointer_to<void>(code), kReplacement, sizeof kReplacement);
  write_data_events(thread, code, sizeof kReplacement);
  raw(__NR_mprotect, mapping.address, mapping.bytes, PROT_READ | PROT_WRITE | PROT_EXEC);
  const auto relative = static_cast<int32_t>(distance);
  *pointer_to<uint8_t>(function) = 0xe9;  // jmp
  __builtin_memcpy(pointer_to<void>(function + 1), &relative, sizeof relative);
  raw(__NR_mprotect, mapping.address, mapping.bytes, mapping.protection);
  write_data_events(thread, function, 5);
}

}  // namespace weft::runtime
