#include "recorder/runtime/preempt/moment.h"

#include <initializer_list>

#include "recorder/runtime/calls/call.h"
#include "recorder/runtime/ground/extended_state.h"
#include "recorder/runtime/log/log_reader.h"
#include "recorder/runtime/preempt/data_snapshot.h"
#include "recorder/runtime/preempt/stepping.h"

namespace weft::runtime {

namespace {

constexpr uint64_t kRedZone = 128;
constexpr uint64_t kStackAbove = 4096;
constexpr uint64_t kPointedTo = 64;
constexpr uint64_t kTouched = 32;
constexpr uint64_t kDeadStack = 256 * 1024;
constexpr int kMaxChangedLines = 256;
constexpr int kMaxBlocks = 1024;
constexpr int kMaxInUse = 1024;

/// Memory that calls of other threads may be writing now.
struct InUse {
  uint64_t begin, end;
};
InUse g_in_use[kMaxInUse];
int g_in_use_count;

trace::PreemptBlock g_blocks[kMaxBlocks];
int g_block_count;

void add_in_use(uint64_t begin, uint64_t bytes) {
  if (g_in_use_count < kMaxInUse) g_in_use[g_in_use_count++] = {begin, begin + bytes};
}

/// Its result is not known yet; what bounds it is an argument: a number of bytes, of events.
long largest_result(const Call& call) {
  constexpr uint64_t kMost = 1 << 20;
  uint64_t largest = 1;
  for (const uint64_t arg : call.args) {
    if (arg <= kMost && arg > largest) largest = arg;
  }
  return static_cast<long>(largest);
}

void collect_in_use(const Thread* self) {
  static OutputList outputs;
  g_in_use_count = 0;
  for_each_thread([&](Thread* thread) {
    if (thread == self || thread->preempted) return;
    Call call;
    read_call(thread, &call);
    call.capacity = 1 << 20;
    outputs.clear();
    collect_outputs(call, largest_result(call), &outputs);
    for (const Output& output : outputs) add_in_use(output.address, output.bytes);
  });
}

bool is_in_use(uint64_t begin, uint64_t end) {
  for (int i = 0; i < g_in_use_count; ++i) {
    if (begin < g_in_use[i].end && g_in_use[i].begin < end) return true;
  }
  return false;
}

void add_block(uint64_t begin, uint64_t bytes) {
  if (g_block_count == kMaxBlocks) return;
  const long crc = weft_crc_guarded(0, pointer_to<void>(begin), bytes);
  if (crc < 0) return;
  g_blocks[g_block_count++] = {begin, static_cast<uint32_t>(bytes), static_cast<uint32_t>(crc)};
}

/// Adds [begin, end) without what is in use by calls.
void add_unused(uint64_t begin, uint64_t end) {
  while (begin < end) {
    uint64_t stop = end, skip = end;
    for (int i = 0; i < g_in_use_count; ++i) {
      const InUse& use = g_in_use[i];
      if (use.end <= begin || use.begin >= stop) continue;
      stop = use.begin > begin ? use.begin : begin;
      skip = use.end < end ? use.end : end;
    }
    if (stop > begin) add_block(begin, stop - begin);
    begin = stop == end ? end : skip;
  }
}

void add_range(uint64_t begin, uint64_t end) {
  const WritableMap::Range* range = writable_map().find(begin);
  if (range == nullptr) range = writable_map().find(end - 1);
  if (range == nullptr) return;
  add_unused(begin > range->begin ? begin : range->begin, end < range->end ? end : range->end);
}

bool known_block(uint64_t begin) {
  for (int i = 0; i < g_block_count; ++i) {
    if (g_blocks[i].address == begin) return true;
  }
  return false;
}

/// Below a thread's rsp lie the remains of calls that have returned. A loop that comes to the same
/// state again and again leaves others there in its first round, at which replay may stop.
bool is_dead_stack(uint64_t address) {
  bool dead = false;
  for_each_thread([&](const Thread* thread) {
    const uint64_t live = thread->registers.rsp - kRedZone;
    if (address < live && live - address < kDeadStack) dead = true;
  });
  return dead;
}

void add_pointed_to(uint64_t pointer, uint64_t stack_begin) {
  const uint64_t begin = pointer & ~uint64_t{7};
  if (begin - stack_begin < kRedZone + kStackAbove - kPointedTo || is_image_data(begin) ||
      is_dead_stack(begin)) {
    return;
  }
  if (writable_map().find(begin) != nullptr && !known_block(begin))
    add_range(begin, begin + kPointedTo);
}

/// Globals that changed lately.
void add_changed_data() {
  int lines = 0;
  for_each_changed_line([&lines](uint64_t line) {
    if (lines++ < kMaxChangedLines) add_range(line, line + kSnapshotLine);
  });
}

void collect_blocks(const trace::Registers& registers, const TouchedWords& touched) {
  const uint64_t stack_begin = (registers.rsp - kRedZone) & ~uint64_t{7};
  g_block_count = 0;
  add_range(stack_begin, stack_begin + kRedZone + kStackAbove);
  for (int i = 0; i < touched.count; ++i) {
    add_range(touched.items[i].address, touched.items[i].address + kTouched);
  }
  const auto* numbers = reinterpret_cast<const uint64_t*>(&registers);
  for (int i = 0; i < 16; ++i) {
    add_pointed_to(numbers[i], stack_begin);
    add_pointed_to(numbers[i] - kPointedTo, stack_begin);
  }
  for (uint64_t at = registers.rsp & ~uint64_t{7}; at < stack_begin + kRedZone + kStackAbove;
       at += 8) {
    uint64_t word;
    if (weft_copy_guarded(&word, pointer_to<void>(at), 8) != 0) break;
    if (g_block_count < kMaxBlocks / 2) add_pointed_to(word, stack_begin);
  }
  add_changed_data();
}

/// The touched words as they are now: first those that have changed.
void collect_words(const TouchedWords& touched, trace::PreemptWord* words) {
  int count = 0;
  for (const bool changed : {true, false}) {
    for (int i = 0; i < touched.count && count < trace::kPreemptWords; ++i) {
      const uint64_t address = touched.items[i].address;
      uint64_t value;
      if (writable_map().find(address) == nullptr || is_in_use(address, address + 8) ||
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

bool same_extended(Thread* thread, const trace::PreemptRecord& then) {
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
  return extended_state_hash(now) == then.extended_hash;
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

}  // namespace

void write_moment(Thread* thread, EventWriter* event) {
  static trace::PreemptRecord record;
  record = {};
  record.registers = thread->registers;
  read_extended(thread, &record);
  record.extended_hash = extended_state_hash(thread->extended);
  writable_map().read();
  collect_in_use(thread);
  collect_words(touched_words(), record.words);
  collect_blocks(thread->registers, touched_words());
  event->put_bytes(&record, sizeof record);
  event->put_bytes(g_blocks, static_cast<size_t>(g_block_count) * sizeof g_blocks[0]);
}

bool is_moment(Thread* thread, const trace::EventHeader* event) {
  const auto& then = *reinterpret_cast<const trace::PreemptRecord*>(payload_of(event));
  const auto* blocks = reinterpret_cast<const trace::PreemptBlock*>(&then + 1);
  const uint64_t count = (event->size - sizeof then) / sizeof blocks[0];
  static bool extended_differed;  // what differed at the last hit differs most likely again
  if (!same_registers(thread->registers, then.registers)) return false;
  if (extended_differed && !same_extended(thread, then)) return false;
  if (!same_words(then) || !same_blocks(blocks, count)) return false;
  extended_differed = !same_extended(thread, then);
  return !extended_differed;
}

}  // namespace weft::runtime
