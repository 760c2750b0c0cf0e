/// Patching call sites, so that each traps only once (a trap takes some 2 to 4 us).
///
/// Three shapes of call site can be redirected with a 5-byte jmp:
///
///   1.  mov $nr,%eax; syscall         b8 nr nr nr nr 0f 05
///       jmp stub;     syscall         e9 .. .. .. .. 0f 05
///   1b. mov $nr,%rax; syscall         48 c7 c0 nr nr nr nr 0f 05     (Go)
///       jmp stub; ..; syscall         e9 .. .. .. .. nr nr 0f 05
///       In both the syscall stays: a jump to it traps.
///   2.  syscall; cmp $imm32,%rax      0f 05 48 3d im im im im
///       jmp stub                      e9 .. .. .. .. im im im
///
///   stub 1:  mov $nr,%eax or %rax        stub 2:  lea resume(%rip),%rcx
///            lea back(%rip),%rcx                  jmp *%gs:8
///            jmp *%gs:8                           .quad site    (ip after the syscall, unpatched)
///                                         resume: cmp $imm32,%rax
///                                                 jmp site + 6
///
/// %gs:8 is Thread::entry. A stub changes nothing but rax, rcx and r11, which the instruction
/// changes anyway. In shape 2 the bytes after the syscall are gone, so no thread may go on at
/// `site`: the thread that trapped goes on at resume; a site is left alone while another thread is
/// in it; and signal frames that name it are corrected by `resume_address` when they are loaded.
#pragma once

#include <cstdint>

namespace weft::runtime {

/// Maps the stub area of a program image (and, for non-PIE programs, one below them).
void map_stubs();
void map_low_stubs();
/// The images are mapped: where none of them is low, there are no low stubs. In replay only this
/// tells: an access there faults, as in the recording.
void keep_low_stubs_if_needed();

/// The instruction before `ip` has trapped with number `number`: patches the site if it can be, and
/// returns where this thread goes on.
uint64_t patch_site(uint64_t ip, uint32_t number);

/// Where the stubs are; empty areas where there are none.
struct StubArea {
  uint64_t start, end, next;
};
extern StubArea g_high_stubs, g_low_stubs;

inline bool in_stub(uint64_t ip) {
  return (g_high_stubs.start <= ip && ip < g_high_stubs.end) ||
         (g_low_stubs.start <= ip && ip < g_low_stubs.end);
}
/// The ip after the original syscall instruction, for an ip inside a stub; else `ip`.
inline uint64_t original_ip(uint64_t ip) {
  return in_stub(ip) ? *reinterpret_cast<const uint64_t*>(ip - 8) : ip;  // `.quad site`
}
/// Where a thread goes on that should continue at `ip`: differs if `ip` was patched over.
uint64_t resume_address(uint64_t ip);

}  // namespace weft::runtime
