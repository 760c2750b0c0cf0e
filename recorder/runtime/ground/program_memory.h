/// Reading and writing the program's memory, whose addresses come from the program and may be bad.
#pragma once

#include "recorder/runtime/ground/kernel.h"

namespace weft::runtime {

/// False if the memory cannot be read.
template <class T>
bool read_program(uint64_t address, T* value) {
  return address != 0 && weft_copy_guarded(value, pointer_to<void>(address), sizeof *value) == 0;
}

/// False if the memory cannot be written.
template <class T>
bool store_program(uint64_t address, const T& value) {
  return weft_copy_guarded(pointer_to<void>(address), &value, sizeof value) == 0;
}

/// Replay: puts bytes into program memory, also where it is read-only.
void write_program(uint64_t address, const void* from, uint64_t bytes);
/// True in a fault that this meets on its way.
bool program_is_being_written();
/// In a copy of a process: the file that is its memory is the original's.
void forget_memory_file();

}  // namespace weft::runtime
