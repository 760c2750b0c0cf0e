/// System calls on processes and threads: creation, exit, waiting, identity, scheduling, futexes.
/// One row a call; row.h explains the words. Part of the table in table.h.
#pragma once

#include "weft/syscall/row.h"

namespace weft::syscall::rows {
using enum Policy;
using enum Block;
// clang-format off

inline constexpr Row kProcess[] = {
    {24, "sched_yield", kRecord, kLikely, {}},
    {39, "getpid", kRecord, kNever, {}},
    {56, "clone", kHandler, kNever, {hex(), ptr(), ptr(), ptr(), ptr()}},
    {57, "fork", kHandler, kNever, {}},
    {58, "vfork", kHandler, kNever, {}},
    {59, "execve", kHandler, kNever, {path(), ptr(), ptr()}},
    {60, "exit", kHandler, kNever, {num()}},
    {61, "wait4", kRecord, kLikely, {pid(), out(4), hex(), out(144)}},
    {63, "uname", kRecord, kNever, {out(390)}},
    {97, "getrlimit", kRecord, kNever, {num(), out(16)}},
    {98, "getrusage", kRecord, kNever, {num(), out(144)}},
    {99, "sysinfo", kRecord, kNever, {out(112)}},
    {101, "ptrace", kRefuse, kNever, {num(), pid(), ptr(), ptr()}},
    {102, "getuid", kRecord, kNever, {}},
    {104, "getgid", kRecord, kNever, {}},
    {105, "setuid", kRecord, kNever, {num()}},
    {106, "setgid", kRecord, kNever, {num()}},
    {107, "geteuid", kRecord, kNever, {}},
    {108, "getegid", kRecord, kNever, {}},
    {109, "setpgid", kRecord, kNever, {pid(), pid()}},
    {110, "getppid", kRecord, kNever, {}},
    {111, "getpgrp", kRecord, kNever, {}},
    {112, "setsid", kRecord, kNever, {}},
    {113, "setreuid", kRecord, kNever, {num(), num()}},
    {114, "setregid", kRecord, kNever, {num(), num()}},
    {115, "getgroups", kRecord, kNever, {num(), out_result_elements(4)}},
    {116, "setgroups", kRecord, kNever, {num(), in_array(0, 4)}},
    {117, "setresuid", kRecord, kNever, {num(), num(), num()}},
    {118, "getresuid", kRecord, kNever, {out(4), out(4), out(4)}},
    {119, "setresgid", kRecord, kNever, {num(), num(), num()}},
    {120, "getresgid", kRecord, kNever, {out(4), out(4), out(4)}},
    {121, "getpgid", kRecord, kNever, {pid()}},
    {122, "setfsuid", kRecord, kNever, {num()}},
    {123, "setfsgid", kRecord, kNever, {num()}},
    {124, "getsid", kRecord, kNever, {pid()}},
    // The header gets the version that the kernel prefers when it does not know the one given.
    {125, "capget", kRecord, kNever, {in_out_always(8), out(24)}},
    {126, "capset", kRecord, kNever, {in_out_always(8), in(12)}},
    {135, "personality", kRecord, kNever, {hex()}},
    {140, "getpriority", kRecord, kNever, {num(), num()}},
    {141, "setpriority", kRecord, kNever, {num(), num(), num()}},
    {142, "sched_setparam", kRecord, kNever, {pid(), in(4)}},
    {143, "sched_getparam", kRecord, kNever, {pid(), out(4)}},
    {144, "sched_setscheduler", kRecord, kNever, {pid(), num(), in(4)}},
    {145, "sched_getscheduler", kRecord, kNever, {pid()}},
    {146, "sched_get_priority_max", kRecord, kNever, {num()}},
    {147, "sched_get_priority_min", kRecord, kNever, {num()}},
    {148, "sched_rr_get_interval", kRecord, kNever, {pid(), out(16)}},
    {154, "modify_ldt", kRefuse, kNever, {num(), ptr(), size()}},  // variants_process.h
    {157, "prctl", kRefuse, kNever, {num(), hex(), hex(), hex(), hex()}},  // variants_process.h
    {158, "arch_prctl", kRefuse, kNever, {hex(), ptr()}},  // variants_process.h
    {160, "setrlimit", kRecord, kNever, {num(), in(16)}},
    {186, "gettid", kRecord, kNever, {}},
    {202, "futex", kWrapped, kMay, {ptr(), num(), num(), ptr(), ptr(), num()}},  // variants_futex.h
    {203, "sched_setaffinity", kWrapped, kNever, {pid(), size(), in_array(1)}},
    {204, "sched_getaffinity", kWrapped, kNever, {pid(), size(), out_result(1)}},
    {218, "set_tid_address", kHandler, kNever, {ptr()}},
    {231, "exit_group", kHandler, kNever, {num()}},
    // Zeros are written even when there is nobody to wait for.
    {247, "waitid", kRecord, kLikely, {num(), pid(), out_always(28), hex(), out(144)}},
    {251, "ioprio_set", kRecord, kNever, {num(), num(), hex()}},
    {252, "ioprio_get", kRecord, kNever, {num(), num()}},
    {272, "unshare", kRecord, kMay, {hex()}},
    {273, "set_robust_list", kHandler, kNever, {ptr(), size()}},
    {274, "get_robust_list", kHandler, kNever, {pid(), out(8), out(8)}},
    {302, "prlimit64", kRecord, kNever, {pid(), num(), in(16), out(16)}},
    {308, "setns", kRecord, kMay, {fd(), hex()}},
    {309, "getcpu", kRecord, kNever, {out(4), out(4), ptr()}},
    {312, "kcmp", kRecord, kNever, {pid(), pid(), num(), hex(), hex()}},
    {314, "sched_setattr", kRecord, kNever, {pid(), in(48), hex()}},
    {315, "sched_getattr", kRecord, kNever, {pid(), out_array(2), size(), hex()}},
    {317, "seccomp", kHandler, kNever, {num(), hex(), ptr()}},
    {322, "execveat", kHandler, kNever, {fd(), path(), ptr(), ptr(), hex()}},
    {324, "membarrier", kRecord, kNever, {num(), hex(), num()}},
    {334, "rseq", kNoSys, kNever, {ptr(), size(), hex(), hex()}},
    {434, "pidfd_open", kRecord, kNever, {pid(), hex()}},
    {435, "clone3", kNoSys, kNever, {ptr(), size()}},
    {438, "pidfd_getfd", kRecord, kNever, {fd(), fd(), hex()}},
    {444, "landlock_create_ruleset", kRecord, kNever, {in_array(1), size(), hex()}},
    {445, "landlock_add_rule", kRecord, kNever, {fd(), num(), in(12), hex()}},
    {446, "landlock_restrict_self", kRecord, kNever, {fd(), hex()}},
    {449, "futex_waitv", kWrapped, kLikely, {in_array(1, 24), size(), hex(), in(16), num()}},
    {454, "futex_wake", kWrapped, kNever, {ptr(), hex(), num(), hex()}},
    {455, "futex_wait", kWrapped, kLikely, {ptr(), hex(), hex(), hex(), in(16), num()}},
    {456, "futex_requeue", kWrapped, kNever, {in(48), hex(), num(), num()}},
};

// clang-format on
}  // namespace weft::syscall::rows
