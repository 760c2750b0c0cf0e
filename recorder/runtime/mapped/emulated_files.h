/// The program's files in replay: each file that is mapped is a memfd, an *emulated file*.
///
/// Why what the program reads through a mapping is what it read there in the recording. The kernel
/// makes a page of a mapping of the file's bytes at that place; in a private mapping only as long
/// as the program has not written to the page, from then on it is the program's own. So it is to be
/// shown: *as long as a page of a file is visible through a mapping, its bytes, and the file's
/// size, are those of the recording, at every event.* (rr's EmuFs.h argues in the same way.)
///
///   1. A page becomes visible by mmap and mremap, and again by MADV_DONTNEED. What it shows then
///      is in the trace, as content of the file ahead of that call (kFileContent, kFile), or is
///      there already and unchanged (memory/log_mapping.cc). The size is in the kMap event.
///   2. While it is visible it changes
///      a. by the program's stores through a shared mapping: replay makes them again, in a shared
///         mapping of the emulated file, so all mappings of the file see them
///      b. by calls of the program that change the file through a descriptor: kFile events, for
///         the part that is mapped anywhere and for the size (memory/file_changes.cc)
///      c. by calls that write to memory (read() into a shared mapping): effects
///      d. by children that share it: looked at and recorded at each event (shared_watch.h)
///      e. by strangers: a limit, which README names
///   3. All else about a mapping is a matter of the kernel's, and the same kernel code does it
///      here: copies of pages at the first store to a private mapping, SIGBUS past the file's end,
///      pages that come with a growing file and go with a truncated one, what mremap, mprotect and
///      munmap do to parts.
///
/// A file is identified by device and inode, and only while it is mapped (mapped_files.h), so
/// numbers that are given away again do no harm.
///
/// A copy of the process (checkpoint.h) has the files in common with its original. A file that
/// neither may write to through a mapping stays so, until one of the two has something to write to
/// it: then that one makes a copy of its own first (`MappedFile::own`). Others are copied at once.
#pragma once

#include <cstdint>

#include "recorder/runtime/mapped/memory_map.h"

namespace weft::runtime {

/// The memfd; made, of the file's size, if there is none. It goes with the MappedFile.
uint64_t emulated_file(MappedFile* file);

void resize_emulated_file(MappedFile* file, uint64_t bytes);
/// Both leave the file alone if it holds that already.
void write_emulated_file(MappedFile* file, uint64_t offset, const void* from, uint64_t bytes);
void punch_emulated_file(MappedFile* file, uint64_t offset, uint64_t bytes);

/// The program may write to the file through a shared mapping from now on.
void let_write(MappedFile* file);
/// The same for all files that are mapped shared in [begin, end).
void write_emulated_files(uint64_t begin, uint64_t end);

/// Memory that the files take up which no other process has too.
uint64_t own_file_bytes();

/// Before the process is copied: which files both will have in common.
void share_emulated_files();
/// In the copy: makes those its own that are not.
void own_emulated_files();

}  // namespace weft::runtime
