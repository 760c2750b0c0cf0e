/// What a descriptor is like, for code that wants to know whether a call on it will wait. While
/// recording, under the baton.
#pragma once

#include <cstdint>

namespace weft::runtime {

inline constexpr uint64_t kMaxKnown = 4096;  ///< descriptors of which something is remembered

/// What kind of file a descriptor stands for, as far as waiting is concerned (asking.h). Remembered
/// as long as descriptors.h remembers the file; what it says may be out of date where another
/// process shares the open file.
struct Nature {
  enum class Kind : uint8_t {
    kUnknown,  ///< cannot be remembered, and was not asked
    kFile,     ///< regular, a directory, a block device
    kPipe,
    kStream,     ///< a socket that may take a part of what is written
    kAtomic,     ///< a socket that takes all or nothing, up to `room` bytes
    kAnonymous,  ///< eventfd, timerfd, epoll...
    kOther,      ///< a terminal, another character device
  };
  Kind kind = Kind::kUnknown;
  bool nonblocking = false;  ///< O_NONBLOCK
  bool seqpacket = false;    ///< write() ends a record
  bool low_water = false;    ///< SO_RCVLOWAT is more than 1
  uint32_t room = 0;         ///< sockets: bytes that fit if it is writable
};
Nature nature_of(uint64_t fd);

/// What receives from this descriptor has had to wait lately: asking would be a waste.
bool usually_waits(uint64_t fd);
/// What receives from this descriptor had to wait, or had not.
void note_wait(uint64_t fd, bool waited);

/// Something else may be behind these descriptors now.
void forget_natures(uint64_t first, uint64_t last);
/// Whether anything may be remembered at present; if not, every nature is kUnknown.
void trust_natures(bool trusted);

}  // namespace weft::runtime
