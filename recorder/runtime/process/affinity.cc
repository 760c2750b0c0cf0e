#include "recorder/runtime/process/affinity.h"

#include "recorder/runtime/ground/state.h"
#include "recorder/runtime/turns/gathering.h"

namespace weft::runtime {

long on_affinity(Call& call) {
  if (!recording()) return perform(call);
  const auto tid = static_cast<int32_t>(call.args[0]);
  for_each_thread([&call, tid](Thread* thread) {
    if (tid == 0 ? thread == call.thread : thread->tid == tid) leave_gathering(thread);
  });
  return perform(call);
}

}  // namespace weft::runtime
