/// ptrace by request. The program traces children of its own, which are not recorded: what it learns
/// of them is recorded like the results of any other call. Its row refuses what is not here.
///
/// Source: include/uapi/linux/ptrace.h, arch/x86/include/uapi/asm/ptrace-abi.h, kernel/ptrace.c.
#pragma once

#include "weft/syscall/row.h"

namespace weft::syscall::variants {
using enum Policy;
using enum Block;

/// `data` is the last argument.
constexpr Variant trace(uint32_t number, const char* name, Arg data, Policy policy = kRecord) {
  return {101, 0, 0xffffffff, number, name, policy, kNever, {num(), pid(), ptr(), data}};
}

/// The same, where `addr` is the size of `data`.
constexpr Variant sized_trace(uint32_t number, const char* name, Arg data) {
  return {101, 0, 0xffffffff, number, name, kRecord, kNever, {num(), pid(), size(), data}};
}

// clang-format off
inline constexpr Variant kPtrace[] = {
    trace(0, "PTRACE_TRACEME", ptr(), kHandler),
    trace(1, "PTRACE_PEEKTEXT", out(8)),
    trace(2, "PTRACE_PEEKDATA", out(8)),
    trace(3, "PTRACE_PEEKUSR", out(8)),
    trace(4, "PTRACE_POKETEXT", hex()),
    trace(5, "PTRACE_POKEDATA", hex()),
    trace(6, "PTRACE_POKEUSR", hex()),
    trace(7, "PTRACE_CONT", sig()),
    trace(8, "PTRACE_KILL", num()),
    trace(9, "PTRACE_SINGLESTEP", sig()),
    trace(12, "PTRACE_GETREGS", out(216)),
    trace(13, "PTRACE_SETREGS", in(216)),
    trace(14, "PTRACE_GETFPREGS", out(512)),
    trace(15, "PTRACE_SETFPREGS", in(512)),
    trace(16, "PTRACE_ATTACH", num()),
    trace(17, "PTRACE_DETACH", sig()),
    trace(18, "PTRACE_GETFPXREGS", out(512)),
    trace(19, "PTRACE_SETFPXREGS", in(512)),
    trace(21, "PTRACE_OLDSETOPTIONS", hex()),
    trace(24, "PTRACE_SYSCALL", sig()),
    trace(25, "PTRACE_GET_THREAD_AREA", out(16)),
    trace(26, "PTRACE_SET_THREAD_AREA", in(16)),
    trace(30, "PTRACE_ARCH_PRCTL", hex(), kHandler),  // its option is in `data`
    trace(31, "PTRACE_SYSEMU", sig()),
    trace(32, "PTRACE_SYSEMU_SINGLESTEP", sig()),
    trace(33, "PTRACE_SINGLEBLOCK", sig()),
    trace(0x4200, "PTRACE_SETOPTIONS", hex()),
    trace(0x4201, "PTRACE_GETEVENTMSG", out(8)),
    trace(0x4202, "PTRACE_GETSIGINFO", out(128)),
    trace(0x4203, "PTRACE_SETSIGINFO", in(128)),
    trace(0x4204, "PTRACE_GETREGSET", in_out(16), kHandler),  // struct iovec
    trace(0x4205, "PTRACE_SETREGSET", in(16)),
    trace(0x4206, "PTRACE_SEIZE", hex()),
    trace(0x4207, "PTRACE_INTERRUPT", num()),
    trace(0x4208, "PTRACE_LISTEN", num()),
    trace(0x4209, "PTRACE_PEEKSIGINFO", out_result_elements(128)),
    sized_trace(0x420a, "PTRACE_GETSIGMASK", out_array(2)),
    sized_trace(0x420b, "PTRACE_SETSIGMASK", in_array(2)),
    trace(0x420c, "PTRACE_SECCOMP_GET_FILTER", out_result_elements(8)),
    sized_trace(0x420d, "PTRACE_SECCOMP_GET_METADATA", out_result(2)),
    sized_trace(0x420e, "PTRACE_GET_SYSCALL_INFO", out_result(2)),
    sized_trace(0x420f, "PTRACE_GET_RSEQ_CONFIGURATION", out_result(2)),
    sized_trace(0x4210, "PTRACE_SET_SYSCALL_USER_DISPATCH_CONFIG", in_array(2)),
    sized_trace(0x4211, "PTRACE_GET_SYSCALL_USER_DISPATCH_CONFIG", out_array(2)),
    sized_trace(0x4212, "PTRACE_SET_SYSCALL_INFO", in_array(2)),
};
// clang-format on

}  // namespace weft::syscall::variants
