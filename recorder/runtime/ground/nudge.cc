#include "recorder/runtime/ground/nudge.h"

#include "recorder/runtime/ground/kernel.h"
#include "recorder/runtime/ground/processes.h"
#include "recorder/runtime/ground/signal_words.h"
#include "recorder/runtime/ground/state.h"
#include "weft/channel/record_channel.h"

namespace weft::runtime {

namespace {

constexpr int kQueued = -1;  // si_code SI_QUEUE

/// The process that the thread is in, by its number.
int32_t process_of(int32_t tid) {
  int32_t pid = g_state.pid;
  if (threads_in_children() == 0) return pid;
  for_each_thread([&](const Thread* thread) {
    if (thread->tid == tid && thread->process != nullptr) pid = thread->process->pid;
  });
  return pid;
}

}  // namespace

void nudge(int32_t tid) {
  SignalInfo info{channel::kOwnSignal, 0, kQueued, 0, {}};
  info.fields[0] = static_cast<uint32_t>(g_state.pid);
  info.fields[1] = channel::kNudge;
  raw(__NR_rt_tgsigqueueinfo, static_cast<uint64_t>(process_of(tid)), static_cast<uint64_t>(tid),
      channel::kOwnSignal, address_of(&info));
}

}  // namespace weft::runtime
