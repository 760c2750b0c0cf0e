/// futex by operation. FUTEX_PRIVATE_FLAG and FUTEX_CLOCK_REALTIME play no part.
///
/// Waiting and waking are recorded like any other call. The operations on PI futexes are not: there
/// the kernel itself writes the owner into the futex word, also into that of another thread.
#pragma once

#include "weft/syscall/row.h"

namespace weft::syscall::variants {
using enum Policy;
using enum Block;

inline constexpr uint64_t kFutexOperation = 0xfffffe7f;  ///< FUTEX_CMD_MASK

// clang-format off
inline constexpr Variant kFutex[] = {
    {202, 1, kFutexOperation, 0, "FUTEX_WAIT", kRecord, kLikely, {ptr(), num(), num(), in(16)}},
    {202, 1, kFutexOperation, 1, "FUTEX_WAKE", kRecord, kNever, {ptr(), num(), num()}},
    {202, 1, kFutexOperation, 9, "FUTEX_WAIT_BITSET", kRecord, kLikely,
     {ptr(), num(), num(), in(16), ptr(), hex()}},
    {202, 1, kFutexOperation, 10, "FUTEX_WAKE_BITSET", kRecord, kNever,
     {ptr(), num(), num(), ptr(), ptr(), hex()}},
    {202, 1, kFutexOperation, 3, "FUTEX_REQUEUE", kRecord, kNever,
     {ptr(), num(), num(), num(), ptr()}},
    {202, 1, kFutexOperation, 4, "FUTEX_CMP_REQUEUE", kRecord, kNever,
     {ptr(), num(), num(), num(), ptr(), num()}},
    // Changes the second word, also when nobody waits; the first is only looked up.
    {202, 1, kFutexOperation, 5, "FUTEX_WAKE_OP", kRecord, kNever,
     {ptr(), num(), num(), num(), in_out(4), hex()}},
    {202, 1, kFutexOperation, 6, "FUTEX_LOCK_PI", kHandler, kLikely,
     {in_out_always(4), num(), num(), in(16)}},
    {202, 1, kFutexOperation, 7, "FUTEX_UNLOCK_PI", kHandler, kNever, {in_out_always(4), num()}},
    {202, 1, kFutexOperation, 8, "FUTEX_TRYLOCK_PI", kHandler, kNever, {in_out_always(4), num()}},
    {202, 1, kFutexOperation, 11, "FUTEX_WAIT_REQUEUE_PI", kHandler, kLikely,
     {ptr(), num(), num(), in(16), in_out_always(4), num()}},
    {202, 1, kFutexOperation, 12, "FUTEX_CMP_REQUEUE_PI", kHandler, kNever,
     {ptr(), num(), num(), num(), in_out_always(4), num()}},
    {202, 1, kFutexOperation, 13, "FUTEX_LOCK_PI2", kHandler, kLikely,
     {in_out_always(4), num(), num(), in(16)}},
};
// clang-format on

}  // namespace weft::syscall::variants
