/// Recording: calls that change what mapped files hold.
///
/// A write() to a file that is mapped shows in memory, and a truncation takes pages away. What a
/// call changes in a file becomes kFile events before its own (after_call.h): the part of it that
/// is mapped somewhere, and the new size. Which calls these are is a table in file_changes.cc.
#pragma once

#include "recorder/runtime/calls/after_call.h"
#include "recorder/runtime/mapped/mapped_files.h"

namespace weft::runtime {

/// Calls that write to files: others may read what they write in memory, so if it is mapped nobody
/// runs meanwhile; nor if it is stdout.
long on_file_write(Call& call);

/// [offset, offset + bytes) of a mapped file became a hole.
struct Hole {
  FileIdentity file;
  uint64_t file_bytes;
  uint64_t offset, bytes;
};
void log_hole(const Thread* thread, const Hole& hole);

/// What the program sees of [begin, end) of the file through its mappings, as its content.
void log_visible(const Thread* thread, MappedFile* file, uint64_t begin, uint64_t end);

}  // namespace weft::runtime
