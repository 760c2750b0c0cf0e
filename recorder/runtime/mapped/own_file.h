/// Replay: a process gets a copy of its own of an emulated file that it has shared with others.
///
/// Otherwise, one process would see what the other writes: history would leak from one moment into
/// another. So
///
///   1. the memfd is copied to a new one, which takes over its descriptor; holes stay holes
///   2. each mapping of the old one, as /proc/self/maps has them (the program may have cut, moved
///      and protected them), is made again from the new one, at the same address
///   3. a private mapping has pages that were written to, which belong to the process: they were
///      copied by fork, and are carried over (/proc/self/pagemap knows them)
#pragma once

#include "recorder/runtime/mapped/mapped_files.h"

namespace weft::runtime {

/// An empty memfd.
int create_memfd();

/// Does nothing if the file is the process's own already.
void own_file(MappedFile* file);

}  // namespace weft::runtime
