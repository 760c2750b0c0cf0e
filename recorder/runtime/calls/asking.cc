#include "recorder/runtime/calls/asking.h"

#include <asm/poll.h>

#include "recorder/runtime/calls/nature.h"
#include "recorder/runtime/calls/question.h"
#include "recorder/runtime/turns/baton.h"

namespace weft::runtime {

namespace {

using Args = uint64_t[6];
using Kind = Question::Kind;

enum class Answer : uint8_t {
  kDone,  ///< that was the call
  kWillNotWait,
  kWillWait,
  kNobodyKnows,
};

constexpr uint64_t kShortTicks = 6000;  // some 2 us: a call that did not wait

constexpr long kENOTSOCK = 88, kEOPNOTSUPP = 95;

/// An error that says that the question was wrong, and nothing about the call.
bool is_about_question(long error) {
  return error == -kEOPNOTSUPP || error == -kENOTSOCK || error == -kEINVAL || error == -kENOSYS;
}

Answer ask_poll(int32_t fd, int16_t events) {
  pollfd item{fd, events, 0};
  return raw(__NR_poll, address_of(&item), 1, 0) == 0 ? Answer::kWillWait : Answer::kWillNotWait;
}

Answer try_it(const Question& question, const Args& args, long* result) {
  *result = raw(question.number, args[0], args[1], args[2], args[3], args[4], args[5]);
  if (*result == -kEAGAIN) return Answer::kWillWait;
  return is_about_question(*result) ? Answer::kNobodyKnows : Answer::kDone;
}

Answer try_vector_call(const Question& question, long* result) {
  Args args;
  for (int i = 0; i < 6; ++i) args[i] = question.args[i];
  args[1] = address_of(&question.vector);
  const Answer answer = try_it(question, args, result);
  if (answer != Answer::kNobodyKnows || *result != -kEOPNOTSUPP) return answer;
  if (question.is_pipe) ask_pipes_no_more();
  const bool reads = question.number == __NR_preadv2;
  return ask_poll(static_cast<int32_t>(args[0]), reads ? POLLIN : POLLOUT);
}

Answer ask_poll_copies(const Args& args) {
  pollfd copies[Question::kMostCopied];
  if (weft_copy_guarded(copies, pointer_to<void>(args[0]), args[1] * sizeof copies[0]) != 0) {
    return Answer::kNobodyKnows;
  }
  return raw(__NR_poll, address_of(copies), args[1], 0) == 0 ? Answer::kWillWait
                                                             : Answer::kWillNotWait;
}

Answer ask_select_copies(const Args& args) {
  uint64_t copies[3][Question::kMostSelected / 64];
  uint64_t addresses[3] = {};
  for (int i = 0; i < 3; ++i) {
    if (args[i + 1] == 0) continue;
    if (weft_copy_guarded(copies[i], pointer_to<void>(args[i + 1]), (args[0] + 63) / 64 * 8) != 0) {
      return Answer::kNobodyKnows;
    }
    addresses[i] = address_of(copies[i]);
  }
  uint64_t at_once[2] = {};
  const long result =
      raw(__NR_select, args[0], addresses[0], addresses[1], addresses[2], address_of(at_once));
  return result == 0 ? Answer::kWillWait : Answer::kWillNotWait;
}

/// Asks. *result: of the call, if that was it. Needs no baton.
Answer ask(const Question& question, long* result) {
  Answer answer = Answer::kNobodyKnows;
  switch (question.kind) {
    case Kind::kNobodyKnows:
      break;
    case Kind::kWillNotWait:
      return Answer::kWillNotWait;
    case Kind::kWillWait:
      return Answer::kWillWait;
    case Kind::kTry:
      return try_it(question, question.args, result);
    case Kind::kTryEpoll:
      answer = try_it(question, question.args, result);
      return answer == Answer::kDone && *result == 0 ? Answer::kWillWait : answer;
    case Kind::kTryVector:
      return try_vector_call(question, result);
    case Kind::kPoll:
      return ask_poll(question.poll.fd, question.poll.events);
    case Kind::kPollCopies:
      return ask_poll_copies(question.args);
    case Kind::kSelectCopies:
      return ask_select_copies(question.args);
  }
  return answer;
}

}  // namespace

long call_among_others(Thread* thread, uint16_t number, syscall::Block block,
                       const uint64_t (&args)[6]) {
  const Question question = question_about(number, block, args);
  const bool by_habit = question.receives && usually_waits(args[0]);
  baton_enter_call(thread);
  long result = 0;
  const Answer answer = by_habit ? Answer::kWillWait : ask(question, &result);
  const uint64_t start = by_habit ? ticks() : 0;
  if (answer == Answer::kWillWait) baton_offer(thread);
  if (answer == Answer::kNobodyKnows) baton_watch_call(thread);
  if (answer != Answer::kDone) result = weft_raw_interruptible(number, args);
  const bool waited = answer == Answer::kWillWait && (!by_habit || ticks() - start > kShortTicks);
  baton_leave_call(thread);
  if (question.receives) note_wait(args[0], waited);
  return result;
}

}  // namespace weft::runtime
