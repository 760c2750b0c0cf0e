/// Calls on files whose arguments depend on a command: fcntl, epoll_ctl, name_to_handle_at.
#pragma once

#include "weft/syscall/row.h"

namespace weft::syscall::variants {
using enum Policy;
using enum Block;

constexpr Variant fcntl_command(uint32_t command, const char* name, Arg arg, Block block = kNever) {
  return {72, 1, 0xffffffff, command, name, kRecord, block, {fd(), num(), arg}};
}

// clang-format off
/// Complete up to kernel 6.19: other commands are errors.
inline constexpr Variant kFcntl[] = {
    fcntl_command(3, "F_GETFL", {}),
    {72, 1, 0xffffffff, 4, "F_SETFL", kWrapped, kNever, {fd(), num(), hex()}},
    fcntl_command(1, "F_GETFD", {}),
    fcntl_command(2, "F_SETFD", hex()),
    fcntl_command(1030, "F_DUPFD_CLOEXEC", fd()),
    fcntl_command(0, "F_DUPFD", fd()),
    fcntl_command(5, "F_GETLK", in_out(32), kMay),
    fcntl_command(6, "F_SETLK", in(32), kMay),
    fcntl_command(7, "F_SETLKW", in(32), kLikely),
    fcntl_command(8, "F_SETOWN", pid()),
    fcntl_command(9, "F_GETOWN", {}),
    fcntl_command(10, "F_SETSIG", sig()),
    fcntl_command(11, "F_GETSIG", {}),
    fcntl_command(15, "F_SETOWN_EX", in(8)),
    fcntl_command(16, "F_GETOWN_EX", out(8)),
    fcntl_command(17, "F_GETOWNER_UIDS", out(8)),
    fcntl_command(36, "F_OFD_GETLK", in_out(32), kMay),
    fcntl_command(37, "F_OFD_SETLK", in(32), kMay),
    fcntl_command(38, "F_OFD_SETLKW", in(32), kLikely),
    fcntl_command(1024, "F_SETLEASE", num()),
    fcntl_command(1025, "F_GETLEASE", {}),
    fcntl_command(1026, "F_NOTIFY", hex()),
    fcntl_command(1027, "F_DUPFD_QUERY", fd()),
    fcntl_command(1028, "F_CREATED_QUERY", {}),
    fcntl_command(1029, "F_CANCELLK", {}),
    fcntl_command(1031, "F_SETPIPE_SZ", size()),
    fcntl_command(1032, "F_GETPIPE_SZ", {}),
    fcntl_command(1033, "F_ADD_SEALS", hex()),
    fcntl_command(1034, "F_GET_SEALS", {}),
    fcntl_command(1035, "F_GET_RW_HINT", out(8)),
    fcntl_command(1036, "F_SET_RW_HINT", in(8)),
    fcntl_command(1037, "F_GET_FILE_RW_HINT", out(8)),
    fcntl_command(1038, "F_SET_FILE_RW_HINT", in(8)),
    fcntl_command(1039, "F_GETDELEG", in_out(8)),
    fcntl_command(1040, "F_SETDELEG", in(8)),
};

inline constexpr Variant kEpollCtl[] = {
    {233, 1, 0xffffffff, 1, "EPOLL_CTL_ADD", kRecord, kNever,
     {fd(), num(), fd(), kept(in(12))}},
    {233, 1, 0xffffffff, 3, "EPOLL_CTL_MOD", kRecord, kNever,
     {fd(), num(), fd(), kept(in(12))}},
    {233, 1, 0xffffffff, 2, "EPOLL_CTL_DEL", kRecord, kNever, {fd(), num(), fd(), ptr()}},
};

inline constexpr Variant kNameToHandleAt[] = {
    {303, 4, 0x1, 0x1, "AT_HANDLE_MNT_ID_UNIQUE", kRecord, kMay,
     {fd(), path(), file_handle(), out_always(8), hex()}},
};
// clang-format on

}  // namespace weft::syscall::variants
