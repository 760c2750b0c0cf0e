#include "replayer/runtime/stop.h"

#include <linux/futex.h>

#include <cstddef>

#include "recorder/runtime/code/patch.h"
#include "recorder/runtime/ground/kernel.h"
#include "recorder/runtime/ground/thread.h"
#include "recorder/runtime/hooks/fiber_hooks.h"
#include "recorder/runtime/log/log_reader.h"
#include "recorder/runtime/mapped/emulated_files.h"
#include "replayer/runtime/checkpoint.h"
#include "replayer/runtime/end.h"
#include "replayer/runtime/probes/probes.h"
#include "replayer/runtime/steps.h"

namespace weft::runtime {

using channel::ReplayChannel;
using channel::ReplayCommand;
using channel::ReplayState;

namespace {

constexpr int32_t from_registers(size_t offset) {
  return static_cast<int32_t>(offset) - static_cast<int32_t>(offsetof(Thread, registers));
}

void describe_stop(StopPlace place) {
  Thread* thread = current();
  thread->registers.fs_base = fs_base();
  for_each_thread([](Thread* each) { each->program_ip = original_ip(each->registers.rip); });
  channel::Stop& stop = replay_channel()->stop;
  stop.thread = thread->id;
  stop.in_program = place == StopPlace::kProgram ? 1 : 0;
  stop.stepped = segment_was_stepped() ? 1 : 0;
  stop.steps = stop.stepped != 0 ? steps_made() : 0;
  stop.resume_ip = thread->registers.rip;
  stop.program_ip = original_ip(thread->registers.rip);
  stop.registers = address_of(&thread->registers) - thread->slot * kSlotBytes;
  stop.slot_bytes = kSlotBytes;
  stop.slots = g_threads.slots_used;
  stop.thread_count = live_threads();
  stop.id_at = from_registers(offsetof(Thread, id));
  stop.tid_at = from_registers(offsetof(Thread, tid));
  stop.preempted_at = from_registers(offsetof(Thread, preempted));
  stop.exited_at = from_registers(offsetof(Thread, exited));
  stop.program_ip_at = from_registers(offsetof(Thread, program_ip));
  stop.self_at = from_registers(offsetof(Thread, self));
  stop.shared_bytes = own_file_bytes();
  const ParkedFibers fibers = parked_fibers();
  stop.fibers = fibers.address;
  stop.fiber_slots = fibers.slots;
}

void announce(ReplayState state) {
  ReplayChannel* channel = replay_channel();
  channel->position.store(event_position(), std::memory_order_release);
  channel->log_position.store(g_log.offset, std::memory_order_release);
  channel->state.store(static_cast<uint32_t>(state), std::memory_order_release);
  channel->state_futex.fetch_add(1, std::memory_order_release);
  raw(__NR_futex, address_of(&channel->state_futex), FUTEX_WAKE, INT32_MAX);
}

ReplayCommand await_command() {
  ReplayChannel* channel = replay_channel();
  for (;;) {
    const uint32_t seen = channel->command_futex.load(std::memory_order_acquire);
    const auto command = static_cast<ReplayCommand>(channel->command.exchange(
        static_cast<uint32_t>(ReplayCommand::kNone), std::memory_order_acq_rel));
    if (command != ReplayCommand::kNone) return command;
    raw(__NR_futex, address_of(&channel->command_futex), FUTEX_WAIT, seen, 0);
  }
}

}  // namespace

void report_state(ReplayState state, StopPlace place) {
  describe_stop(place);
  announce(state);
  for (;;) {
    switch (await_command()) {
      case ReplayCommand::kQuit:
        raw(__NR_exit_group, 0);
        break;
      case ReplayCommand::kFork:
        if (fork_checkpoint()) {  // this is the copy now, with a channel of its own
          forget_end_timer();
          describe_stop(place);
          announce(state);
        }
        break;
      case ReplayCommand::kRun:
        arm_wanted_probes();
        replay_channel()->state.store(static_cast<uint32_t>(ReplayState::kRunning),
                                      std::memory_order_release);
        return;
      case ReplayCommand::kNone:
        break;
    }
  }
}

void stop_if_due() {
  while (stop_is_due()) report_state(ReplayState::kParked);
}

}  // namespace weft::runtime
