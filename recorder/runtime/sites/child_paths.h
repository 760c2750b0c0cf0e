/// /proc/self/exe in a forked child, which is not recorded.
///
/// It names the program there too, but the kernel would say weft-runtime: a child that executes it
/// (Chromium, busybox, runc) would start that. In the program itself self_paths.h sees to it, as
/// all calls come through the runtime. In such a child only those of patched sites do, by way of
/// weft_entry_native, and execve is seldom called before there is a child. So the sites that make
/// these calls are noted when text is mapped, and patched in the child:
///
///   mov $nr,%eax; syscall      nr: execve, execveat, readlink, readlinkat, open, openat
#pragma once

#include <cstdint>

namespace weft::runtime {

/// Record: is a system call instruction of text at `escape` one of these? `before` are the five
/// bytes in front of it.
bool note_path_site(uint64_t escape, const uint8_t* before);
/// In a forked child, while faults are weft's: patches what was noted.
void patch_path_sites();
/// A new program image begins: there are none.
void forget_path_sites();

/// A call of such a child: what entry.S has pushed.
struct NativeCall {
  uint64_t number;
  uint64_t r9, r8, r10, rdx, rsi, rdi;
  uint64_t rax;  ///< the number, later the result
};

}  // namespace weft::runtime
