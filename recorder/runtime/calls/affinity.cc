#include "recorder/runtime/calls/affinity.h"

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

void show_own_processors(const char* path) {
  constexpr char kName[] = "/status";
  constexpr size_t kLength = sizeof kName - 1;
  const size_t length = __builtin_strlen(path);
  if (length > kLength && __builtin_memcmp(path + length - kLength, kName, kLength) == 0)
    suspend_gathering();
}

}  // namespace weft::runtime
