/// System calls on signals, clocks and timers.
/// One row a call; row.h explains the words. Part of the table in table.h.
#pragma once

#include "weft/syscall/row.h"

namespace weft::syscall::rows {
using enum Policy;
using enum Block;
// clang-format off

inline constexpr Row kSignalTime[] = {
    {13, "rt_sigaction", kHandler, kNever, {sig(), in(32), out(32), size()}},
    {14, "rt_sigprocmask", kHandler, kNever, {num(), in_array(3), out_array(3), size()}},
    {15, "rt_sigreturn", kHandler, kNever, {}},
    {34, "pause", kRecord, kLikely, {}},
    {35, "nanosleep", kRecord, kLikely, {in(16), out_always(16)}},
    {36, "getitimer", kRecord, kNever, {num(), out(32)}},
    {37, "alarm", kRecord, kNever, {size()}},
    {38, "setitimer", kRecord, kNever, {num(), in(32), out(32)}},
    {62, "kill", kRecord, kNever, {pid(), sig()}},
    {96, "gettimeofday", kRecord, kNever, {out(16), out(8)}},
    {100, "times", kRecord, kNever, {out(32)}},
    {127, "rt_sigpending", kRecord, kNever, {out_array(1), size()}},
    {128, "rt_sigtimedwait", kRecord, kLikely, {in_array(3), out(128), in(16), size()}},
    {129, "rt_sigqueueinfo", kRecord, kNever, {pid(), sig(), in(48)}},
    {130, "rt_sigsuspend", kHandler, kLikely, {signal_mask(), size()}},
    {131, "sigaltstack", kHandler, kNever, {in(24), out(24)}},
    // Writes the state of the clock even when the change is not permitted.
    {159, "adjtimex", kRecord, kNever, {in_out_always(208)}},
    {164, "settimeofday", kRecord, kNever, {in(16), in(8)}},
    {200, "tkill", kRecord, kNever, {pid(), sig()}},
    {201, "time", kRecord, kNever, {out(8)}},
    {219, "restart_syscall", kRecord, kLikely, {}},
    {222, "timer_create", kRecord, kNever, {num(), in(64), out(4)}},
    {223, "timer_settime", kRecord, kNever, {num(), hex(), in(32), out(32)}},
    {224, "timer_gettime", kRecord, kNever, {num(), out(32)}},
    {225, "timer_getoverrun", kRecord, kNever, {num()}},
    {226, "timer_delete", kRecord, kNever, {num()}},
    {227, "clock_settime", kRecord, kNever, {num(), in(16)}},
    {228, "clock_gettime", kRecord, kNever, {num(), out(16)}},
    {229, "clock_getres", kRecord, kNever, {num(), out(16)}},
    {230, "clock_nanosleep", kRecord, kLikely, {num(), hex(), in(16), out_always(16)}},
    {234, "tgkill", kRecord, kNever, {pid(), pid(), sig()}},
    {297, "rt_tgsigqueueinfo", kRecord, kNever, {pid(), pid(), sig(), in(48)}},
    {305, "clock_adjtime", kRecord, kNever, {num(), in_out(208)}},
    {424, "pidfd_send_signal", kRecord, kNever, {fd(), sig(), in(48), hex()}},
};

// clang-format on
}  // namespace weft::syscall::rows
