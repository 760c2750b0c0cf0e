/// What a row of the system-call table says, and the words to say it with.
///
/// The table (table.h) is the only place that knows what a system call does to memory. The runtime
/// collects effects by it while recording, the readers decode arguments by it. A row is
///
///   {0, "read", kRecord, kMay, {fd(), out_result(2), size()}}
///
/// number, name, policy, whether it may block, and up to six arguments.
#pragma once

#include <cstdint>

namespace weft::syscall {

/// How a call is handled.
enum class Policy : uint8_t {
  kRecord,   ///< the kernel does it while recording; replay applies its effects
  kWrapped,  ///< the same, but a handler stands in between: it exchanges a path or a mask, remembers
             ///< what changes, or answers a part itself (private futexes)
  kHandler,  ///< structural: a handler in recorder/runtime does both halves (memory, threads...)
  kNoSys,    ///< answers ENOSYS, the program falls back (io_uring, clone3, rseq)
  kRefuse,   ///< unsupported: answers what a kernel without it would (refusal_of), and is noted in
             ///< the trace
  kUnknown,  ///< no such call on x86-64: ENOSYS by the kernel
};

enum class Block : uint8_t {
  kNever,
  kMay,     ///< may block: others may take the baton if it does
  kLikely,  ///< usually blocks: others may take the baton at once (epoll_wait, futex wait...)
};

enum class ArgKind : uint8_t {
  kNone,
  // Values: nothing is read or written through them.
  kInt,       ///< signed decimal
  kUnsigned,  ///< unsigned decimal: sizes, counts
  kHex,       ///< flags, masks
  kOctal,     ///< modes
  kFd,
  kPid,
  kSignal,
  kPointer,  ///< an address that the call does not read or write through, or whose use is opaque

