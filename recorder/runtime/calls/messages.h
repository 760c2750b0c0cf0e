/// What messages and vectors look like in memory, and the flags of sending and receiving
/// (sys/socket.h has them with much that needs libc).
#pragma once

#include <cstdint>

namespace weft::runtime {

struct IoVector {  // struct iovec
  uint64_t base;
  uint64_t bytes;
};

struct MessageHeader {  // struct user_msghdr
  uint64_t name;
  int32_t name_bytes;
  uint64_t iov;
  uint64_t iov_count;
  uint64_t control;
  uint64_t control_bytes;
  uint32_t flags;
};

struct MultiMessageHeader {  // struct mmsghdr
  MessageHeader header;
  uint32_t bytes;
};

inline constexpr uint64_t kMsgPeek = 0x2, kMsgDontRoute = 0x4, kMsgTrunc = 0x20,
                          kMsgDontWait = 0x40, kMsgEndOfRecord = 0x80, kMsgConfirm = 0x800,
                          kMsgNoSignal = 0x4000, kMsgMore = 0x8000, kMsgCloseOnExec = 0x40000000;

}  // namespace weft::runtime
