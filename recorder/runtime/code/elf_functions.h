/// Where the functions of an ELF file are: what unwind tables and symbols say of the code at an
/// address, for the proof that an instruction begins there (instruction_starts.h).
///
///   .eh_frame_hdr   a sorted table of all functions that have unwind information: nearly all
///                   that a compiler makes, also in stripped files (Intel's psABI; LSB core 4.1,
///                   10.6)
///   symbols         assembler code often has only these
///   .gopclntab      Go's own table, in stripped Go programs too
///
/// The file is mapped whole; its bytes are not trusted, and may be cut while they are read.
#pragma once

#include <elf.h>

#include <cstdint>

namespace weft::runtime {

/// Addresses as the file was linked. Empty: not known.
struct CodeRange {
  uint64_t begin, end;
  bool holds(uint64_t address) const { return begin <= address && address < end; }
};

class ElfFunctions {
 public:
  /// A file of `bytes` at `base`.
  ElfFunctions(const void* base, uint64_t bytes);

  /// True if the file's byte at `offset` is code: in an executable section, or, if there are no
  /// sections, in an executable segment. `address` is where it was linked to.
  bool is_code(uint64_t offset, uint64_t* address) const;
  /// The function that the code at `address` belongs to.
  CodeRange find(uint64_t address) const;
  /// Copies code from `address` on; how many bytes, at most `bytes`.
  uint64_t copy(uint64_t address, void* to, uint64_t bytes) const;

 private:
  struct Table {
    uint64_t offset, count;
  };

  template <class T>
  bool read(uint64_t offset, T* value) const {
    return read_bytes(offset, value, sizeof *value);
  }
  bool read_bytes(uint64_t offset, void* to, uint64_t bytes) const;
  bool section(uint64_t index, Elf64_Shdr* out) const;
  bool segment(uint64_t index, Elf64_Phdr* out) const;
  /// Where in the file the byte linked to `address` is, and how many follow; 0 if nowhere.
  uint64_t offset_of(uint64_t address, uint64_t* bytes) const;
  void look_for_unwind_table();
  void look_for_symbols();
  void look_for_go_table(uint64_t section_names);
  CodeRange by_unwind_table(uint64_t address) const;
  CodeRange by_symbols(uint64_t address) const;
  CodeRange by_go_table(uint64_t address) const;
  bool pointer_encoding(uint64_t entry_offset, uint64_t* entry_fields, uint8_t* encoding) const;

  const uint8_t* base_;
  uint64_t bytes_;
  Elf64_Ehdr header_{};
  uint64_t unwind_address_ = 0;  // of .eh_frame_hdr
  Table unwind_{};               // its pairs of i32
  static constexpr int kMostSymbolTables = 2;
  Table symbols_[kMostSymbolTables] = {};
  int symbol_tables_ = 0;
  Table go_{};  // pairs of u32
  uint64_t go_text_ = 0;
};

}  // namespace weft::runtime
