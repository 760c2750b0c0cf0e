/// System V control calls by command, keyctl by operation, quotactl by command.
///
/// The System V commands are all here. GETALL is refused, as only the kernel knows its length. For
/// keyctl and quotactl, the rows refuse what is not here: operations that follow pointers inside
/// their arguments.
#pragma once

#include "weft/syscall/row.h"

namespace weft::syscall::variants {
using enum Policy;
using enum Block;

constexpr Variant semctl(uint32_t command, const char* name, Arg arg = {}) {
  return {66, 2, 0xffffffff, command, name, kRecord, kNever, {num(), num(), num(), arg}};
}
constexpr Variant shmctl(uint32_t command, const char* name, Arg arg = {}) {
  return {31, 1, 0xffffffff, command, name, kRecord, kNever, {num(), num(), arg}};
}
constexpr Variant msgctl(uint32_t command, const char* name, Arg arg = {}) {
  return {71, 1, 0xffffffff, command, name, kRecord, kNever, {num(), num(), arg}};
}
constexpr Variant key(uint32_t operation, const char* name, Arg a = {}, Arg b = {}, Arg c = {},
                      Arg d = {}) {
  return {250, 0, 0xffffffff, operation, name, kRecord, kMay, {num(), a, b, c, d}};
}
/// The low byte of quotactl's command is the kind of quota.
constexpr Variant quota(uint32_t command, const char* name, Arg arg = {}) {
  return {179, 0, 0xffffff00, command, name, kRecord, kMay, {hex(), path(), num(), arg}};
}
constexpr Variant quota_fd(uint32_t command, const char* name, Arg arg = {}) {
  return {443, 1, 0xffffff00, command, name, kRecord, kMay, {fd(), hex(), num(), arg}};
}

// clang-format off
inline constexpr Variant kSemctl[] = {
    semctl(0, "IPC_RMID"),
    semctl(1, "IPC_SET", in(104)),
    semctl(2, "IPC_STAT", out(104)),
    semctl(3, "IPC_INFO", out(40)),
    semctl(11, "GETPID"),
    semctl(12, "GETVAL"),
    {66, 2, 0xffffffff, 13, "GETALL", kRefuse, kNever, {num(), num(), num(), ptr()}},
    semctl(14, "GETNCNT"),
    semctl(15, "GETZCNT"),
    semctl(16, "SETVAL", num()),
    semctl(17, "SETALL", ptr()),
    semctl(18, "SEM_STAT", out(104)),
    semctl(19, "SEM_INFO", out(40)),
    semctl(20, "SEM_STAT_ANY", out(104)),
};

inline constexpr Variant kShmctl[] = {
    shmctl(0, "IPC_RMID"),
    shmctl(1, "IPC_SET", in(112)),
    shmctl(2, "IPC_STAT", out(112)),
    shmctl(3, "IPC_INFO", out(72)),
    shmctl(11, "SHM_LOCK"),
    shmctl(12, "SHM_UNLOCK"),
    shmctl(13, "SHM_STAT", out(112)),
    shmctl(14, "SHM_INFO", out(48)),
    shmctl(15, "SHM_STAT_ANY", out(112)),
};

inline constexpr Variant kMsgctl[] = {
    msgctl(0, "IPC_RMID"),
    msgctl(1, "IPC_SET", in(120)),
    msgctl(2, "IPC_STAT", out(120)),
    msgctl(3, "IPC_INFO", out(32)),
    msgctl(11, "MSG_STAT", out(120)),
    msgctl(12, "MSG_INFO", out(32)),
    msgctl(13, "MSG_STAT_ANY", out(120)),
};

inline constexpr Variant kKeyctl[] = {
    key(0, "KEYCTL_GET_KEYRING_ID", num(), num()),
    key(1, "KEYCTL_JOIN_SESSION_KEYRING", path()),
    key(2, "KEYCTL_UPDATE", num(), in_array(3), size()),
    key(3, "KEYCTL_REVOKE", num()),
    key(4, "KEYCTL_CHOWN", num(), num(), num()),
    key(5, "KEYCTL_SETPERM", num(), hex()),
    key(6, "KEYCTL_DESCRIBE", num(), out_result(3), size()),
    key(7, "KEYCTL_CLEAR", num()),
    key(8, "KEYCTL_LINK", num(), num()),
    key(9, "KEYCTL_UNLINK", num(), num()),
    key(10, "KEYCTL_SEARCH", num(), path(), path(), num()),
    key(11, "KEYCTL_READ", num(), out_result(3), size()),
    key(12, "KEYCTL_INSTANTIATE", num(), in_array(3), size(), num()),
    key(13, "KEYCTL_NEGATE", num(), size(), num()),
    key(14, "KEYCTL_SET_REQKEY_KEYRING", num()),
    key(15, "KEYCTL_SET_TIMEOUT", num(), size()),
    key(16, "KEYCTL_ASSUME_AUTHORITY", num()),
    key(17, "KEYCTL_GET_SECURITY", num(), out_result(3), size()),
    key(18, "KEYCTL_SESSION_TO_PARENT"),
    key(19, "KEYCTL_REJECT", num(), size(), num(), num()),
    key(20, "KEYCTL_INSTANTIATE_IOV", num(), in_iov(3), size(), num()),
    key(21, "KEYCTL_INVALIDATE", num()),
    key(22, "KEYCTL_GET_PERSISTENT", num(), num()),
    key(29, "KEYCTL_RESTRICT_KEYRING", num(), path(), path()),
    key(30, "KEYCTL_MOVE", num(), num(), num(), hex()),
    key(31, "KEYCTL_CAPABILITIES", out_result(2), size()),
    key(32, "KEYCTL_WATCH_KEY", num(), fd(), num()),
};

inline constexpr Variant kQuotactl[] = {
    quota(0x80000100, "Q_SYNC"),
    quota(0x80000200, "Q_QUOTAON", path()),
    quota(0x80000300, "Q_QUOTAOFF"),
    quota(0x80000400, "Q_GETFMT", out(4)),
    quota(0x80000500, "Q_GETINFO", out(24)),
    quota(0x80000600, "Q_SETINFO", in(24)),
    quota(0x80000700, "Q_GETQUOTA", out(72)),
    quota(0x80000800, "Q_SETQUOTA", in(72)),
    quota(0x80000900, "Q_GETNEXTQUOTA", out(72)),
    quota(0x00580100, "Q_XQUOTAON", in(4)),
    quota(0x00580200, "Q_XQUOTAOFF", in(4)),
    quota(0x00580300, "Q_XGETQUOTA", out(112)),
    quota(0x00580400, "Q_XSETQLIM", in(112)),
    quota(0x00580500, "Q_XGETQSTAT", out(80)),
    quota(0x00580600, "Q_XQUOTARM", in(4)),
    quota(0x00580700, "Q_XQUOTASYNC"),
    quota(0x00580800, "Q_XGETQSTATV", in_out(160)),
    quota(0x00580900, "Q_XGETNEXTQUOTA", out(112)),
};

inline constexpr Variant kQuotactlFd[] = {
    quota_fd(0x80000100, "Q_SYNC"),
    quota_fd(0x80000300, "Q_QUOTAOFF"),
    quota_fd(0x80000400, "Q_GETFMT", out(4)),
    quota_fd(0x80000500, "Q_GETINFO", out(24)),
    quota_fd(0x80000600, "Q_SETINFO", in(24)),
    quota_fd(0x80000700, "Q_GETQUOTA", out(72)),
    quota_fd(0x80000800, "Q_SETQUOTA", in(72)),
    quota_fd(0x80000900, "Q_GETNEXTQUOTA", out(72)),
};
// clang-format on

}  // namespace weft::syscall::variants
