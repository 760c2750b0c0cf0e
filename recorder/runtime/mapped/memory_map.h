/// The program's memory map: which parts of memory show which file, or are shared with others.
///
/// Private memory without a file is what is left, and not in it. The calls of map_calls.h, the
/// loader and, in replay, kMap events say here what they have done. No other code edits the
/// tables, and all that has to know of it (watched memory, patched text, files) is told by these
/// three functions. Recording and replay make the same edits, in the same order.
#pragma once

#include <cstdint>

#include "recorder/runtime/mapped/mapping_table.h"

namespace weft::runtime {

/// Part of a file that memory shows.
struct Shown {
  MappedFile* file;
  uint64_t offset;
  bool shared;
};

/// What mremap has done.
struct Move {
  uint64_t from, from_bytes;  ///< 0 bytes: what lies there is mapped once more
  uint64_t to, to_bytes;
  bool keeps;  ///< MREMAP_DONTUNMAP
};

/// Whether what the program writes to a mapping of a file reaches the file.
enum class Sharing : uint8_t { kShared, kPrivate };

class MemoryMap {
 public:
  /// [begin, end) is private memory now.
  void mapped(uint64_t begin, uint64_t end);
  /// [begin, end) shows that part of a file now.
  void mapped(uint64_t begin, uint64_t end, const Shown& shown);
  void unmapped(uint64_t begin, uint64_t end);
  void moved(const Move& move);
  /// The program's memory is gone.
  void clear();

  MappingTable& shared() { return shared_; }
  MappingTable& private_files() { return private_files_; }

  /// Calls visit(const Mapping&, Sharing) for every mapping of the file.
  template <class F>
  void for_each_of(const MappedFile* file, F visit);

 private:
  void move_parts(MappingTable* table, const Move& move);
  void grow(MappingTable* table, uint64_t end, uint64_t new_end);

  MappingTable shared_, private_files_;
};

extern MemoryMap g_memory_map;

template <class F>
void MemoryMap::for_each_of(const MappedFile* file, F visit) {
  for (const Mapping& mapping : shared_) {
    if (mapping.file == file) visit(mapping, Sharing::kShared);
  }
  for (const Mapping& mapping : private_files_) {
    if (mapping.file == file) visit(mapping, Sharing::kPrivate);
  }
}

/// Writable parts of the loaded images (data, bss): record only. `next` counts up from 0; false at
/// the end.
struct DataRange {
  uint64_t begin, end;
};
bool image_data(int next, DataRange* range);
void note_data(uint64_t address, uint64_t bytes);

}  // namespace weft::runtime
