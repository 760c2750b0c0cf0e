#include "recorder/runtime/log/process_pool.h"

#include <sys/mman.h>

#include "recorder/runtime/ground/report.h"
#include "recorder/runtime/log/event_writer.h"

namespace weft::runtime {

using channel::PoolHeader;
using channel::RecordChannel;
using channel::SlotState;

namespace {

RecordChannel* root_channel() {
  return pointer_to<RecordChannel>(channel::kPoolAddress);
}

PoolHeader* pool() {
  return pointer_to<PoolHeader>(channel::kPoolAddress + channel::kHeaderBytes);
}

RecordChannel* channel_in(int slot) {
  return pointer_to<RecordChannel>(channel::slot_address(static_cast<uint32_t>(slot)));
}

bool take(std::atomic<uint32_t>* state) {
  auto expected = static_cast<uint32_t>(SlotState::kFree);
  return state->load(std::memory_order_relaxed) == expected &&
         state->compare_exchange_strong(expected, static_cast<uint32_t>(SlotState::kTaken),
                                        std::memory_order_acquire);
}

int take_slot() {
  for (uint32_t slot = 0; slot < channel::kPoolSlots; ++slot) {
    if (take(&pool()->state[slot])) return static_cast<int>(slot);
  }
  return kNoSlot;
}

/// What a child has of its parent's.
void fill_in(RecordChannel* child, trace::ProcessBegin begin) {
  const RecordChannel* own = record_channel();
  child->magic = channel::kRecordMagic;
  child->recorder_pid = own->recorder_pid;
  child->recorder_fd = own->recorder_fd;
  child->slice_us.store(own->slice_us.load());
  child->ticks_per_us = own->ticks_per_us;
  child->digests = own->digests;
  child->digests_us = own->digests_us;
  child->memory_asked.store(own->digests == channel::Digests::kAlways ? 1 : 0);
  child->processor = own->processor;
  child->leaves_text = own->leaves_text;
  child->follows = 1;
  child->ring_bytes = channel::kChildRingBytes;
  child->parent_process = own->process;
  child->parent_offset = g_ring.head;
  child->begins = static_cast<uint32_t>(begin);
}

}  // namespace

void map_process_pool(int fd) {
  const auto file = static_cast<uint64_t>(fd);
  constexpr uint64_t kProtection = PROT_READ | PROT_WRITE, kFlags = MAP_SHARED | MAP_FIXED;
  constexpr uint64_t kPool = channel::kPoolAddress + channel::kHeaderBytes;
  const bool mapped = raw(__NR_mmap, channel::kPoolAddress, channel::kHeaderBytes, kProtection,
                          kFlags, file, 0) == static_cast<long>(channel::kPoolAddress) &&
                      raw(__NR_mmap, kPool, channel::kPoolBytes, kProtection, kFlags, file,
                          channel::kPoolOffset) == static_cast<long>(kPool) &&
                      pool()->magic == channel::kPoolMagic;
  if (!mapped) {
    record_channel()->follows = 0;
  } else {
    begin_ring(root_channel());
  }
}

channel::KnownFacts* known_facts() {
  return record_channel()->follows != 0 ? &pool()->facts : nullptr;
}

int claim_channel(trace::ProcessBegin begin) {
  if (record_channel()->follows == 0 || record_channel()->stopped.load() != 0) return kNoSlot;
  const int slot = take_slot();
  if (slot == kNoSlot) return kNoSlot;
  RecordChannel* child = channel_in(slot);  // zeros
  fill_in(child, begin);
  child->process = pool()->next_process.fetch_add(1, std::memory_order_relaxed);
  pool()->state[slot].store(static_cast<uint32_t>(SlotState::kClaimed), std::memory_order_release);
  pool()->claims.fetch_add(1, std::memory_order_release);
  return slot;
}

void name_child(int slot, long pid) {
  RecordChannel* child = channel_in(slot);
  const bool again = child->is_named.load(std::memory_order_relaxed) != 0;
  (is_error(pid) ? child->pid_error : child->program_pid)
      .store(static_cast<int32_t>(pid), std::memory_order_release);
  // Once it was named, an error is the last word: the slot may be another child's by now.
  if (!again) child->is_named.store(1, std::memory_order_release);
}

/// A shared mapping of zero bytes that is "moved" is the same memory once more (mremap(2)).
void enter_channel(int slot) {
  constexpr uint64_t kMayMove = 1, kFixed = 2;
  const auto again = [](uint64_t from, uint64_t bytes, uint64_t to) {
    return raw(__NR_mremap, from, 0, bytes, kMayMove | kFixed, to) == static_cast<long>(to);
  };
  const uint64_t base = channel::slot_address(static_cast<uint32_t>(slot));
  const uint64_t ring = layout::kChannelAddress + channel::kHeaderBytes;
  raw(__NR_munmap, layout::kChannelAddress, channel::kHeaderBytes + 2 * channel::kRingBytes);
  check(again(base, channel::kHeaderBytes + channel::kChildRingBytes, layout::kChannelAddress) &&
            again(base + channel::kHeaderBytes, channel::kChildRingBytes,
                  ring + channel::kChildRingBytes),
        "no channel for a child process");
  begin_ring(root_channel());
}

}  // namespace weft::runtime
