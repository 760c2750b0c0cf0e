/// Messages between the launcher (the program's parent) and the recorder (the process that drains).
///
/// One SOCK_SEQPACKET socket pair, fixed-size messages, nobody ever blocks in sending. A closed
/// socket is a message as well: the other side is gone.
///
///   recorder -> launcher   kReady      the trace file is there, the program may start
///                          kProgress   twice a second: counters so far
///                          kTrouble    recording cannot start, or is over early: error, hint
///                          kClosed     the trace is closed: final counters
///                          kChildrenLeft  the program has ended, this many children have not
///   launcher -> recorder   kEnded      the program has ended: its wait status
///                          kStop       the recording ends now, whoever still runs
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "weft/base/result.h"
#include "weft/base/unique_fd.h"

namespace weft::drain {

enum class MessageKind : uint32_t {
  kReady = 1,
  kProgress,
  kTrouble,
  kClosed,
  kEnded,
  kChildrenLeft,
  kStop
};

/// Counters of a recording.
struct Counters {
  uint64_t events = 0;
  uint64_t raw_bytes = 0;   ///< as written by the runtime
  uint64_t file_bytes = 0;  ///< as written to the trace file
};

struct Message {
  MessageKind kind{};
  int32_t wait_status = 0;  ///< kEnded: as from waitpid
  uint32_t busy = 0;        ///< kProgress: events came in just now
  int32_t error_class = 0;  ///< kTrouble: ErrorClass
  uint32_t processes = 0;   ///< kChildrenLeft: that still run; kClosed: recorded in all
  uint32_t left = 0;        ///< kClosed: of these, that go on unrecorded
  Counters counters;        ///< kProgress, kClosed
  char message[768] = {};   ///< kTrouble
  char hint[256] = {};      ///< kTrouble
};

/// One end of the link.
class DrainLink {
 public:
  DrainLink() = default;
  explicit DrainLink(UniqueFd fd) : fd_(std::move(fd)) {}

  /// Both ends, close-on-exec.
  static Result<std::pair<DrainLink, DrainLink>> create();

  /// Sends if the other side is there and has room; never blocks, never raises SIGPIPE.
  void send(const Message& message) const;
  void send_trouble(const Error& error) const;

  /// The next message if one waits. Without one, closed() tells whether another can come.
  std::optional<Message> receive();
  /// Waits for the next message; none if the other side is gone.
  std::optional<Message> wait();

  bool closed() const { return closed_; }
  int fd() const { return fd_.get(); }

 private:
  std::optional<Message> receive_with(int flags);

  UniqueFd fd_;
  bool closed_ = false;
};

/// The error that a kTrouble message carries.
Error trouble_of(const Message& message);

}  // namespace weft::drain
