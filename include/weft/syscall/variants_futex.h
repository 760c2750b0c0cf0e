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
    {202, 1, kFutexOperation, 0, "FUTEX_WAIT", kWrapped, kLikely, {ptr(), num(), num(), in(16)}},
    {202, 1, kFutexOperation, 1, "FUTEX_WAKE", kWrapped, kNever, {ptr(), num(), num()}},
    {202, 1, kFutexOperation, 9, "FUTEX_WAIT_BITSET", kWrapped, kLikely,
     {ptr(), num(), num(), in(16), ptr(), hex()}},
    {202, 1, kFutexOperation, 10, "FUTEX_WAKE_BITSET", kWrapped, kNever,
     {ptr(), num(), num(), ptr(), ptr(), hex()}},
    {202, 1, kFutexOperation, 3, "FUTEX_REQUEUE", kWrapped, kNever,
     {ptr(), num(), num(), num(), ptr()}},
    {202, 1, kFutexOperation, 4, "FUTEX_CMP_REQUEUE", kWrapped, kNever,
     {ptr(), num(), num(), num(), ptr(), num()}},
    // Changes the second word, also when nobody waits; the first is only looked up.
    {202, 1, kFutexOperation, 5, "FUTEX_WAKE_OP", kWrapped, kNever,
     {ptr(), num(), num(), num(), in_out(4), hex()}},
    {202, 1, kFutexOperation, 6, "FUTEX_LOCK_PI", kWrapped, kLikely,
     {in_out_always(4), num(), num(), in(16)}},
    {202, 1, kFutexOperation, 7, "FUTEX_UNLOCK_PI", kWrapped, kNever, {in_out_always(4), num()}},
    {202, 1, kFutexOperation, 8, "FUTEX_TRYLOCK_PI", kWrapped, kNever, {in_out_always(4), num()}},
    {202, 1, kFutexOperation, 11, "FUTEX_WAIT_REQUEUE_PI", kWrapped, kLikely,
     {ptr(), num(), num(), in(16), in_out_always(4), num()}},
    {202, 1, kFutexOperation, 12, "FUTEX_CMP_REQUEUE_PI", kWrapped, kNever,
     {ptr(), num(), num(), num(), in_out_always(4), num()}},
    {202, 1, kFutexOperation, 13, "FUTEX_LOCK_PI2", kWrapped, kLikely,
     {in_out_always(4), num(), num(), in(16)}},
};
// clang-format on

}  // namespace weft::syscall::variants
