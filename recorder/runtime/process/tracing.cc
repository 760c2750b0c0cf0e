#include "recorder/runtime/process/tracing.h"

#include "recorder/runtime/ground/processes.h"
#include "recorder/runtime/ground/program_memory.h"
#include "recorder/runtime/ground/state.h"

namespace weft::runtime {

namespace {

constexpr uint64_t kTraceMe = 0, kArchPrctl = 30, kGetRegisterSet = 0x4204;
constexpr uint64_t kGetFs = 0x1003, kGetGs = 0x1004;

long on_trace_me(Call& call) {
  Process* process = call.thread->process;
  if (!recording()) {
    process->is_traced = true;
    return replay_call(call);
  }
  const bool again = process->is_traced;
  process->is_traced = true;
  return agree(call, again ? -kEPERM : 0);
}

/// The registers go where a struct iovec says, whose length the kernel corrects.
void collect_register_set(const Call& call, OutputList* outputs) {
  struct {
    uint64_t base, bytes;
  } vector;
  if (!read_program(call.args[3], &vector)) return;
  outputs->add(3, call.args[3], sizeof vector);
  outputs->add(trace::kAbsolute, vector.base, vector.bytes);
}

}  // namespace

long on_ptrace(Call& call) {
  const uint64_t request = static_cast<uint32_t>(call.args[0]);
  if (request == kTraceMe) return on_trace_me(call);
  if (!recording()) return replay_call(call);
  const long result = enter_kernel(call);
  static OutputList outputs;  // used under the baton
  outputs.clear();
  if (!is_error(result) && request == kGetRegisterSet) collect_register_set(call, &outputs);
  if (!is_error(result) && request == kArchPrctl &&
      (call.args[3] == kGetFs || call.args[3] == kGetGs))
    outputs.add(2, call.args[2], 8);
  log_call(call, result, &outputs);
  return result;
}

void be_traced_if_wanted(const Thread* thread) {
  if (thread->process->is_traced) raw(__NR_ptrace, kTraceMe, 0, 0, 0);
}

}  // namespace weft::runtime
