#include "recorder/runtime/ground/program_memory.h"

namespace weft::runtime {

namespace {

long g_memory_file = -1;  // /proc/self/mem
bool g_writing;

}  // namespace

void write_program(uint64_t address, const void* from, uint64_t bytes) {
  g_writing = true;
  const bool written = weft_copy_guarded(pointer_to<void>(address), from, bytes) == 0;
  g_writing = false;
  if (written) return;
  // Read-only here: written while it was writable, or by the kernel. /proc/self/mem may.
  if (g_memory_file < 0) {
    g_memory_file = raw(__NR_open, address_of("/proc/self/mem"), 02000002 /* O_RDWR|O_CLOEXEC */);
  }
  raw(__NR_pwrite64, static_cast<uint64_t>(g_memory_file), address_of(from), bytes, address);
}

bool program_is_being_written() {
  return g_writing;
}

void forget_memory_file() {
  if (g_memory_file >= 0) raw(__NR_close, static_cast<uint64_t>(g_memory_file));
  g_memory_file = -1;
}

}  // namespace weft::runtime
