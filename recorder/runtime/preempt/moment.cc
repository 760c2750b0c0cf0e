#include "recorder/runtime/preempt/moment.h"

#include <initializer_list>

#include "recorder/runtime/ground/extended_state.h"
#include "recorder/runtime/log/log_reader.h"
#include "recorder/runtime/preempt/memory_state.h"
#include "recorder/runtime/preempt/stepping.h"
#include "recorder/runtime/turns/log_turns.h"

namespace weft::runtime {

namespace {

NearMisses g_misses;

/// The touched words as they are now: first those that have changed.
void collect_words(const TouchedWords& touched, trace::PreemptWord* words) {
  int count = 0;
  for (const bool changed : {true, false}) {
    for (int i = 0; i < touched.count && count < trace::kPreemptWords; ++i) {
      const uint64_t address = touched.items[i].address;
      uint64_t value;
      if (!is_in_memory_state(address, 8) ||
          weft_copy_guarded(&value, pointer_to<void>(address), 8) != 0) {
        continue;
      }
      if ((value != touched.items[i].before) == changed) words[count++] = {address, value};
    }
  }
}

uint64_t quad_at(const uint8_t* extended, uint32_t offset) {
  uint64_t value;
  __builtin_memcpy(&value, extended + offset, 8);
  return value;
}

/// The words of the extended state that are kept one by one.
void read_extended(Thread* thread, trace::PreemptRecord* record) {
  // The program's vector registers are still in the CPU: the runtime uses none.
  save_extended_state(thread->extended);
  const uint32_t high = vector_high_offset();
  for (uint32_t i = 0; i < 16; ++i) {
    record->vector_low[i] = quad_at(thread->extended, 160 + 16 * i);
    record->vector_high[i] = high != 0 ? quad_at(thread->extended, high + 16 * i) : 0;
  }
  for (uint32_t i = 0; i < 8; ++i) record->x87[i] = quad_at(thread->extended, 32 + 16 * i);
}

bool same_extended(Thread* thread, const trace::PreemptRecord& then, bool is_old) {
  const uint8_t* now = thread->extended;
  save_extended_state(thread->extended);
  for (uint32_t i = 0; i < 8; ++i) {
    if (quad_at(now, 32 + 16 * i) != then.x87[i]) return false;
  }
  const uint32_t high = vector_high_offset();
  for (uint32_t i = 0; i < 16; ++i) {
    if (quad_at(now, 160 + 16 * i) != then.vector_low[i]) return false;
    if (high != 0 && quad_at(now, high + 16 * i) != then.vector_high[i]) return false;
  }
  return (is_old ? extended_state_crc(now) : extended_state_digest(now)) == then.extended_hash;
}

bool same_registers(const trace::Registers& now, const trace::Registers& then) {
  const auto *a = reinterpret_cast<const uint64_t*>(&now),
             *b = reinterpret_cast<const uint64_t*>(&then);
  for (int i = 0; i < 16; ++i) {
    if (a[i] != b[i]) return false;
  }
  return now.rip == then.rip && (now.rflags & kProgramFlags) == (then.rflags & kProgramFlags);
}

bool same_words(const trace::PreemptRecord& then) {
  for (const trace::PreemptWord& word : then.words) {
    uint64_t value;
    if (word.address == 0) continue;
    if (weft_copy_guarded(&value, pointer_to<void>(word.address), 8) != 0) return false;
    if (value != word.value) return false;
  }
  return true;
}

bool same_block(const trace::PreemptBlock& block) {
  return weft_crc_guarded(0, pointer_to<void>(block.address), block.bytes) ==
         static_cast<long>(block.crc);
}

bool same_blocks(const trace::PreemptBlock* blocks, uint64_t count) {
  static uint64_t last;  // differed at the last hit
  if (last < count && !same_block(blocks[last])) return false;
  for (uint64_t i = 0; i < count; ++i) {
    if (same_block(blocks[i])) continue;
    last = i;
    return false;
  }
  return true;
}

/// The thread has passed as often as in the recording: then its registers are as they were.
bool is_counted_moment(Thread* thread, const trace::PreemptRecord& then) {
  if (!same_registers(thread->registers, then.registers) || fs_base() != then.registers.fs_base ||
      !same_extended(thread, then, false)) {
    report_divergence(thread, "other registers at the pass at which it was preempted");
  }
  return true;
}

}  // namespace

void collect_registers(Thread* thread, trace::PreemptRecord* record) {
  *record = {};
  record->registers = thread->registers;
  record->registers.fs_base = fs_base();
  read_extended(thread, record);
  record->extended_hash = extended_state_digest(thread->extended);
}

bool collect_moment(Thread* thread, trace::PreemptRecord* record) {
  if (!collect_memory_state(thread)) return false;
  collect_registers(thread, record);
  collect_words(touched_words(), record->words);
  return true;
}

const NearMisses& near_misses() {
  return g_misses;
}

bool is_moment(Thread* thread, const trace::EventHeader* event) {
  const auto& then = *reinterpret_cast<const trace::PreemptRecord*>(payload_of(event));
  const bool is_old = (event->flags & trace::kWholeState) == 0;
  static bool extended_differed;  // what differed at the last hit differs most likely again
  if (!is_old && trace::counted_passes(&then, event->size) != 0)
    return is_counted_moment(thread, then);
  if (!same_registers(thread->registers, then.registers)) return false;
  if (!is_old && fs_base() != then.registers.fs_base) return false;
  if (extended_differed && !same_extended(thread, then, is_old)) return false;
  if (!same_words(then)) return false;
  if (is_old) {
    const auto* blocks = reinterpret_cast<const trace::PreemptBlock*>(&then + 1);
    if (!same_blocks(blocks, (event->size - sizeof then) / sizeof blocks[0])) return false;
  } else if (const auto* page = differing_page(trace::preempt_state(&then, event->size))) {
    g_misses = {g_misses.passes + 1, page};
    return false;
  }
  extended_differed = !same_extended(thread, then, is_old);
  if (!extended_differed) g_misses = {};
  return !extended_differed;
}

}  // namespace weft::runtime
