#include "recorder/runtime/log/log_reader.h"

#include <linux/futex.h>
#include <sys/mman.h>

#include "recorder/runtime/ground/kernel.h"
#include "weft/channel/layout.h"

namespace weft::runtime {

using channel::ReplayChannel;
using trace::EventHeader;

Log g_log;

namespace {

int g_channel_fd;

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

bool map_channel_slot(uint32_t slot) {
  const long channel = raw(__NR_mmap, layout::kChannelAddress, channel::kReplayHeaderBytes,
                           PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED,
                           static_cast<uint64_t>(g_channel_fd), slot * channel::kReplayHeaderBytes);
  return channel == static_cast<long>(layout::kChannelAddress) &&
         replay_channel()->magic == channel::kReplayMagic;
}

channel::StepRecord* map_steps() {
  const long mapped =
      raw(__NR_mmap, layout::kStepsAddress, channel::kStepsBytes, PROT_READ | PROT_WRITE,
          MAP_SHARED | MAP_FIXED, static_cast<uint64_t>(g_channel_fd), channel::kStepsOffset);
  return is_error(mapped) ? nullptr : pointer_to<channel::StepRecord>(layout::kStepsAddress);
}

channel::ProbeArea* map_probe_area(uint32_t number) {
  const long mapped =
      raw(__NR_mmap, layout::kProbesAddress, channel::kProbeAreaBytes, PROT_READ | PROT_WRITE,
          MAP_SHARED | MAP_FIXED, static_cast<uint64_t>(g_channel_fd),
          channel::kProbesOffset + number * channel::kProbeAreaBytes);
  return is_error(mapped) ? nullptr : pointer_to<channel::ProbeArea>(layout::kProbesAddress);
}

bool map_replay_channel(const ReplayFiles& files) {
  g_channel_fd = files.channel_fd;
  if (!map_channel_slot(files.slot)) return false;
  const uint64_t bytes = (replay_channel()->log_bytes + layout::kPage - 1) & ~(layout::kPage - 1);
  if (bytes == 0) return true;
  return raw(__NR_mmap, layout::kLogAddress, bytes, PROT_READ, MAP_SHARED | MAP_FIXED,
             static_cast<uint64_t>(files.log_fd), 0) == static_cast<long>(layout::kLogAddress);
}

bool only_notes_left() {
  for (uint64_t at = g_log.offset;;) {
    if (at + sizeof(EventHeader) > g_log.available && !wait_for(at + sizeof(EventHeader)))
      return true;
    const auto* event = pointer_to<const EventHeader>(layout::kLogAddress + at);
    if (event->kind != static_cast<uint8_t>(trace::EventKind::kUnusual)) return false;
    at += trace::event_bytes(event->size);
    if (at > g_log.available && !wait_for(at)) return true;
  }
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
