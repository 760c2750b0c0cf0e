/// The first event at which the program does something else than the trace says
/// (turns/log_turns.h, calls/call.h).
#include "recorder/runtime/calls/call.h"
#include "recorder/runtime/ground/report.h"
#include "recorder/runtime/turns/log_turns.h"
#include "replayer/runtime/stop.h"

namespace weft::runtime {

using channel::ReplayState;

namespace {

void fill_divergence(Thread* thread, const char* what) {
  channel::Divergence& divergence = replay_channel()->divergence;
  divergence.event = event_position();
  divergence.thread = thread->id;
  divergence.registers = thread->registers;
  divergence.registers.fs_base = fs_base();
  Text(divergence.what, sizeof divergence.what).add(what);
}

}  // namespace

void report_divergence(const Call& call, const char* what) {
  channel::Divergence& divergence = replay_channel()->divergence;
  divergence.actual_call = call.number;
  for (int i = 0; i < 6; ++i) divergence.actual_args[i] = call.args[i];
  fill_divergence(call.thread, what);
  for (;;) report_state(ReplayState::kDiverged);
}

void report_divergence(Thread* thread, const char* what) {
  replay_channel()->divergence.actual_call = UINT32_MAX;
  fill_divergence(thread, what);
  for (;;) report_state(ReplayState::kDiverged);
}

}  // namespace weft::runtime
