/// The files that are mapped now, one MappedFile for each inode: in recording and replay the same
/// ones at the same time, because the same edits of the memory map make them and let them go.
///
/// An inode's number may be given away again when the file is gone. That does no harm here: a file
/// is not gone while it is mapped, and with its last mapping goes its MappedFile (rr's EmuFs.h has
/// the same argument).
///
/// Memory that is shared without a file is a file too: one without a name, of the size that it was
/// mapped with. So is a segment of System V shared memory.
#pragma once

#include <cstdint>

#include "recorder/runtime/ground/state.h"
#include "weft/trace/event.h"

namespace weft::runtime {

/// What a kMap event's file is called here. Segments are numbered from 0, inodes from 1.
inline FileIdentity identity_of(const trace::MapRecord& record) {
  return {record.device, record.inode + (record.device == trace::kSharedMemoryDevice ? 1 : 0)};
}
/// FileIdentity::device of shared memory without a file; the inode is a serial number.
inline constexpr uint64_t kAnonymousDevice = UINT64_MAX - 1;

struct MappedFile {
  FileIdentity identity;
  uint64_t bytes;     ///< its size
  uint32_t mappings;  ///< entries of the memory map that show it

  // Record: the part whose content is in the trace and has not changed since, as far as the time of
  // modification tells.
  uint64_t logged_begin, logged_end;
  int64_t logged_modified_ns;

  // Replay (emulated_files.h)
  int fd;             ///< of the memfd that stands for it; -1: none
  bool own;           ///< no other process has that memfd too
  bool written;       ///< it has or had a shared mapping that may be written to
  uint64_t old_size;  ///< before version 3 of the format: its size, while `bytes` fits all mappings

  MappedFile* next;  ///< of those with the same hash, or free
};

/// nullptr if it is not mapped.
MappedFile* find_mapped_file(const FileIdentity& identity);
/// A new one if it is not mapped; held as by a mapping, until release_file.
MappedFile* hold_file(const FileIdentity& identity);
/// Shared memory of `bytes` bytes without a file; held too.
MappedFile* hold_anonymous_file(uint64_t bytes);
inline void hold_file(MappedFile* file) {
  ++file->mappings;
}
void release_file(MappedFile* file);

/// Calls visit(MappedFile&) for each of them.
template <class F>
void for_each_mapped_file(F visit);

constexpr int kMaxMappedFiles = 64 * 1024;
extern MappedFile g_mapped_files[kMaxMappedFiles];
extern int g_mapped_files_used;

template <class F>
void for_each_mapped_file(F visit) {
  for (int i = 0; i < g_mapped_files_used; ++i) {
    if (g_mapped_files[i].mappings != 0) visit(g_mapped_files[i]);
  }
}

}  // namespace weft::runtime
