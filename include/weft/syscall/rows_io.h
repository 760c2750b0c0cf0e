/// System calls on open files: read and write, seek, poll, splice, locks, event descriptors.
/// One row a call; row.h explains the words. Part of the table in table.h.
#pragma once

#include "weft/syscall/row.h"

namespace weft::syscall::rows {
using enum Policy;
using enum Block;
// clang-format off

inline constexpr Row kIo[] = {
    {0, "read", kRecord, kMay, {fd(), out_result(2), size()}},
    {1, "write", kWrapped, kMay, {fd(), in_array(2), size()}},
    {3, "close", kWrapped, kMay, {fd()}},
    {5, "fstat", kRecord, kNever, {fd(), out(144)}},
    {7, "poll", kRecord, kLikely, {in_out_array_always(1, 8), size(), num()}},
    {8, "lseek", kRecord, kNever, {fd(), num(), num()}},
    {16, "ioctl", kRecord, kMay, {fd(), hex(), ioctl_arg(1)}},  // variants_ioctl.h
    {17, "pread64", kRecord, kMay, {fd(), out_result(2), size(), num()}},
    {18, "pwrite64", kWrapped, kMay, {fd(), in_array(2), size(), num()}},
    {19, "readv", kRecord, kMay, {fd(), out_iov(2), size()}},
    {20, "writev", kWrapped, kMay, {fd(), in_iov(2), size()}},
    {22, "pipe", kRecord, kNever, {out(8)}},
    {23, "select", kRecord, kLikely,
     {num(), fd_set_arg(), fd_set_arg(), fd_set_arg(), in_out_always(16)}},
    {32, "dup", kRecord, kNever, {fd()}},
    {33, "dup2", kWrapped, kMay, {fd(), fd()}},
    {40, "sendfile", kWrapped, kMay, {fd(), fd(), in_out(8), size()}},
    {72, "fcntl", kRecord, kNever, {fd(), num(), hex()}},  // variants_files.h
    {73, "flock", kRecord, kMay, {fd(), hex()}},
    {74, "fsync", kRecord, kMay, {fd()}},
    {75, "fdatasync", kRecord, kMay, {fd()}},
    {77, "ftruncate", kWrapped, kMay, {fd(), num()}},
    {78, "getdents", kRecord, kMay, {fd(), out_result(2), size()}},
    {81, "fchdir", kRecord, kMay, {fd()}},
    {91, "fchmod", kRecord, kMay, {fd(), mode()}},
    {93, "fchown", kRecord, kMay, {fd(), num(), num()}},
    {138, "fstatfs", kRecord, kMay, {fd(), out(120)}},
    {162, "sync", kRecord, kMay, {}},
    {187, "readahead", kRecord, kMay, {fd(), num(), size()}},
    {206, "io_setup", kNoSys, kNever, {size(), ptr()}},
    {207, "io_destroy", kNoSys, kNever, {hex()}},
    {208, "io_getevents", kNoSys, kNever, {hex(), num(), num(), ptr(), ptr()}},
    {209, "io_submit", kNoSys, kNever, {hex(), num(), ptr()}},
    {210, "io_cancel", kNoSys, kNever, {hex(), ptr(), ptr()}},
    {213, "epoll_create", kRecord, kNever, {num()}},
    {217, "getdents64", kRecord, kMay, {fd(), out_result(2), size()}},
    {221, "fadvise64", kRecord, kMay, {fd(), num(), size(), num()}},
    {232, "epoll_wait", kRecord, kLikely, {fd(), out_result_elements(12), num(), num()}},
    {233, "epoll_ctl", kRecord, kNever, {fd(), num(), fd(), kept(in(12))}},  // variants_files.h
    {253, "inotify_init", kRecord, kNever, {}},
    {255, "inotify_rm_watch", kRecord, kMay, {fd(), num()}},
    // The kernel puts the time that is left into the timespec, whatever libc's man page promises.
    {270, "pselect6", kWrapped, kLikely,
     {num(), fd_set_arg(), fd_set_arg(), fd_set_arg(), in_out_always(16), signal_mask_pair()}},
    {271, "ppoll", kWrapped, kLikely,
     {in_out_array_always(1, 8), size(), in_out_always(16), signal_mask(), size()}},
    {275, "splice", kRecord, kMay, {fd(), in_out(8), fd(), in_out(8), size(), hex()}},
    {276, "tee", kRecord, kMay, {fd(), fd(), size(), hex()}},
    {277, "sync_file_range", kRecord, kMay, {fd(), num(), num(), hex()}},
    // Reads the buffers or fills them: that depends on which end of the pipe the descriptor is.
    {278, "vmsplice", kRecord, kMay, {fd(), out_iov(2), size(), hex()}},
    {281, "epoll_pwait", kWrapped, kLikely,
     {fd(), out_result_elements(12), num(), num(), signal_mask(), size()}},
    {282, "signalfd", kRecord, kNever, {fd(), in_array(2), size()}},
    {283, "timerfd_create", kRecord, kNever, {num(), hex()}},
    {284, "eventfd", kRecord, kNever, {num()}},
    {285, "fallocate", kWrapped, kMay, {fd(), hex(), num(), num()}},
    {286, "timerfd_settime", kRecord, kNever, {fd(), hex(), kept(in(32)), out(32)}},
    {287, "timerfd_gettime", kRecord, kNever, {fd(), out(32)}},
    {289, "signalfd4", kRecord, kNever, {fd(), in_array(2), size(), hex()}},
    {290, "eventfd2", kRecord, kNever, {num(), hex()}},
    {291, "epoll_create1", kRecord, kNever, {hex()}},
    {292, "dup3", kWrapped, kMay, {fd(), fd(), hex()}},
    {293, "pipe2", kRecord, kNever, {out(8), hex()}},
    {294, "inotify_init1", kRecord, kNever, {hex()}},
    {295, "preadv", kRecord, kMay, {fd(), out_iov(2), size(), num(), num()}},
    {296, "pwritev", kWrapped, kMay, {fd(), in_iov(2), size(), num(), num()}},
    {300, "fanotify_init", kRecord, kNever, {hex(), hex()}},
    {306, "syncfs", kRecord, kMay, {fd()}},
    {326, "copy_file_range", kWrapped, kMay, {fd(), in_out(8), fd(), in_out(8), size(), hex()}},
    {327, "preadv2", kRecord, kMay, {fd(), out_iov(2), size(), num(), num(), hex()}},
    {328, "pwritev2", kWrapped, kMay, {fd(), in_iov(2), size(), num(), num(), hex()}},
    {333, "io_pgetevents", kNoSys, kNever, {hex(), num(), num(), ptr(), ptr(), ptr()}},
    {425, "io_uring_setup", kNoSys, kNever, {size(), ptr()}},
    {426, "io_uring_enter", kNoSys, kNever, {fd(), size(), size(), hex(), ptr(), size()}},
    {427, "io_uring_register", kNoSys, kNever, {fd(), num(), ptr(), size()}},
    {436, "close_range", kWrapped, kMay, {fd(), fd(), hex()}},
    {441, "epoll_pwait2", kWrapped, kLikely,
     {fd(), out_result_elements(12), num(), in(16), signal_mask(), size()}},
    {451, "cachestat", kRecord, kNever, {fd(), in(16), out(40), hex()}},
};

// clang-format on
}  // namespace weft::syscall::rows
