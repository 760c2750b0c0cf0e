/// System calls that shape memory: map, protection, locking, NUMA placement, other processes.
/// One row a call; row.h explains the words. Part of the table in table.h.
#pragma once

#include "weft/syscall/row.h"

namespace weft::syscall::rows {
using enum Policy;
using enum Block;
// clang-format off

inline constexpr Row kMemory[] = {
    {9, "mmap", kHandler, kNever, {ptr(), size(), hex(), hex(), fd(), num()}},
    {10, "mprotect", kHandler, kNever, {ptr(), size(), hex()}},
    {11, "munmap", kHandler, kNever, {ptr(), size()}},
    {12, "brk", kHandler, kNever, {ptr()}},
    {25, "mremap", kHandler, kNever, {ptr(), size(), size(), hex(), ptr()}},
    {26, "msync", kRecord, kMay, {ptr(), size(), hex()}},
    {27, "mincore", kRecord, kNever, {ptr(), size(), out_pages(1)}},
    {28, "madvise", kHandler, kNever, {ptr(), size(), num()}},  // variants_process.h
    {30, "shmat", kHandler, kNever, {num(), ptr(), hex()}},
    {67, "shmdt", kHandler, kNever, {ptr()}},
    {149, "mlock", kRecord, kNever, {ptr(), size()}},
    {150, "munlock", kRecord, kNever, {ptr(), size()}},
    {151, "mlockall", kRecord, kNever, {hex()}},
    {152, "munlockall", kRecord, kNever, {}},
    {216, "remap_file_pages", kHandler, kNever, {ptr(), size(), hex(), size(), hex()}},
    {237, "mbind", kRecord, kNever, {ptr(), size(), num(), in_nodes(4), size(), hex()}},
    {238, "set_mempolicy", kRecord, kNever, {num(), in_nodes(2), size()}},
    {239, "get_mempolicy", kRecord, kNever, {out(4), out_nodes(2), size(), ptr(), hex()}},
    {256, "migrate_pages", kRecord, kMay, {pid(), size(), in_nodes(1), in_nodes(1)}},
    {279, "move_pages", kRecord, kMay,
     {pid(), size(), in_array(1, 8), in_array(1, 4), out_array_always(1, 4), hex()}},
    {310, "process_vm_readv", kRecord, kMay,
     {pid(), out_iov(2), size(), in_array(4, 16), size(), hex()}},
    // Could write to the program itself behind the recording's back.
    {311, "process_vm_writev", kWrapped, kNever,
     {pid(), in_iov(2), size(), in_array(4, 16), size(), hex()}},
    {319, "memfd_create", kRecord, kNever, {path(), hex()}},
    {323, "userfaultfd", kNoSys, kNever, {hex()}},
    {325, "mlock2", kRecord, kNever, {ptr(), size(), hex()}},
    {329, "pkey_mprotect", kHandler, kNever, {ptr(), size(), hex(), num()}},
    // Keys are switched by an instruction (wrpkru) that replay does not see: programs fall back.
    {330, "pkey_alloc", kNoSys, kNever, {hex(), hex()}},
    {331, "pkey_free", kNoSys, kNever, {num()}},
    // variants_process.h
    {440, "process_madvise", kRefuse, kNever, {fd(), in_array(2, 16), size(), num(), hex()}},
    {447, "memfd_secret", kRecord, kNever, {hex()}},
    {448, "process_mrelease", kRecord, kMay, {fd(), hex()}},
    {450, "set_mempolicy_home_node", kRecord, kNever, {ptr(), size(), num(), hex()}},
    {453, "map_shadow_stack", kNoSys, kNever, {ptr(), size(), hex()}},
    {462, "mseal", kRecord, kNever, {ptr(), size(), hex()}},
};

// clang-format on
}  // namespace weft::syscall::rows
