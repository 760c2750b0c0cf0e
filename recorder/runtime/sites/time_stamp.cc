#include "recorder/runtime/sites/time_stamp.h"

#include "recorder/runtime/ground/state.h"
#include "recorder/runtime/turns/log_turns.h"

namespace weft::runtime {

namespace {

constexpr int kSigSegv = 11;

struct Clock {
  uint64_t call_time;  // replayed_time() at the last answer
  uint64_t last;       // answer
  uint64_t answers;    // since call_time
};
Clock g_clock;

uint64_t next_answer() {
  if (g_clock.call_time != replayed_time()) g_clock = {replayed_time(), g_clock.last, 0};
  g_clock.last = (g_clock.call_time > g_clock.last ? g_clock.call_time : g_clock.last) + 64 +
                 g_clock.answers * g_clock.answers;
  ++g_clock.answers;
  return g_clock.last;
}

}  // namespace

void trap_time_stamps() {
  raw(__NR_prctl, 26 /* PR_SET_TSC */, 2 /* PR_TSC_SIGSEGV */);
}

bool on_time_stamp(int signal, SignalContext* context) {
  if (recording() || signal != kSigSegv) return false;
  uint8_t code[3] = {};
  if (weft_copy_guarded(code, pointer_to<void>(context->rip), 2) != 0 || code[0] != 0x0f) {
    return false;
  }
  const bool short_form = code[1] == 0x31;
  if (!short_form &&
      (code[1] != 0x01 || weft_copy_guarded(code + 2, pointer_to<void>(context->rip + 2), 1) != 0 ||
       code[2] != 0xf9)) {
    return false;
  }
  const uint64_t answer = next_answer();
  context->rax = static_cast<uint32_t>(answer);
  context->rdx = answer >> 32;
  if (!short_form) context->rcx = 0;  // rdtscp: processor 0
  context->rip += short_form ? 2 : 3;
  return true;
}

}  // namespace weft::runtime