  // Memory: `size` bytes, or argument[ref] elements of `size` bytes if ref != kNoRef; nothing where
  // the address is null. A call writes at most what is said here, and reads at least that.
  kPath,      ///< in: NUL-terminated string; at most `size` bytes are read if size != 0
  kIn,        ///< in
  kInIov,     ///< in: iovec array, count in argument[ref]; the call sends at most its result
  kInMsg,     ///< in: struct msghdr that is sent
  kInMmsg,    ///< in: struct mmsghdr array that is sent; count in argument[ref]; writes msg_len
  kInMsgbuf,  ///< in: struct msgbuf (msgsnd): 8 + argument[ref] bytes
  kInNodes,   ///< in: bit set of argument[ref] - 1 bits, in whole 8-byte words (NUMA node masks)
  kInXattr,   ///< in: struct xattr_args (u64 value, u32 size, u32 flags) and the value it points to
  kSigmask,   ///< in: signal mask of 8 bytes, in force while the call waits
  kSigmaskPair,  ///< in: {u64 address of a mask or null, u64 its bytes}: pselect6's last argument
  kOut,          ///< out, on success (result >= 0)
  kInOut,        ///< read before, and written on success
  kOutAlways,    ///< out, also when the call fails (nanosleep's remainder, socketpair)
  kInOutAlways,  ///< read before and written, also when the call fails (poll, select's time-out)
  kOutResult,  ///< out: result * `size` bytes (read: size 1; epoll_wait: 12), at most argument[ref]
               ///< bytes if ref != kNoRef (recv with MSG_TRUNC, getxattr of size 0)
  kOutArray,   ///< out: argument[ref] elements of `size` bytes on success
  kOutLen,     ///< out, on success: value-result length: *(u32*)argument[ref] bytes after the call,
               ///< at most what it was before (getsockname, getsockopt, accept)
  kInOutLen,   ///< the u32 that kOutLen refers to: 4 bytes in and out, also when the call fails;
               ///< left alone by accept and recvfrom where the address that goes with it is null
  kOutIov,     ///< out: iovec array, count in argument[ref]; result bytes are spread over it
  kOutMsg,     ///< out: struct msghdr that receives: header, name, control, result bytes of iov
  kOutMmsg,    ///< out: struct mmsghdr array that receives: result elements; count in argument[ref]
  kOutMsgbuf,  ///< out: struct msgbuf (msgrcv): 8 + min(result, argument[ref]) bytes on success
  kOutNodes,   ///< out: like kInNodes, on success
  kOutPages,   ///< out: one byte a page that argument[ref] bytes touch, on success (mincore)
  kOutXattr,   ///< in: struct xattr_args; out: min(result, its size) bytes at its value
  kFileHandle,  ///< struct file_handle: u32 in; 8 + that u32 (after the call) bytes out on success,
                ///< the first 8 also when the call fails
  kIfconf,      ///< struct ifconf (i32 length, pad, u64 address): 16 bytes in and out; on success
                ///< `length` bytes (after the call) out at its address
  kFdSet,       ///< in/out: fd_set of argument[0] bits, in whole 8-byte words, written on success
  kIoctl,       ///< as the request in argument[ref] says: _IOC_WRITE in, _IOC_READ out on success,
                ///< _IOC_SIZE bytes
};

inline constexpr uint8_t kNoRef = 0xff;

struct Arg {
  ArgKind kind = ArgKind::kNone;
  uint8_t ref = kNoRef;  ///< index of the argument that holds a count or length
  uint16_t size = 0;     ///< bytes, or bytes per element
  bool kept = false;     ///< kIn: the trace keeps what was handed in, for its readers; kFd: the
                         ///< address of the connection that it comes to stand for
};

// The words of the table.
constexpr Arg num() {
  return {ArgKind::kInt};
}
constexpr Arg size() {
  return {ArgKind::kUnsigned};
}
constexpr Arg hex() {
  return {ArgKind::kHex};
}
constexpr Arg mode() {
  return {ArgKind::kOctal};
}
constexpr Arg fd() {
  return {ArgKind::kFd};
}
constexpr Arg pid() {
  return {ArgKind::kPid};
}
constexpr Arg sig() {
  return {ArgKind::kSignal};
}
constexpr Arg ptr() {
  return {ArgKind::kPointer};
}
constexpr Arg path(uint16_t max_bytes = 0) {
  return {ArgKind::kPath, kNoRef, max_bytes};
}
constexpr Arg in(uint16_t bytes) {
  return {ArgKind::kIn, kNoRef, bytes};
}
constexpr Arg in_array(uint8_t count_arg, uint16_t bytes = 1) {
  return {ArgKind::kIn, count_arg, bytes};
}
constexpr Arg kept(Arg arg) {
  arg.kept = true;
  return arg;
}
constexpr Arg in_iov(uint8_t count_arg) {
  return {ArgKind::kInIov, count_arg};
}
constexpr Arg in_msg() {
  return {ArgKind::kInMsg};
}
constexpr Arg in_mmsg(uint8_t count_arg) {
  return {ArgKind::kInMmsg, count_arg};
}
constexpr Arg in_msgbuf(uint8_t size_arg) {
  return {ArgKind::kInMsgbuf, size_arg};
}
constexpr Arg in_nodes(uint8_t bits_arg) {
  return {ArgKind::kInNodes, bits_arg};
}
constexpr Arg in_xattr() {
  return {ArgKind::kInXattr, kNoRef, 16};
}
constexpr Arg signal_mask() {
  return {ArgKind::kSigmask, kNoRef, 8};
}
constexpr Arg signal_mask_pair() {
  return {ArgKind::kSigmaskPair, kNoRef, 16};
}
constexpr Arg out(uint16_t bytes) {
  return {ArgKind::kOut, kNoRef, bytes};
}
constexpr Arg in_out(uint16_t bytes) {
  return {ArgKind::kInOut, kNoRef, bytes};
}
constexpr Arg out_always(uint16_t bytes) {
  return {ArgKind::kOutAlways, kNoRef, bytes};
}
constexpr Arg out_array_always(uint8_t count_arg, uint16_t bytes) {
  return {ArgKind::kOutAlways, count_arg, bytes};
}
constexpr Arg in_out_always(uint16_t bytes) {
  return {ArgKind::kInOutAlways, kNoRef, bytes};
}
constexpr Arg in_out_array_always(uint8_t count_arg, uint16_t bytes) {
  return {ArgKind::kInOutAlways, count_arg, bytes};
}
constexpr Arg out_result(uint8_t capacity_arg) {
  return {ArgKind::kOutResult, capacity_arg, 1};
}
constexpr Arg out_result_elements(uint16_t bytes) {
  return {ArgKind::kOutResult, kNoRef, bytes};
}
constexpr Arg out_array(uint8_t count_arg, uint16_t bytes = 1) {
  return {ArgKind::kOutArray, count_arg, bytes};
}
constexpr Arg out_len(uint8_t len_arg) {
  return {ArgKind::kOutLen, len_arg};
}
constexpr Arg in_out_len() {
  return {ArgKind::kInOutLen, kNoRef, 4};
}
constexpr Arg out_iov(uint8_t count_arg) {
  return {ArgKind::kOutIov, count_arg};
}
constexpr Arg out_msg() {
  return {ArgKind::kOutMsg};
}
constexpr Arg out_mmsg(uint8_t count_arg) {
  return {ArgKind::kOutMmsg, count_arg};
}
constexpr Arg out_msgbuf(uint8_t size_arg) {
  return {ArgKind::kOutMsgbuf, size_arg};
}
constexpr Arg out_nodes(uint8_t bits_arg) {
  return {ArgKind::kOutNodes, bits_arg};
}
constexpr Arg out_pages(uint8_t length_arg) {
  return {ArgKind::kOutPages, length_arg};
}
constexpr Arg out_xattr() {
  return {ArgKind::kOutXattr, kNoRef, 16};
}
constexpr Arg file_handle() {
  return {ArgKind::kFileHandle};
}
constexpr Arg ifconf_arg() {
  return {ArgKind::kIfconf, kNoRef, 16};
}
constexpr Arg fd_set_arg() {
  return {ArgKind::kFdSet};
}
constexpr Arg ioctl_arg(uint8_t request_arg) {
  return {ArgKind::kIoctl, request_arg};
}

/// Arguments that a call has.
constexpr int arity_of(const Arg (&args)[6]) {
  int n = 6;
  while (n > 0 && args[n - 1].kind == ArgKind::kNone) --n;
  return n;
}

struct Row {
  uint16_t number;
  const char* name;
  Policy policy;
  Block block;
  Arg args[6];

  constexpr int arity() const { return arity_of(args); }
};

/// A call whose arguments depend on one of them (ioctl by request, fcntl by command, prctl by
/// option, futex by operation): looked up after the row, replaces its policy, block and arguments.
struct Variant {
  uint16_t number;
  uint8_t selector_arg;    ///< which argument selects
  uint64_t selector_mask;  ///< applied before the comparison (the kernel looks at 32 bits only)
  uint64_t selector;
  const char* name;  ///< e.g. "FIONREAD"; shown by `weft events`
  Policy policy;
  Block block;
  Arg args[6];

  constexpr int arity() const { return arity_of(args); }
};

}  // namespace weft::syscall
