/// System calls on System V and POSIX message passing, keys, security modules, the machine itself;
/// and the numbers that lead nowhere.
/// One row a call; row.h explains the words. Part of the table in table.h.
#pragma once

#include "weft/syscall/row.h"

namespace weft::syscall::rows {
using enum Policy;
using enum Block;
// clang-format off

inline constexpr Row kMisc[] = {
    // System V: variants_ipc.h has the control calls by command
    {29, "shmget", kRecord, kNever, {hex(), size(), hex()}},
    {31, "shmctl", kRecord, kNever, {num(), num(), ptr()}},
    {64, "semget", kRecord, kNever, {hex(), num(), hex()}},
    {65, "semop", kRecord, kLikely, {num(), in_array(2, 6), size()}},
    {66, "semctl", kRecord, kNever, {num(), num(), num(), hex()}},
    {68, "msgget", kRecord, kNever, {hex(), hex()}},
    {69, "msgsnd", kRecord, kMay, {num(), in_msgbuf(2), size(), hex()}},
    {70, "msgrcv", kRecord, kLikely, {num(), out_msgbuf(2), size(), num(), hex()}},
    {71, "msgctl", kRecord, kNever, {num(), num(), ptr()}},
    {220, "semtimedop", kRecord, kLikely, {num(), in_array(2, 6), size(), in(16)}},

    // POSIX message queues
    {240, "mq_open", kRecord, kMay, {path(), hex(), mode(), in(64)}},
    {241, "mq_unlink", kRecord, kMay, {path()}},
    {242, "mq_timedsend", kRecord, kLikely, {fd(), in_array(2), size(), size(), in(16)}},
    {243, "mq_timedreceive", kRecord, kLikely, {fd(), out_result(2), size(), out(4), in(16)}},
    {244, "mq_notify", kRecord, kNever, {fd(), in(64)}},
    {245, "mq_getsetattr", kRecord, kNever, {fd(), in(64), out(64)}},

    // Keys and security modules
    {248, "add_key", kRecord, kMay, {path(), path(), in_array(3), size(), num()}},
    {249, "request_key", kRecord, kMay, {path(), path(), path(), num()}},
    {250, "keyctl", kRefuse, kNever, {num(), hex(), hex(), hex(), hex()}},  // variants_ipc.h
    {459, "lsm_get_self_attr", kRecord, kNever, {num(), out_len(2), in_out_len(), hex()}},
    {460, "lsm_set_self_attr", kRecord, kNever, {num(), in_array(2), size(), hex()}},
    {461, "lsm_list_modules", kRecord, kNever, {out_len(1), in_out_len(), hex()}},

    // The machine
    {103, "syslog", kRecord, kMay, {num(), out_result(2), num()}},
    {139, "sysfs", kRefuse, kNever, {num(), hex(), ptr()}},
    {153, "vhangup", kRecord, kMay, {}},
    {169, "reboot", kRecord, kMay, {hex(), hex(), hex(), ptr()}},
    // Port instructions of the program would fault in replay, where the permission is not given.
    {172, "iopl", kRefuse, kNever, {num()}},
    {173, "ioperm", kRefuse, kNever, {num(), num(), num()}},
    {175, "init_module", kRecord, kMay, {in_array(1), size(), path()}},
    {176, "delete_module", kRecord, kMay, {path(), hex()}},
    {179, "quotactl", kRefuse, kMay, {hex(), path(), num(), ptr()}},  // variants_ipc.h
    {246, "kexec_load", kRecord, kMay, {ptr(), size(), in_array(1, 32), hex()}},
    {298, "perf_event_open", kRecord, kNever, {in(64), pid(), num(), fd(), hex()}},
    {313, "finit_module", kRecord, kMay, {fd(), path(), hex()}},
    {318, "getrandom", kRecord, kMay, {out_result(1), size(), hex()}},
    {320, "kexec_file_load", kRecord, kMay, {fd(), fd(), size(), in_array(2), hex()}},
    // Maps are shared with code in the kernel, which writes to program memory whenever it likes.
    {321, "bpf", kRefuse, kNever, {num(), ptr(), size()}},
    {443, "quotactl_fd", kRefuse, kMay, {fd(), hex(), num(), ptr()}},  // variants_ipc.h

    // Only the kernel's own trampolines may call these
    {335, "uretprobe", kNoSys, kNever, {}},
    {336, "uprobe", kNoSys, kNever, {}},

    // Numbers that no kernel since 6.9 serves
    {134, "uselib", kUnknown, kNever, {}},
    {156, "_sysctl", kUnknown, kNever, {}},
    {174, "create_module", kUnknown, kNever, {}},
    {177, "get_kernel_syms", kUnknown, kNever, {}},
    {178, "query_module", kUnknown, kNever, {}},
    {180, "nfsservctl", kUnknown, kNever, {}},
    {181, "getpmsg", kUnknown, kNever, {}},
    {182, "putpmsg", kUnknown, kNever, {}},
    {183, "afs_syscall", kUnknown, kNever, {}},
    {184, "tuxcall", kUnknown, kNever, {}},
    {185, "security", kUnknown, kNever, {}},
    {205, "set_thread_area", kUnknown, kNever, {}},
    {211, "get_thread_area", kUnknown, kNever, {}},
    {212, "lookup_dcookie", kUnknown, kNever, {}},
    {214, "epoll_ctl_old", kUnknown, kNever, {}},
    {215, "epoll_wait_old", kUnknown, kNever, {}},
    {236, "vserver", kUnknown, kNever, {}},
};

// clang-format on
}  // namespace weft::syscall::rows
