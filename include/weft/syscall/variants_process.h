/// Calls of a process on itself whose arguments depend on an option: prctl, arch_prctl, madvise,
/// process_madvise, modify_ldt. Their rows refuse what is not here.
#pragma once

#include "weft/syscall/row.h"

namespace weft::syscall::variants {
using enum Policy;
using enum Block;

/// A prctl that moves no memory, or only through its first argument.
constexpr Variant option(uint32_t number, const char* name, Arg arg = {}, Policy policy = kRecord) {
  return {157, 0, 0xffffffff, number, name, policy, kNever, {num(), arg}};
}
constexpr Variant arch_option(uint32_t number, const char* name, Arg arg, Policy policy = kRecord) {
  return {158, 0, 0xffffffff, number, name, policy, kNever, {hex(), arg}};
}
/// Advice that changes what is kept, not what is read.
constexpr Variant advice(uint32_t number, const char* name) {
  return {28, 2, 0xffffffff, number, name, kRecord, kMay, {ptr(), size(), num()}};
}
/// Advice that changes what memory holds, here or in a fork's child.
constexpr Variant changing_advice(uint32_t number, const char* name) {
  return {28, 2, 0xffffffff, number, name, kHandler, kNever, {ptr(), size(), num()}};
}
constexpr Variant remote_advice(uint32_t number, const char* name) {
  return {440,  3,       0xffffffff, number,
          name, kRecord, kMay,       {fd(), in_array(2, 16), size(), num(), hex()}};
}

// clang-format off
/// The options that x86-64 knows, up to kernel 6.18; the others are for other machines.
inline constexpr Variant kPrctl[] = {
    option(1, "PR_SET_PDEATHSIG", sig()),
    option(2, "PR_GET_PDEATHSIG", out(4)),
    option(3, "PR_GET_DUMPABLE"),
    option(4, "PR_SET_DUMPABLE", num()),
    option(7, "PR_GET_KEEPCAPS"),
    option(8, "PR_SET_KEEPCAPS", num()),
    option(13, "PR_GET_TIMING"),
    option(14, "PR_SET_TIMING", num()),
    option(15, "PR_SET_NAME", path(15)),
    option(16, "PR_GET_NAME", out(16)),
    option(21, "PR_GET_SECCOMP"),
    {157, 0, 0xffffffff, 22, "PR_SET_SECCOMP", kHandler, kNever, {num(), num(), ptr()}},
    option(23, "PR_CAPBSET_READ", num()),
    option(24, "PR_CAPBSET_DROP", num()),
    option(25, "PR_GET_TSC", out(4)),
    option(26, "PR_SET_TSC", num(), kRefuse),  // weft reads the counter itself
    option(27, "PR_GET_SECUREBITS"),
    option(28, "PR_SET_SECUREBITS", hex()),
    option(29, "PR_SET_TIMERSLACK", size()),
    option(30, "PR_GET_TIMERSLACK"),
    option(31, "PR_TASK_PERF_EVENTS_DISABLE"),
    option(32, "PR_TASK_PERF_EVENTS_ENABLE"),
    {157, 0, 0xffffffff, 33, "PR_MCE_KILL", kRecord, kNever, {num(), num(), num()}},
    option(34, "PR_MCE_KILL_GET"),
    {157, 0, 0xffffffff, 35, "PR_SET_MM", kHandler, kNever, {num(), num(), ptr(), size()}},
    option(36, "PR_SET_CHILD_SUBREAPER", num()),
    option(37, "PR_GET_CHILD_SUBREAPER", out(4)),
    option(38, "PR_SET_NO_NEW_PRIVS", num()),
    option(39, "PR_GET_NO_NEW_PRIVS"),
    option(40, "PR_GET_TID_ADDRESS", out(8), kHandler),
    option(41, "PR_SET_THP_DISABLE", num()),
    option(42, "PR_GET_THP_DISABLE"),
    {157, 0, 0xffffffff, 47, "PR_CAP_AMBIENT", kRecord, kNever, {num(), num(), num()}},
    option(52, "PR_GET_SPECULATION_CTRL", num()),
    {157, 0, 0xffffffff, 53, "PR_SET_SPECULATION_CTRL", kRecord, kNever, {num(), num(), hex()}},
    option(57, "PR_SET_IO_FLUSHER", num()),
    option(58, "PR_GET_IO_FLUSHER"),
    option(59, "PR_SET_SYSCALL_USER_DISPATCH", num(), kRefuse),
    {157, 0, 0xffffffff, 62, "PR_SCHED_CORE", kRecord, kNever,
     {num(), num(), pid(), num(), out(8)}},
    option(65, "PR_SET_MDWE", hex(), kRefuse),
    option(66, "PR_GET_MDWE"),
    option(67, "PR_SET_MEMORY_MERGE", num()),
    option(68, "PR_GET_MEMORY_MERGE"),
    option(74, "PR_GET_SHADOW_STACK_STATUS", out(8)),
    option(75, "PR_SET_SHADOW_STACK_STATUS", hex(), kRefuse),
    option(76, "PR_LOCK_SHADOW_STACK_STATUS", hex()),
    option(77, "PR_TIMER_CREATE_RESTORE_IDS", num()),
    {157, 0, 0xffffffff, 78, "PR_FUTEX_HASH", kRecord, kNever, {num(), num(), num(), hex()}},
    {157, 0, 0xffffffff, 0x41555856, "PR_GET_AUXV", kRecord, kNever,
     {num(), out_result(2), size()}},
    {157, 0, 0xffffffff, 0x53564d41, "PR_SET_VMA", kRecord, kNever,
     {num(), num(), ptr(), size(), path(80)}},
    option(0x59616d61, "PR_SET_PTRACER", pid()),
};

inline constexpr Variant kArchPrctl[] = {
    arch_option(0x1001, "ARCH_SET_GS", ptr(), kHandler),
    arch_option(0x1002, "ARCH_SET_FS", ptr(), kHandler),
    arch_option(0x1003, "ARCH_GET_FS", out(8), kHandler),
    arch_option(0x1004, "ARCH_GET_GS", out(8), kHandler),
    arch_option(0x1011, "ARCH_GET_CPUID", {}),
    arch_option(0x1012, "ARCH_SET_CPUID", num(), kHandler),
    arch_option(0x1021, "ARCH_GET_XCOMP_SUPP", out(8)),
    arch_option(0x1022, "ARCH_GET_XCOMP_PERM", out(8)),
    arch_option(0x1023, "ARCH_REQ_XCOMP_PERM", num(), kHandler),
    arch_option(0x1024, "ARCH_GET_XCOMP_GUEST_PERM", out(8)),
    arch_option(0x1025, "ARCH_REQ_XCOMP_GUEST_PERM", num()),
    arch_option(0x3001, "ARCH_CET_STATUS", ptr()),  // glibc asks; no released kernel ever answered
    arch_option(0x4001, "ARCH_GET_UNTAG_MASK", out(8)),
    arch_option(0x4003, "ARCH_GET_MAX_TAG_BITS", out(8)),
    arch_option(0x5005, "ARCH_SHSTK_STATUS", out(8)),
};

inline constexpr Variant kMadvise[] = {
    changing_advice(4, "MADV_DONTNEED"),
    changing_advice(8, "MADV_FREE"),
    changing_advice(9, "MADV_REMOVE"),
    changing_advice(10, "MADV_DONTFORK"),
    changing_advice(11, "MADV_DOFORK"),
    changing_advice(18, "MADV_WIPEONFORK"),
    changing_advice(19, "MADV_KEEPONFORK"),
    changing_advice(24, "MADV_DONTNEED_LOCKED"),
    changing_advice(102, "MADV_GUARD_INSTALL"),
    changing_advice(103, "MADV_GUARD_REMOVE"),
    advice(0, "MADV_NORMAL"),
    advice(1, "MADV_RANDOM"),
    advice(2, "MADV_SEQUENTIAL"),
    advice(3, "MADV_WILLNEED"),
    advice(12, "MADV_MERGEABLE"),
    advice(13, "MADV_UNMERGEABLE"),
    advice(14, "MADV_HUGEPAGE"),
    advice(15, "MADV_NOHUGEPAGE"),
    advice(16, "MADV_DONTDUMP"),
    advice(17, "MADV_DODUMP"),
    advice(20, "MADV_COLD"),
    advice(21, "MADV_PAGEOUT"),
    advice(22, "MADV_POPULATE_READ"),
    advice(23, "MADV_POPULATE_WRITE"),
    advice(25, "MADV_COLLAPSE"),
};

inline constexpr Variant kProcessMadvise[] = {
    remote_advice(3, "MADV_WILLNEED"),
    remote_advice(20, "MADV_COLD"),
    remote_advice(21, "MADV_PAGEOUT"),
    remote_advice(25, "MADV_COLLAPSE"),
};

inline constexpr Variant kModifyLdt[] = {
    {154, 0, 0xffffffff, 0, "read", kRecord, kNever, {num(), out_result(2), size()}},
    {154, 0, 0xffffffff, 1, "write, as once", kHandler, kNever, {num(), in_array(2), size()}},
    {154, 0, 0xffffffff, 2, "read default", kRecord, kNever, {num(), out_result(2), size()}},
    {154, 0, 0xffffffff, 0x11, "write", kHandler, kNever, {num(), in_array(2), size()}},
};
// clang-format on

}  // namespace weft::syscall::variants
