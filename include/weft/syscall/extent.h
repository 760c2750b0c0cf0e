/// How many bytes an argument covers: the arithmetic behind the words of row.h.
///
/// Says nothing about memory behind further pointers (see follows_pointers): code that walks an
/// iovec or a msghdr has to read program memory, and does that in its own way.
#pragma once

#include <cstdint>

#include "weft/syscall/plan.h"
#include "weft/syscall/row.h"

namespace weft::syscall {

/// No call moves more at once (MAX_RW_COUNT); larger counts come from calls that fail.
inline constexpr uint64_t kMaxExtent = 0x7ffff000;

/// The call reads or writes memory through pointers that lie in the argument's memory.
constexpr bool follows_pointers(ArgKind kind) {
  switch (kind) {
    case ArgKind::kInIov:
    case ArgKind::kInMsg:
    case ArgKind::kInMmsg:
    case ArgKind::kInXattr:
    case ArgKind::kSigmaskPair:
    case ArgKind::kOutIov:
    case ArgKind::kOutMsg:
    case ArgKind::kOutMmsg:
    case ArgKind::kOutXattr:
    case ArgKind::kIfconf:
      return true;
    default:
      return false;
  }
}

namespace detail {

constexpr uint64_t least(uint64_t a, uint64_t b) {
  return a < b ? a : b;
}
constexpr uint64_t times(uint64_t count, uint64_t bytes) {
  return least(least(count, kMaxExtent) * bytes, kMaxExtent);
}
/// `size` bytes, or argument[ref] elements of that size.
constexpr uint64_t counted(const Arg& arg, const uint64_t (&args)[6]) {
  return arg.ref == kNoRef ? arg.size : times(args[arg.ref], arg.size);
}
constexpr uint64_t bit_words(uint64_t bits) {
  return (least(bits, kMaxExtent * 8) + 63) / 64 * 8;
}
constexpr uint64_t node_words(uint64_t bits) {
  return bits == 0 ? 0 : bit_words(bits - 1);
}

// An ioctl request: 2 bits direction, 14 bits size, 8 bits type, 8 bits number.
constexpr uint64_t ioctl_in(uint64_t request) {
  return (request & 0x40000000) != 0 ? (request >> 16) & 0x3fff : 0;
}
constexpr uint64_t ioctl_out(uint64_t request) {
  return (request & 0x80000000) != 0 ? (request >> 16) & 0x3fff : 0;
}

}  // namespace detail

/// Bytes that a call may have written at the argument's own address, if that is not null.
/// @param result  what the call returned; negative if it failed
/// @param length  for kOutLen and kFileHandle: the u32 that says the length, as it is after the
///                call (for kOutLen at most what it was before)
constexpr uint64_t output_bytes(const Arg& arg, const uint64_t (&args)[6], int64_t result,
                                uint32_t length = 0) {
  if (result < 0 && !written_on_failure(arg.kind)) return 0;
  const uint64_t done = result < 0 ? 0 : static_cast<uint64_t>(result);
  switch (arg.kind) {
    case ArgKind::kOut:
    case ArgKind::kInOut:
    case ArgKind::kOutAlways:
    case ArgKind::kInOutAlways:
    case ArgKind::kOutArray:
    case ArgKind::kInOutLen:
      return detail::counted(arg, args);
    case ArgKind::kOutResult: {
      const uint64_t bytes = detail::times(done, arg.size);
      return arg.ref == kNoRef ? bytes : detail::least(bytes, args[arg.ref]);
    }
    case ArgKind::kOutLen:
      return length;
    case ArgKind::kFileHandle:
      return result < 0 ? 8 : 8 + uint64_t{length};
    case ArgKind::kOutMsg:
      return 56;
    case ArgKind::kInMmsg:
    case ArgKind::kOutMmsg:
      return detail::times(done, 64);
    case ArgKind::kOutMsgbuf:
      return 8 + detail::least(done, args[arg.ref]);
    case ArgKind::kOutNodes:
      return detail::node_words(args[arg.ref]);
    case ArgKind::kOutPages:
      return (detail::least(args[arg.ref], kMaxExtent) + 4095) / 4096;
    case ArgKind::kFdSet:
      return detail::bit_words(args[0]);
    case ArgKind::kIfconf:
      return arg.size;
    case ArgKind::kIoctl:
      return detail::ioctl_out(args[arg.ref]);
    default:
      return 0;
  }
}

/// Bytes that a call reads at the argument's own address, if that is not null; a string's are not
/// known here.
constexpr uint64_t input_bytes(const Arg& arg, const uint64_t (&args)[6]) {
  switch (arg.kind) {
    case ArgKind::kIn:
    case ArgKind::kInOut:
    case ArgKind::kInOutAlways:
    case ArgKind::kInXattr:
    case ArgKind::kOutXattr:
    case ArgKind::kSigmask:
    case ArgKind::kSigmaskPair:
    case ArgKind::kIfconf:
    case ArgKind::kInOutLen:
      return detail::counted(arg, args);
    case ArgKind::kInIov:
    case ArgKind::kOutIov:
      return detail::times(args[arg.ref], 16);
    case ArgKind::kInMsg:
      return 56;
    case ArgKind::kInMmsg:
      return detail::times(args[arg.ref], 64);
    case ArgKind::kInMsgbuf:
      return 8 + detail::least(args[arg.ref], kMaxExtent);
    case ArgKind::kInNodes:
      return detail::node_words(args[arg.ref]);
    case ArgKind::kFileHandle:
      return 4;
    case ArgKind::kFdSet:
      return detail::bit_words(args[0]);
    case ArgKind::kIoctl:
      return detail::ioctl_in(args[arg.ref]);
    default:
      return 0;
  }
}

}  // namespace weft::syscall
