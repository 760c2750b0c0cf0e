/// Answers the system calls of an expression. The process runs code that the debugger gave it: what
/// it does is no replay, the log has no answers, and the process is thrown away afterwards.
///
///   expression ── call ──> runtime ── weft_on_call() ─┐ breakpoint: a door
///              <── weft_leave <── registers, result <─┘ answer()
///
/// The runtime's functions behind these doors would look into the log; none of them runs. rr does
/// the same in its diversions (DiversionSession.cc). Three ways to answer:
///
///   recorded   the identity of the process: as in the recording (recorded_answers.h)
///   kernel     made in the process: memory, clocks, reading of files. It changes nothing outside
///   refused    what would wait for others, or change something outside: the expression ends there
///
/// Descriptors of the program are numbers only; what lies behind them was never open here.
/// Those that the expression opens itself are real.
#pragma once

#include <array>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "debugger/process/recorded_answers.h"
#include "debugger/process/runtime_symbols.h"
#include "debugger/process/traced_process.h"
#include "weft/trace/event.h"
#include "weft/trace/event_index.h"
#include "weft/trace/thread_number.h"

namespace weft::process {

class Diversion {
 public:
  /// `answers` may be null: then the recording tells nothing.
  Diversion(TracedProcess& process, const RuntimeSymbols& symbols, const RecordedAnswers* answers)
      : process_(process), symbols_(symbols), answers_(answers) {}

  /// Where breakpoints have to be while the expression runs.
  std::array<Address, 4> doors() const {
    return {symbols_.on_call, symbols_.on_hook, symbols_.on_question, symbols_.on_fault};
  }

  enum class Outcome {
    kAnswered,  ///< the process goes on
    kRefused,   ///< why() says why; the thread stands in the program again
    kFault,     ///< likewise: it was a fault of the program's code
  };
  /// The process stands at a door; `thread` made the call. The expression is evaluated at `moment`.
  Outcome at_door(trace::ThreadNumber thread, trace::EventIndex moment);

  const std::string& why() const { return why_; }
  /// What the expression has written to stdout and stderr since the last time.
  std::string take_written() { return std::exchange(written_, ""); }

 private:
  struct Call {
    uint64_t number;
    std::array<uint64_t, 6> args;
  };
  /// A result, or empty and `why_`.
  using Answer = std::optional<int64_t>;

  Answer answer(const Call& call, trace::ThreadNumber thread, trace::EventIndex moment);
  Answer answer_descriptor_call(const Call& call);
  Answer answer_path_call(const Call& call);
  Answer answer_map(const Call& call);
  Answer answer_futex(const Call& call);
  Answer write_out(const Call& call);
  Answer refuse(const Call& call, const char* reason);
  int64_t ask_kernel(const Call& call);
  Answer keep_descriptor(int64_t fd);
  void return_from_door();
  void back_into_program(const trace::Registers& registers);
  std::string text_at(Address address) const;

  TracedProcess& process_;
  RuntimeSymbols symbols_;
  const RecordedAnswers* answers_;
  std::set<uint64_t> own_descriptors_;
  std::string why_;
  std::string written_;
};

}  // namespace weft::process
