#include "recorder/runtime/calls/question.h"

#include <asm/poll.h>
#include <linux/wait.h>

#include <atomic>

#include "recorder/runtime/calls/messages.h"
#include "recorder/runtime/calls/nature.h"
#include "recorder/runtime/ground/program_memory.h"
#include "recorder/runtime/ground/state.h"

namespace weft::runtime {

namespace {

using Kind = Question::Kind;
using Args = uint64_t[6];
using syscall::Block;

constexpr uint64_t kPipeBuf = 4096;  ///< PIPE_BUF: a pipe with room takes that much at once
constexpr uint64_t kRwfNoWait = 8;   ///< RWF_NOWAIT

/// Pipes can be asked with RWF_NOWAIT since Linux 6.4.
std::atomic<bool> g_pipes_refuse{false};

Question simply(Kind kind) {
  return {.kind = kind};
}

Question poll_for(uint64_t fd, int16_t events) {
  Question question = simply(Kind::kPoll);
  question.poll = {static_cast<int32_t>(fd), events, 0};
  return question;
}

/// The call `number` itself, on the socket.
Question try_call(uint16_t number, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e = 0,
                  uint64_t f = 0) {
  return {.kind = Kind::kTry, .number = number, .args = {a, b, c, d, e, f}};
}

Question try_vector(uint16_t number, const Args& args, Nature::Kind kind) {
  Question question = simply(Kind::kTryVector);
  question.is_pipe = kind == Nature::Kind::kPipe;
  question.number = number;
  question.vector = {args[1], args[2]};
  question.args[0] = args[0];
  question.args[2] = 1;
  question.args[3] = question.args[4] = UINT64_MAX;  // where the file stands
  question.args[5] = kRwfNoWait;
  return question;
}

bool is_zero_time(uint64_t address) {
  uint64_t time[2];
  return address != 0 && read_program(address, &time) && time[0] == 0 && time[1] == 0;
}

// ---- by kind of call; each has the descriptor in argument 0

/// What receives from a descriptor, if it is not a file that has to be looked at more closely.
Question ask_receive(const Nature& nature, const Args& args) {
  if (nature.nonblocking) return simply(Kind::kWillNotWait);
  if (nature.kind == Nature::Kind::kFile) return simply(Kind::kNobodyKnows);
  if (nature.low_water) return simply(Kind::kWillWait);
  return poll_for(args[0], POLLIN);
}

bool is_socket(const Nature& nature) {
  return nature.kind == Nature::Kind::kStream || nature.kind == Nature::Kind::kAtomic;
}

/// True if the socket can be asked by a call that receives.
bool can_try(const Nature& nature) {
  return is_socket(nature) && !nature.nonblocking && !nature.low_water && !g_state.filters_calls;
}

Question about_read(uint16_t, const Args& args) {
  const Nature nature = nature_of(args[0]);
  if (can_try(nature) && args[2] != 0) {
    return try_call(__NR_recvfrom, args[0], args[1], args[2], kMsgDontWait);
  }
  const bool pipe = nature.kind == Nature::Kind::kPipe;
  if (!nature.nonblocking && !g_state.filters_calls &&
      (nature.kind == Nature::Kind::kAnonymous || (pipe && !g_pipes_refuse))) {
    return try_vector(__NR_preadv2, args, nature.kind);
  }
  return ask_receive(nature, args);
}

Question about_readv(uint16_t, const Args& args) {
  return ask_receive(nature_of(args[0]), args);
}

constexpr uint64_t kPlainReceive = kMsgPeek | kMsgTrunc | kMsgNoSignal | kMsgCloseOnExec;

Question about_recv(uint16_t number, const Args& args, uint64_t flags, int flags_at) {
  const Nature nature = nature_of(args[0]);
  if (nature.nonblocking || (flags & kMsgDontWait) != 0) return simply(Kind::kWillNotWait);
  if ((flags & ~kPlainReceive) != 0) return simply(Kind::kWillWait);  // MSG_WAITALL
  if (!can_try(nature)) return ask_receive(nature, args);
  Question question = try_call(number, args[0], args[1], args[2], args[3], args[4], args[5]);
  question.args[flags_at] |= kMsgDontWait;
  return question;
}
Question about_recvfrom(uint16_t number, const Args& args) {
  return about_recv(number, args, args[3], 3);
}
Question about_recvmsg(uint16_t number, const Args& args) {
  return about_recv(number, args, args[2], 2);
}
Question about_recvmmsg(uint16_t, const Args& args) {
  const bool waits = !nature_of(args[0]).nonblocking && (args[3] & kMsgDontWait) == 0;
  return simply(waits ? Kind::kWillWait : Kind::kWillNotWait);
}

/// What sends `bytes` in a way that only poll() can answer for.
Question ask_send(const Nature& nature, const Args& args, uint64_t bytes) {
  if (nature.nonblocking) return simply(Kind::kWillNotWait);
  switch (nature.kind) {
    case Nature::Kind::kStream:
    case Nature::Kind::kAtomic:
      if (bytes > nature.room) return simply(Kind::kWillWait);
      break;
    case Nature::Kind::kPipe:
      if (bytes > kPipeBuf) return simply(Kind::kWillWait);
      break;
    case Nature::Kind::kFile:
    case Nature::Kind::kOther:
      return simply(Kind::kNobodyKnows);
    case Nature::Kind::kAnonymous:
    case Nature::Kind::kUnknown:
      break;
  }
  return poll_for(args[0], POLLOUT);
}

bool can_try_send(const Nature& nature, uint64_t bytes) {
  return nature.kind == Nature::Kind::kAtomic && !nature.nonblocking && bytes <= nature.room &&
         !g_state.filters_calls;
}

Question about_write(uint16_t, const Args& args) {
  const Nature nature = nature_of(args[0]);
  if (can_try_send(nature, args[2])) {
    const uint64_t flags = kMsgDontWait | (nature.seqpacket ? kMsgEndOfRecord : 0);
    return try_call(__NR_sendto, args[0], args[1], args[2], flags);
  }
  if (nature.kind == Nature::Kind::kPipe && !nature.nonblocking && args[2] <= kPipeBuf &&
      !g_pipes_refuse && !g_state.filters_calls) {
    return try_vector(__NR_pwritev2, args, nature.kind);
  }
  return ask_send(nature, args, args[2]);
}

uint64_t bytes_of_vector(uint64_t address, uint64_t count) {
  constexpr uint64_t kMost = 64;
  uint64_t bytes = 0;
  IoVector item;
  if (count > kMost) return UINT64_MAX;
  for (uint64_t i = 0; i < count; ++i) {
    if (!read_program(address + i * sizeof item, &item)) break;
    bytes += item.bytes;
  }
  return bytes;
}

Question about_writev(uint16_t, const Args& args) {
  return ask_send(nature_of(args[0]), args, bytes_of_vector(args[1], args[2]));
}

constexpr uint64_t kPlainSend =
    kMsgNoSignal | kMsgDontRoute | kMsgConfirm | kMsgMore | kMsgEndOfRecord;

Question about_send(uint16_t number, const Args& args, uint64_t bytes, int flags_at) {
  const Nature nature = nature_of(args[0]);
  const uint64_t flags = args[flags_at];
  if (nature.nonblocking || (flags & kMsgDontWait) != 0) return simply(Kind::kWillNotWait);
  if ((flags & ~kPlainSend) != 0) return simply(Kind::kWillWait);
  if (!can_try_send(nature, bytes)) return ask_send(nature, args, bytes);
  Question question = try_call(number, args[0], args[1], args[2], args[3], args[4], args[5]);
  question.args[flags_at] |= kMsgDontWait;
  return question;
}
Question about_sendto(uint16_t number, const Args& args) {
  return about_send(number, args, args[2], 3);
}
Question about_sendmsg(uint16_t number, const Args& args) {
  MessageHeader message;
  const bool readable = read_program(args[1], &message);
  const uint64_t bytes = readable ? bytes_of_vector(message.iov, message.iov_count) : 0;
  return about_send(number, args, bytes, 2);
}
Question about_sendmmsg(uint16_t, const Args& args) {
  const bool waits = !nature_of(args[0]).nonblocking && (args[3] & kMsgDontWait) == 0;
  return simply(waits ? Kind::kWillWait : Kind::kWillNotWait);
}

Question about_accept(uint16_t, const Args& args) {
  return nature_of(args[0]).nonblocking ? simply(Kind::kWillNotWait) : poll_for(args[0], POLLIN);
}
Question about_connect(uint16_t, const Args& args) {
  return simply(nature_of(args[0]).nonblocking ? Kind::kWillNotWait : Kind::kNobodyKnows);
}
/// sendfile, splice: long copies.
Question about_copy(uint16_t, const Args& args) {
  return simply(nature_of(args[0]).nonblocking ? Kind::kNobodyKnows : Kind::kWillWait);
}
Question about_sync(uint16_t, const Args&) {
  return simply(Kind::kWillWait);
}

// ---- calls that wait for several descriptors

Question with_args(Kind kind, const Args& args) {
  Question question = simply(kind);
  for (int i = 0; i < 6; ++i) question.args[i] = args[i];
  return question;
}

Question about_poll(uint16_t number, const Args& args) {
  const bool at_once =
      number == __NR_poll ? static_cast<int32_t>(args[2]) == 0 : is_zero_time(args[2]);
  if (at_once) return simply(Kind::kWillNotWait);
  return args[1] <= Question::kMostCopied ? with_args(Kind::kPollCopies, args)
                                          : simply(Kind::kWillWait);
}

Question about_select(uint16_t, const Args& args) {
  if (is_zero_time(args[4])) return simply(Kind::kWillNotWait);
  return args[0] <= Question::kMostSelected ? with_args(Kind::kSelectCopies, args)
                                            : simply(Kind::kWillWait);
}

Question about_epoll(uint16_t number, const Args& args) {
  constexpr uint16_t kPwait2 = 441;
  const bool at_once =
      number == kPwait2 ? is_zero_time(args[3]) : static_cast<int32_t>(args[3]) == 0;
  if (at_once) return simply(Kind::kWillNotWait);
  if (g_state.filters_calls) return poll_for(args[0], POLLIN);
  Question question = try_call(__NR_epoll_wait, args[0], args[1], args[2], 0);
  question.kind = Kind::kTryEpoll;
  return question;
}

Question about_wait(uint16_t number, const Args& args) {
  const uint64_t options = number == __NR_wait4 ? args[2] : args[3];
  return simply((options & WNOHANG) != 0 ? Kind::kWillNotWait : Kind::kWillWait);
}

struct QuestionRow {
  uint16_t number;
  Question (*about)(uint16_t, const Args&);
  bool receives = false;
};
constexpr QuestionRow kQuestions[] = {
    {__NR_read, about_read, true},
    {__NR_readv, about_readv, true},
    {__NR_recvfrom, about_recvfrom, true},
    {__NR_recvmsg, about_recvmsg, true},
    {__NR_recvmmsg, about_recvmmsg, true},
    {__NR_write, about_write},
    {__NR_writev, about_writev},
    {__NR_sendto, about_sendto},
    {__NR_sendmsg, about_sendmsg},
    {__NR_sendmmsg, about_sendmmsg},
    {__NR_accept, about_accept, true},
    {__NR_accept4, about_accept, true},
    {__NR_connect, about_connect},
    {__NR_sendfile, about_copy},
    {__NR_splice, about_copy},
    {__NR_tee, about_copy},
    {__NR_vmsplice, about_copy},
    {__NR_fsync, about_sync},
    {__NR_fdatasync, about_sync},
    {__NR_sync, about_sync},
    {__NR_syncfs, about_sync},
    {__NR_poll, about_poll},
    {__NR_ppoll, about_poll},
    {__NR_select, about_select},
    {__NR_pselect6, about_select},
    {__NR_epoll_wait, about_epoll, true},
    {__NR_epoll_pwait, about_epoll, true},
    {441 /* epoll_pwait2 */, about_epoll, true},
    {__NR_wait4, about_wait},
    {__NR_waitid, about_wait},
};

struct QuestionTable {
  static constexpr uint32_t kNumbers = 512;
  QuestionRow by_number[kNumbers] = {};
  constexpr QuestionTable() {
    for (const QuestionRow& row : kQuestions) by_number[row.number] = row;
  }
};
constexpr QuestionTable kTable;

}  // namespace

Question question_about(uint16_t number, Block block, const uint64_t (&args)[6]) {
  const QuestionRow& row = kTable.by_number[number & (QuestionTable::kNumbers - 1)];
  if (row.about != nullptr) {
    Question question = row.about(number, args);
    question.receives = row.receives && asks(question.kind);
    return question;
  }
  return simply(block == Block::kLikely ? Kind::kWillWait : Kind::kNobodyKnows);
}

void ask_pipes_no_more() {
  g_pipes_refuse.store(true, std::memory_order_relaxed);
}

}  // namespace weft::runtime
