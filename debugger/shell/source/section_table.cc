#include "debugger/shell/source/section_table.h"

#include <elf.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <string>

#include "weft/base/bounded_read.h"

namespace weft::shell {
namespace {

/// Reads and writes an image; nothing in it is trusted.
class Image {
 public:
  explicit Image(std::vector<std::byte>& bytes) : bytes_(bytes) {}

  template <class T>
  std::optional<T> at(uint64_t offset) const {
    return read_at<T>(bytes_, offset);
  }
  std::vector<Elf64_Phdr> segments() const {
    std::vector<Elf64_Phdr> all;
    const auto header = at<Elf64_Ehdr>(0);
    for (unsigned i = 0; header && i < header->e_phnum; ++i) {
      const auto one = at<Elf64_Phdr>(header->e_phoff + i * sizeof(Elf64_Phdr));
      if (one) all.push_back(*one);
    }
    return all;
  }
  /// Where an address is in the file; 0: nowhere.
  uint64_t offset_of(uint64_t address) const {
    for (const Elf64_Phdr& segment : segments()) {
      if (segment.p_type == PT_LOAD && address - segment.p_vaddr < segment.p_filesz)
        return address - segment.p_vaddr + segment.p_offset;
    }
    return 0;
  }
  /// The end of the file's part of the segment that holds the address.
  uint64_t segment_end(uint64_t address) const {
    for (const Elf64_Phdr& segment : segments()) {
      if (segment.p_type == PT_LOAD && address - segment.p_vaddr < segment.p_filesz)
        return segment.p_vaddr + segment.p_filesz;
    }
    return address;
  }
  void append(const void* from, size_t count) {
    const auto* begin = static_cast<const std::byte*>(from);
    bytes_.insert(bytes_.end(), begin, begin + count);
  }
  uint64_t size() const { return bytes_.size(); }
  void put_header(const Elf64_Ehdr& header) { std::memcpy(bytes_.data(), &header, sizeof header); }

 private:
  std::vector<std::byte>& bytes_;
};

class Table {
 public:
  explicit Table(Image& image) : image_(image) { sections_.push_back({}); }

  uint32_t add(const char* name, uint32_t type, uint64_t address, uint64_t bytes, uint64_t entry,
               uint32_t link = 0) {
    Elf64_Shdr section{};
    section.sh_name = static_cast<uint32_t>(names_.size());
    names_ += std::string(name) + '\0';
    section.sh_type = type;
    section.sh_flags = SHF_ALLOC;
    section.sh_addr = address;
    section.sh_offset = image_.offset_of(address);
    section.sh_size = bytes;
    section.sh_link = link;
    section.sh_entsize = entry;
    section.sh_addralign = 8;
    if (section.sh_offset == 0) return 0;
    sections_.push_back(section);
    return static_cast<uint32_t>(sections_.size() - 1);
  }

  void write(Elf64_Ehdr header) {
    Elf64_Shdr names{};
    names.sh_name = static_cast<uint32_t>(names_.size());
    names_ += std::string(".shstrtab") + '\0';
    names.sh_type = SHT_STRTAB;
    names.sh_offset = image_.size();
    names.sh_size = names_.size();
    names.sh_addralign = 1;
    sections_.push_back(names);
    image_.append(names_.data(), names_.size());
    header.e_shoff = image_.size();
    header.e_shentsize = sizeof(Elf64_Shdr);
    header.e_shnum = static_cast<uint16_t>(sections_.size());
    header.e_shstrndx = static_cast<uint16_t>(sections_.size() - 1);
    image_.append(sections_.data(), sections_.size() * sizeof(Elf64_Shdr));
    image_.put_header(header);
  }

 private:
  Image& image_;
  std::vector<Elf64_Shdr> sections_;
  std::string names_ = std::string(1, '\0');
};

/// Linkers put the strings after the symbols.
void add_symbols(const Image& image, const Elf64_Phdr& dynamic, Table& table) {
  uint64_t symbols = 0, strings = 0, string_bytes = 0;
  for (uint64_t at = 0; at + sizeof(Elf64_Dyn) <= dynamic.p_filesz; at += sizeof(Elf64_Dyn)) {
    const auto entry = image.at<Elf64_Dyn>(dynamic.p_offset + at);
    if (!entry || entry->d_tag == DT_NULL) break;
    if (entry->d_tag == DT_SYMTAB) symbols = entry->d_un.d_ptr;
    if (entry->d_tag == DT_STRTAB) strings = entry->d_un.d_ptr;
    if (entry->d_tag == DT_STRSZ) string_bytes = entry->d_un.d_val;
  }
  if (symbols == 0 || strings <= symbols) return;
  const uint32_t link = table.add(".dynstr", SHT_STRTAB, strings, string_bytes, 0);
  const uint64_t bytes = (strings - symbols) / sizeof(Elf64_Sym) * sizeof(Elf64_Sym);
  table.add(".dynsym", SHT_DYNSYM, symbols, bytes, sizeof(Elf64_Sym), link);
}

/// The header of the unwind tables begins with where they are, relative to that word.
void add_unwind_tables(const Image& image, const Elf64_Phdr& header, Table& table) {
  constexpr uint64_t kPointer = 4;  // after version and three encodings; pcrel, sdata4
  const auto distance = image.at<int32_t>(header.p_offset + kPointer);
  if (!distance) return;
  const uint64_t start = header.p_vaddr + kPointer + static_cast<uint64_t>(int64_t{*distance});
  table.add(".eh_frame_hdr", SHT_PROGBITS, header.p_vaddr, header.p_memsz, 0);
  table.add(".eh_frame", SHT_PROGBITS, start, image.segment_end(start) - start, 0);
}

}  // namespace

std::vector<std::pair<uint64_t, uint64_t>> loaded_ranges(std::vector<std::byte>& bytes) {
  std::vector<std::pair<uint64_t, uint64_t>> ranges;
  for (const Elf64_Phdr& segment : Image(bytes).segments()) {
    if (segment.p_type == PT_LOAD && segment.p_offset <= bytes.size())
      ranges.emplace_back(segment.p_offset,
                          std::min(segment.p_filesz, bytes.size() - segment.p_offset));
  }
  return ranges;
}

bool add_section_table(std::vector<std::byte>& bytes) {
  Image image(bytes);
  const auto header = image.at<Elf64_Ehdr>(0);
  if (!header || std::memcmp(header->e_ident, ELFMAG, SELFMAG) != 0 ||
      header->e_ident[EI_CLASS] != ELFCLASS64) {
    return false;
  }
  Table table(image);
  for (const Elf64_Phdr& segment : image.segments()) {
    if (segment.p_type == PT_DYNAMIC) add_symbols(image, segment, table);
    if (segment.p_type == PT_GNU_EH_FRAME) add_unwind_tables(image, segment, table);
  }
  table.write(*header);
  return true;
}

}  // namespace weft::shell
