#include "recorder/runtime/code/elf_functions.h"

#include <initializer_list>

#include "recorder/runtime/ground/kernel.h"

namespace weft::runtime {

namespace {

constexpr uint8_t kRelativeI32 = 0x3b;  // DW_EH_PE_datarel | sdata4
constexpr uint8_t kU32 = 0x03;          // DW_EH_PE_udata4
constexpr uint32_t kGo118 = 0xfffffff0, kGo120 = 0xfffffff1;

struct UnwindHeader {
  uint8_t version, frame_encoding, count_encoding, table_encoding;
  int32_t frame;
  uint32_t count;
};

struct UnwindRow {
  int32_t code, entry;  // relative to the table
};

struct GoHeader {
  uint32_t magic;
  uint8_t zero[2], quantum, pointer_bytes;
  uint64_t functions, files, text, names, units, file_table, counters, table;
};

struct GoRow {
  uint32_t code, entry;  // relative to the text, to the table
};

/// Bytes of a pointer in unwind information; 0 if it is not of a fixed size.
int bytes_of(uint8_t encoding) {
  switch (encoding & 0xf) {
    case 0x00:  // absptr
    case 0x04:
    case 0x0c:
      return 8;
    case 0x02:
    case 0x0a:
      return 2;
    case 0x03:
    case 0x0b:
      return 4;
    default:
      return 0;
  }
}

}  // namespace

ElfFunctions::ElfFunctions(const void* base, uint64_t bytes)
    : base_(static_cast<const uint8_t*>(base)), bytes_(bytes) {
  if (!read(0, &header_) || __builtin_memcmp(header_.e_ident, ELFMAG, SELFMAG) != 0 ||
      header_.e_phentsize != sizeof(Elf64_Phdr)) {
    header_ = {};
    return;
  }
  if (header_.e_shentsize != sizeof(Elf64_Shdr)) header_.e_shnum = 0;
  look_for_unwind_table();
  look_for_symbols();
}

bool ElfFunctions::read_bytes(uint64_t offset, void* to, uint64_t bytes) const {
  return offset <= bytes_ && bytes <= bytes_ - offset &&
         weft_copy_guarded(to, base_ + offset, bytes) == 0;
}

bool ElfFunctions::section(uint64_t index, Elf64_Shdr* out) const {
  return index < header_.e_shnum && read(header_.e_shoff + index * sizeof *out, out);
}

bool ElfFunctions::segment(uint64_t index, Elf64_Phdr* out) const {
  return index < header_.e_phnum && read(header_.e_phoff + index * sizeof *out, out);
}

uint64_t ElfFunctions::offset_of(uint64_t address, uint64_t* bytes) const {
  Elf64_Phdr part;
  for (uint64_t i = 0; segment(i, &part); ++i) {
    if (part.p_type != PT_LOAD || address - part.p_vaddr >= part.p_filesz) continue;
    *bytes = part.p_filesz - (address - part.p_vaddr);
    return part.p_offset + (address - part.p_vaddr);
  }
  *bytes = 0;
  return 0;
}

bool ElfFunctions::is_code(uint64_t offset, uint64_t* address) const {
  Elf64_Phdr part;
  bool executable = false;
  for (uint64_t i = 0; !executable && segment(i, &part); ++i) {
    executable = part.p_type == PT_LOAD && (part.p_flags & PF_X) != 0 &&
                 offset - part.p_offset < part.p_filesz;
    if (executable) *address = part.p_vaddr + (offset - part.p_offset);
  }
  if (!executable || header_.e_shnum == 0) return executable;
  Elf64_Shdr of_code;
  for (uint64_t i = 0; section(i, &of_code); ++i) {
    if (of_code.sh_type == SHT_PROGBITS && (of_code.sh_flags & SHF_EXECINSTR) != 0 &&
        offset - of_code.sh_offset < of_code.sh_size) {
      return true;
    }
  }
  return false;
}

uint64_t ElfFunctions::copy(uint64_t address, void* to, uint64_t bytes) const {
  uint64_t there;
  const uint64_t offset = offset_of(address, &there);
  if (bytes > there) bytes = there;
  return bytes != 0 && read_bytes(offset, to, bytes) ? bytes : 0;
}

void ElfFunctions::look_for_unwind_table() {
  Elf64_Phdr part;
  for (uint64_t i = 0; segment(i, &part); ++i) {
    UnwindHeader table;
    if (part.p_type != PT_GNU_EH_FRAME || !read(part.p_offset, &table)) continue;
    if (table.version != 1 || table.count_encoding != kU32 ||
        table.table_encoding != kRelativeI32 || bytes_of(table.frame_encoding) != 4 ||
        table.count > part.p_filesz / sizeof(UnwindRow)) {
      continue;
    }
    unwind_address_ = part.p_vaddr;
    unwind_ = {part.p_offset + sizeof table, table.count};
  }
}

void ElfFunctions::look_for_symbols() {
  Elf64_Shdr table;
  for (uint64_t i = 0; section(i, &table); ++i) {
    const bool symbols = table.sh_type == SHT_DYNSYM || table.sh_type == SHT_SYMTAB;
    if (symbols && symbol_tables_ < kMostSymbolTables)
      symbols_[symbol_tables_++] = {table.sh_offset, table.sh_size / sizeof(Elf64_Sym)};
  }
  if (section(header_.e_shstrndx, &table)) look_for_go_table(table.sh_offset);
}

void ElfFunctions::look_for_go_table(uint64_t section_names) {
  static constexpr char kName[] = ".gopclntab";
  Elf64_Shdr table, text;
  for (uint64_t i = 0; section(i, &table); ++i) {
    char name[sizeof kName];
    GoHeader go;
    if (table.sh_type != SHT_PROGBITS || !read(section_names + table.sh_name, &name) ||
        __builtin_memcmp(name, kName, sizeof kName) != 0 || !read(table.sh_offset, &go)) {
      continue;
    }
    if ((go.magic != kGo118 && go.magic != kGo120) || go.pointer_bytes != 8) continue;
    if (go.table > table.sh_size || go.functions > table.sh_size / sizeof(GoRow)) continue;
    go_ = {table.sh_offset + go.table, go.functions};
    go_text_ = go.text;
    // A position-independent program has it relocated: then the text begins with its section.
    for (uint64_t s = 0; go_text_ == 0 && section(s, &text); ++s) {
      char of_text[6];
      if (read(section_names + text.sh_name, &of_text) &&
          __builtin_memcmp(of_text, ".text", sizeof of_text) == 0) {
        go_text_ = text.sh_addr;
      }
    }
  }
}

CodeRange ElfFunctions::find(uint64_t address) const {
  for (const auto by :
       {&ElfFunctions::by_unwind_table, &ElfFunctions::by_symbols, &ElfFunctions::by_go_table}) {
    const CodeRange range = (this->*by)(address);
    if (range.holds(address)) return range;
  }
  return {};
}

/// The encoding of code pointers that the CIE of the entry (FDE) at `entry_offset` says, and where
/// its fields begin.
bool ElfFunctions::pointer_encoding(uint64_t entry_offset, uint64_t* entry_fields,
                                    uint8_t* encoding) const {
  uint32_t length, distance;
  if (!read(entry_offset, &length) || length == 0 || length == UINT32_MAX) return false;
  if (!read(entry_offset + 4, &distance)) return false;
  *entry_fields = entry_offset + 8;
  const uint64_t common = entry_offset + 4 - distance;
  uint8_t bytes[64] = {};
  for (uint64_t i = 0; i < sizeof bytes && read(common + 8 + i, &bytes[i]); ++i) continue;
  // version, augmentation string, alignments (LEB128), return register, augmentation data
  const uint8_t version = bytes[0];
  const uint8_t* at = bytes + 1;
  const uint8_t* end = bytes + sizeof bytes;
  const uint8_t* kinds = at;
  while (at < end && *at != 0) ++at;
  if (at == end || (version != 1 && version != 3)) return false;
  ++at;
  *encoding = 0;
  if (kinds[0] != 'z') return kinds[0] == 0;
  const auto skip_number = [&at, end] {
    while (at < end && (*at & 0x80) != 0) ++at;
    ++at;
  };
  for (int i = 0; i < 4; ++i) skip_number();  // both alignments, register, length of the data
  for (const uint8_t* kind = kinds + 1; *kind != 0 && at < end; ++kind) {
    if (*kind == 'R') {
      *encoding = *at;
      return true;
    }
    if (*kind == 'L') ++at;
    if (*kind == 'P') {
      const int bytes_there = bytes_of(*at);
      if (bytes_there == 0) return false;
      at += 1 + bytes_there;
    }
  }
  return true;
}

CodeRange ElfFunctions::by_unwind_table(uint64_t address) const {
  uint64_t low = 0, high = unwind_.count;
  UnwindRow row;
  while (low < high) {  // the first row beyond `address`
    const uint64_t middle = (low + high) / 2;
    if (!read(unwind_.offset + middle * sizeof row, &row)) return {};
    const uint64_t code = unwind_address_ + static_cast<uint64_t>(int64_t{row.code});
    code <= address ? low = middle + 1 : high = middle;
  }
  if (low == 0 || !read(unwind_.offset + (low - 1) * sizeof row, &row)) return {};
  uint64_t there, fields;
  uint8_t encoding;
  const uint64_t entry =
      offset_of(unwind_address_ + static_cast<uint64_t>(int64_t{row.entry}), &there);
  if (there == 0 || !pointer_encoding(entry, &fields, &encoding)) return {};
  const int width = bytes_of(encoding);
  uint64_t length = 0;
  if (width == 0 ||
      !read_bytes(fields + static_cast<uint64_t>(width), &length, static_cast<uint64_t>(width))) {
    return {};
  }
  const uint64_t begin = unwind_address_ + static_cast<uint64_t>(int64_t{row.code});
  return {begin, begin + length};
}

CodeRange ElfFunctions::by_symbols(uint64_t address) const {
  for (int t = 0; t < symbol_tables_; ++t) {
    for (uint64_t i = 0; i < symbols_[t].count; ++i) {
      Elf64_Sym symbol;
      if (!read(symbols_[t].offset + i * sizeof symbol, &symbol)) break;
      const int type = symbol.st_info & 0xf;
      if ((type == STT_FUNC || type == STT_GNU_IFUNC) && symbol.st_shndx != SHN_UNDEF &&
          address - symbol.st_value < symbol.st_size) {
        return {symbol.st_value, symbol.st_value + symbol.st_size};
      }
    }
  }
  return {};
}

CodeRange ElfFunctions::by_go_table(uint64_t address) const {
  uint64_t low = 0, high = go_.count;
  GoRow row, next;
  while (low < high) {
    const uint64_t middle = (low + high) / 2;
    if (!read(go_.offset + middle * sizeof row, &row)) return {};
    go_text_ + row.code <= address ? low = middle + 1 : high = middle;
  }
  if (low == 0 || !read(go_.offset + (low - 1) * sizeof row, &row) ||
      !read(go_.offset + low * sizeof next, &next)) {
    return {};
  }
  return {go_text_ + row.code, go_text_ + next.code};
}

}  // namespace weft::runtime
