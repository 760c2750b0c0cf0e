/// Registers as the trace has them and as the kernel has them, and which addresses are weft's own.
#pragma once

#include <sys/user.h>

#include <cstddef>
#include <cstdint>

#include "debugger/process/traced_process.h"
#include "weft/base/address.h"
#include "weft/channel/inside.h"
#include "weft/channel/layout.h"
#include "weft/trace/event.h"

namespace weft::process {

inline constexpr uint64_t kRegistersInThread = offsetof(channel::ThreadHead, registers);
/// RF: the processor sets it in what it saves at a fault. It is none of the program's.
inline constexpr uint64_t kResumeFlag = 0x10000;

/// See recorder/runtime/code/patch.h. Where the program's range starts depends on the trace's
/// format.
inline bool is_stub(Address ip) {
  using layout::kStubArea;
  return ip - Address(layout::kProgramStart) < kStubArea ||
         ip - Address(layout::program_start(1)) < kStubArea ||
         ip - Address(layout::kLowStubs) < layout::kLowStubBytes;
}

inline bool is_weft(Address ip) {
  return is_stub(ip) ||
         ip - Address(layout::kRuntimeAddress) < layout::kRuntimeEnd - layout::kRuntimeAddress;
}

/// Where in the program a thread goes on that goes on at `ip`: a stub names the call's site in the
/// eight bytes before.
inline Address program_ip(const TracedProcess& process, Address ip) {
  Address site = ip;
  if (is_stub(ip)) process.read_value(ip - sizeof site, site);
  return site;
}

inline trace::Registers from_kernel(const user_regs_struct& r) {
  return {r.rax,     r.rbx,    r.rcx, r.rdx, r.rsi, r.rdi, r.rbp, r.rsp, r.r8,
          r.r9,      r.r10,    r.r11, r.r12, r.r13, r.r14, r.r15, r.rip, r.eflags & ~kResumeFlag,
          r.fs_base, r.gs_base};
}

/// All but gs, which is weft's.
inline void to_kernel(const trace::Registers& from, user_regs_struct& to) {
  to.rax = from.rax, to.rbx = from.rbx, to.rcx = from.rcx, to.rdx = from.rdx;
  to.rsi = from.rsi, to.rdi = from.rdi, to.rbp = from.rbp, to.rsp = from.rsp;
  to.r8 = from.r8, to.r9 = from.r9, to.r10 = from.r10, to.r11 = from.r11;
  to.r12 = from.r12, to.r13 = from.r13, to.r14 = from.r14, to.r15 = from.r15;
  to.rip = from.rip, to.eflags = from.rflags, to.fs_base = from.fs_base;
}

}  // namespace weft::process
