/// What a row of the table asks for, at a glance: a bit for each argument.
///
/// A call passes the runtime in some hundred nanoseconds, and most arguments are plain numbers. The
/// compiler works out once which of them have to be looked at, when, and why.
#pragma once

#include <cstdint>

#include "weft/syscall/row.h"

namespace weft::syscall {

struct Plan {
  uint8_t arity = 0;
  // Bit n stands for argument n.
  uint8_t writes = 0;          ///< a successful call may write memory there
  uint8_t writes_failing = 0;  ///< of these: also a failing one
  uint8_t lengths = 0;         ///< of these: kInOutLen
  uint8_t reads = 0;           ///< what is handed to the call, and compared in replay
  uint8_t paths = 0;           ///< of these: strings
  uint8_t sends = 0;           ///< of these: data of the program's, of which the trace keeps some
  uint8_t keeps = 0;           ///< of these: small things that the trace keeps (Arg::kept)
};

/// Bytes of the caller's choosing, counted by another argument: what is sent or written.
constexpr bool is_data(const Arg& arg) {
  return arg.kind == ArgKind::kIn && arg.ref != kNoRef && arg.size == 1;
}

constexpr bool may_write(ArgKind kind) {
  return kind >= ArgKind::kOut || kind == ArgKind::kInMmsg;
}

/// Something of the argument is written even when the call fails.
constexpr bool written_on_failure(ArgKind kind) {
  switch (kind) {
    case ArgKind::kOutAlways:
    case ArgKind::kInOutAlways:
    case ArgKind::kInOutLen:
    case ArgKind::kFileHandle:
      return true;
    default:
      return false;
  }
}

/// What the call may have overwritten is left out: it is compared as an effect.
constexpr bool is_handed_in(ArgKind kind) {
  switch (kind) {
    case ArgKind::kPath:
    case ArgKind::kIn:
    case ArgKind::kSigmask:
    case ArgKind::kInNodes:
    case ArgKind::kInMsgbuf:
    case ArgKind::kInIov:
    case ArgKind::kInMsg:
    case ArgKind::kInMmsg:
      return true;
    default:
      return false;
  }
}

constexpr Plan plan_of(const Arg (&args)[6]) {
  Plan plan;
  plan.arity = static_cast<uint8_t>(arity_of(args));
  for (unsigned i = 0; i < plan.arity; ++i) {
    const Arg& arg = args[i];
    const auto bit = static_cast<uint8_t>(1u << i);
    const bool sends = !arg.kept && (is_data(arg) || arg.kind == ArgKind::kInIov ||
                                     arg.kind == ArgKind::kInMsg || arg.kind == ArgKind::kInMmsg);
    if (may_write(arg.kind)) plan.writes |= bit;
    if (written_on_failure(arg.kind)) plan.writes_failing |= bit;
    if (arg.kind == ArgKind::kInOutLen) plan.lengths |= bit;
    if (is_handed_in(arg.kind)) plan.reads |= bit;
    if (arg.kind == ArgKind::kPath) plan.paths |= bit;
    if (sends) plan.sends |= bit;
    if (arg.kept) plan.keeps |= bit;
  }
  return plan;
}

/// Calls visit(n) for each bit n that is set.
template <class F>
constexpr void for_each_bit(uint8_t bits, F visit) {
  for (unsigned left = bits; left != 0; left &= left - 1) {
    visit(static_cast<uint8_t>(__builtin_ctz(left)));
  }
}

}  // namespace weft::syscall
