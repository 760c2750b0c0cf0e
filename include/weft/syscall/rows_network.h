/// System calls on sockets.
/// One row a call; row.h explains the words. Part of the table in table.h.
#pragma once

#include "weft/syscall/row.h"

namespace weft::syscall::rows {
using enum Policy;
using enum Block;
// clang-format off

inline constexpr Row kNetwork[] = {
    {41, "socket", kRecord, kNever, {num(), hex(), num()}},
    {42, "connect", kRecord, kMay, {fd(), kept(in_array(2)), size()}},
    {43, "accept", kRecord, kLikely, {kept(fd()), out_len(2), in_out_len()}},
    {44, "sendto", kRecord, kMay, {fd(), in_array(2), size(), hex(), in_array(5), size()}},
    {45, "recvfrom", kRecord, kMay, {fd(), out_result(2), size(), hex(), out_len(5), in_out_len()}},
    {46, "sendmsg", kRecord, kMay, {fd(), in_msg(), hex()}},
    {47, "recvmsg", kRecord, kMay, {fd(), out_msg(), hex()}},
    {48, "shutdown", kRecord, kMay, {fd(), num()}},
    {49, "bind", kRecord, kMay, {fd(), kept(in_array(2)), size()}},
    {50, "listen", kRecord, kNever, {fd(), num()}},
    {51, "getsockname", kRecord, kNever, {fd(), out_len(2), in_out_len()}},
    {52, "getpeername", kRecord, kNever, {fd(), out_len(2), in_out_len()}},
    // The new descriptors are written before the kernel knows whether it can make the pair.
    {53, "socketpair", kRecord, kNever, {num(), hex(), num(), out_always(8)}},
    {54, "setsockopt", kWrapped, kMay, {fd(), num(), num(), in_array(4), size()}},
    {55, "getsockopt", kRecord, kNever, {fd(), num(), num(), out_len(4), in_out_len()}},
    {170, "sethostname", kRecord, kNever, {in_array(1), size()}},
    {171, "setdomainname", kRecord, kNever, {in_array(1), size()}},
    {288, "accept4", kRecord, kLikely, {kept(fd()), out_len(2), in_out_len(), hex()}},
    {299, "recvmmsg", kRecord, kMay, {fd(), out_mmsg(2), size(), hex(), in_out(16)}},
    {307, "sendmmsg", kRecord, kMay, {fd(), in_mmsg(2), size(), hex()}},
};

// clang-format on
}  // namespace weft::syscall::rows
