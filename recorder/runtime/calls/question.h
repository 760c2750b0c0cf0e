/// What to ask the kernel about a call that may wait (asking.h says which question is right when).
#pragma once

#include <cstdint>

#include "weft/syscall/row.h"

namespace weft::runtime {

struct Question {
  enum class Kind : uint8_t {
    kNobodyKnows,   ///< open, a file's read...: it may take long, it cannot be asked
    kWillNotWait,   ///< answered without asking
    kWillWait,      ///< the same
    kTry,           ///< make the call `number` with `args`: -EAGAIN means that it waits
    kTryVector,     ///< the same; argument 1 is &vector
    kTryEpoll,      ///< the same; 0 means that it waits
    kPoll,          ///< poll() for `poll`
    kPollCopies,    ///< poll() with a copy of the set at argument 0
    kSelectCopies,  ///< select() with copies of the sets
  };
  static constexpr uint64_t kMostCopied = 512;     ///< pollfds
  static constexpr uint64_t kMostSelected = 1024;  ///< descriptors

  Kind kind = Kind::kNobodyKnows;
  bool is_pipe = false;
  bool receives = false;  ///< the call takes something from the descriptor in its argument 0
  uint16_t number = 0;
  uint64_t args[6] = {};
  struct {
    uint64_t address = 0, bytes = 0;
  } vector = {};
  struct {
    int32_t fd = 0;
    int16_t events = 0, revents = 0;
  } poll = {};
};

/// True if there is something to ask.
inline bool asks(Question::Kind kind) {
  return kind != Question::Kind::kNobodyKnows && kind != Question::Kind::kWillNotWait &&
         kind != Question::Kind::kWillWait;
}

/// The question about the call `number` with `args`. The thread holds the baton.
Question question_about(uint16_t number, syscall::Block block, const uint64_t (&args)[6]);

/// The kernel refuses RWF_NOWAIT for pipes (before Linux 6.4): they are polled from now on.
void ask_pipes_no_more();

}  // namespace weft::runtime
