#include "replayer/runtime/log_reader.h"

#include <linux/futex.h>
#include <sys/mman.h>

#include "recorder/runtime/kernel.h"
#include "recorder/runtime/report.h"
#include "weft/channel/layout.h"

namespace weft::runtime {

using channel::ReplayChannel;
using channel::ReplayCommand;
using channel::ReplayState;
using trace::EventHeader;

Log g_log;

namespace {

/// Waits until `bytes` of the log are there; false if it ends before.
bool wait_for(uint64_t bytes) {
  ReplayChannel* channel = replay_channel();
  for (;;) {
    const uint32_t seen = channel->available_futex.load(std::memory_order_acquire);
    const bool complete = channel->complete.load(std::memory_order_acquire) != 0;
    g_log.available = channel->available.load(std::memory_order_acquire);
    if (g_log.available >= bytes) return true;
    if (complete) return false;
    const int64_t timeout[2] = {1, 0};
    raw(__NR_futex, address_of(&channel->available_futex), FUTEX_WAIT, seen, address_of(timeout));
  }
}

}  // namespace

bool map_replay_channel(int channel_fd, int log_fd) {
  const long channel =
      raw(__NR_mmap, layout::kChannelAddress, channel::kReplayHeaderBytes, PROT_READ | PROT_WRITE,
          MAP_SHARED | MAP_FIXED, static_cast<uint64_t>(channel_fd), 0);
  if (channel != static_cast<long>(layout::kChannelAddress)) return false;
  if (replay_channel()->magic != channel::kReplayMagic) return false;
  const uint64_t bytes = (replay_channel()->log_bytes + layout::kPage - 1) & ~(layout::kPage - 1);
  if (bytes == 0) return true;
  return raw(__NR_mmap, layout::kLogAddress, bytes, PROT_READ, MAP_SHARED | MAP_FIXED,
             static_cast<uint64_t>(log_fd), 0) == static_cast<long>(layout::kLogAddress);
}

void report_state(ReplayState state) {
  ReplayChannel* channel = replay_channel();
  channel->position.store(g_log.index, std::memory_order_release);
  channel->log_position.store(g_log.offset, std::memory_order_release);
  channel->command.store(static_cast<uint32_t>(ReplayCommand::kNone), std::memory_order_release);
  channel->state.store(static_cast<uint32_t>(state), std::memory_order_release);
  channel->state_futex.fetch_add(1, std::memory_order_release);
  raw(__NR_futex, address_of(&channel->state_futex), FUTEX_WAKE, 1);
  for (;;) {
    const uint32_t seen = channel->command_futex.load(std::memory_order_acquire);
    const auto command =
        static_cast<ReplayCommand>(channel->command.load(std::memory_order_acquire));
    if (command == ReplayCommand::kQuit) raw(__NR_exit_group, 0);
    if (command == ReplayCommand::kRun) break;
    raw(__NR_futex, address_of(&channel->command_futex), FUTEX_WAIT, seen, 0);
  }
  channel->state.store(static_cast<uint32_t>(ReplayState::kRunning), std::memory_order_release);
}

const EventHeader* peek_event() {
  while (stop_is_due()) report_state(ReplayState::kParked);
  return glance_at_event();
}

const EventHeader* wait_for_event() {
  if (g_log.offset + sizeof(EventHeader) > g_log.available &&
      !wait_for(g_log.offset + sizeof(EventHeader))) {
    return nullptr;
  }
  const auto* event = pointer_to<const EventHeader>(layout::kLogAddress + g_log.offset);
  const uint64_t end = g_log.offset + trace::event_bytes(event->size);
  if (end > g_log.available && !wait_for(end)) return nullptr;
  return g_log.next = event;
}

}  // namespace weft::runtime
