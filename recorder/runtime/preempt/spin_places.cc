#include "recorder/runtime/preempt/spin_places.h"

#include <sys/mman.h>

#include "recorder/runtime/code/instruction.h"
#include "recorder/runtime/code/text.h"
#include "recorder/runtime/code/trap_jump.h"
#include "recorder/runtime/ground/state.h"
#include "recorder/runtime/log/event_writer.h"
#include "recorder/runtime/preempt/counting_stub.h"
#include "recorder/runtime/turns/baton.h"

namespace weft::runtime {

namespace {

constexpr uint64_t kPasses = 32;        // until the runtime looks whether somebody waits
constexpr uint64_t kManyYields = 4096;  // without a call
constexpr uint64_t kLongTurnUs = 100;   // that a thread has then, at least
constexpr int kMostPlaces = 64;

struct SpinPlace {
  TrapJump jump;
  uint64_t passes;    // when the runtime was entered last: since `position`
  uint64_t position;  // g_ring.head then
};

// Used under the baton, and in handlers of its holder.
SpinPlace g_places[kMostPlaces];
int g_count;

SpinPlace& place_of(const Thread* thread) {
  return *pointer_to<SpinPlace>(thread->counted_place);
}

PassCounter& counter_of_place(const SpinPlace& place) {
  return *counter_of(place.jump.stub);
}

uint64_t build(void* place, uint64_t stub) {
  const uint64_t end = build_counter(Counts::kSinceEvent, address_of(place), stub);
  *counter_of(stub) = {kPasses, kPasses, 0};
  return end;
}

/// True for instructions that must stay where they are: a call becomes several instructions when it is
/// moved, and those that ask the processor may trap, or be replaced, in their place.
bool must_stay(const Instruction& instruction) {
  constexpr uint8_t kRdtsc = 0x31, kCpuid = 0xa2, kRdtscp = 0x01, kRdrand = 0xc7;
  if (instruction.flow == Flow::kCall) return true;
  // Each round of a repetition may stand at its address, and is one pass of a stub.
  if (instruction.repeat != 0 && is_string_operation(instruction)) return true;
  const uint8_t opcode = instruction.opcode;
  return instruction.map == 1 && !instruction.vector &&
         (opcode == kRdtsc || opcode == kCpuid || opcode == kRdtscp || opcode == kRdrand);
}

bool has_one_that_must_stay(const uint8_t* code) {
  for (uint64_t at = 0; at < kJumpBytes;) {
    Instruction instruction;
    if (!decode(code + at, static_cast<int>(kMaxInstruction), &instruction)) return true;
    if (must_stay(instruction)) return true;
    at += instruction.length;
  }
  return false;
}

bool may_be_counted(uint64_t address) {
  uint8_t code[kMaxMoved * kMaxInstruction];
  if (g_state.leaves_text || !is_patchable_text(address) ||
      !is_patchable_text(address + sizeof code) ||
      weft_copy_guarded(code, pointer_to<void>(address), sizeof code) != 0) {
    return false;
  }
  for (int i = 0; i < g_count; ++i) {
    const uint64_t other = g_places[i].jump.address;
    if (address < other + kMaxMoved * kMaxInstruction && other < address + sizeof code)
      return false;
  }
  return !has_one_that_must_stay(code);
}

/// Writes text, which the program may not write to, or may by now.
bool put_code(uint64_t address, const uint8_t (&code)[kJumpBytes]) {
  if (weft_copy_guarded(pointer_to<void>(address), code, kJumpBytes) == 0) return true;
  const uint64_t page = address & ~(layout::kPage - 1);
  const uint64_t bytes = layout::page_up(address + kJumpBytes - page);
  if (raw(__NR_mprotect, page, bytes, PROT_READ | PROT_WRITE | PROT_EXEC) != 0) return false;
  const bool well = weft_copy_guarded(pointer_to<void>(address), code, kJumpBytes) == 0;
  raw(__NR_mprotect, page, bytes, PROT_READ | PROT_EXEC);
  return well;
}

/// The runtime was entered: `passes` and `position` are of now.
void take_passes(SpinPlace& place) {
  const PassCounter& counter = counter_of_place(place);
  if (place.position != g_ring.head) place.passes = 0;
  place.position = g_ring.head;
  place.passes += counter.first;
}

const SpinPlace* place_around(uint64_t ip) {
  for (int i = 0; i < g_count; ++i) {
    if (ip - g_places[i].jump.pages < kTrapJumpPages) return &g_places[i];
  }
  return nullptr;
}

}  // namespace

void count_passes(const Thread* thread) {
  const uint64_t address = thread->registers.rip;
  if (g_count == kMostPlaces || !may_be_counted(address)) return;
  SpinPlace& place = g_places[g_count];
  place = {};
  if (!make_trap_jump(address, build, &place, &place.jump)) return;
  if (!put_code(address, place.jump.put)) return unmap_stub(place.jump);
  note_covered(address, address + place.jump.moved.bytes);
  ++g_count;
}

uint64_t counted_address(const Thread* thread) {
  return place_of(thread).jump.address;
}

uint64_t passes_since_event(const Thread* thread) {
  return place_of(thread).passes;
}

bool is_to_hand_over(Thread* thread) {
  SpinPlace& place = place_of(thread);
  take_passes(place);
  if (thread->pending.load() != 0) return true;
  if (!baton_wanted()) return false;
  if (thread->spin_entries != thread->entries) thread->spin_yields = 0;
  thread->spin_entries = thread->entries;
  if (thread->spin_yields >= kManyYields && baton_turn_us() < kLongTurnUs) return false;
  ++thread->spin_yields;
  return true;
}

void pass_on(Thread* thread) {
  SpinPlace& place = place_of(thread);
  PassCounter& counter = counter_of_place(place);
  counter.left = counter.first;
  thread->registers.rip = place.jump.moved.places[0];
}

bool on_spin_place_trap(int signal, SignalContext* context) {
  constexpr int kSigTrap = 5;
  const uint64_t ip = context->rip - (signal == kSigTrap ? 1 : 0);
  for (int i = 0; i < g_count; ++i) {
    if (g_places[i].jump.address == 0) continue;
    const uint64_t moved = moved_place(g_places[i].jump, ip);
    if (moved == 0 || !stands_at_site(g_places[i].jump)) continue;
    context->rip = moved;
    return true;
  }
  return false;
}

bool in_spin_stub(uint64_t ip) {
  return place_around(ip) != nullptr;
}

uint64_t ip_before_move(uint64_t ip) {
  const SpinPlace* place = place_around(ip);
  const uint64_t before = place != nullptr ? place_before_move(place->jump, ip) : 0;
  return before != 0 ? before : ip;
}

bool is_spin_stub(uint64_t begin, uint64_t end) {
  for (uint64_t at = begin; at < end;) {
    const SpinPlace* place = place_around(at);
    if (place == nullptr) return false;
    at = place->jump.pages + kTrapJumpPages;
  }
  return true;
}

void restart_counting() {
  constexpr uint64_t kNoPosition = 1;  // positions are multiples of 8
  for (int i = 0; i < g_count; ++i) {
    g_places[i].position = kNoPosition;
    counter_of_place(g_places[i]).minus_position = kNoPosition;
  }
}

void restore_spin_places(uint64_t begin, uint64_t end) {
  for (int i = 0; i < g_count; ++i) {
    TrapJump& jump = g_places[i].jump;
    if (jump.address == 0 || jump.address + jump.moved.bytes <= begin || end <= jump.address)
      continue;
    if (stands_at_site(jump)) put_code(jump.address, jump.original);
    forget_covered(jump.address, jump.address + jump.moved.bytes);
    jump.address = 0;  // its stub stays
  }
}

void forget_spin_places() {
  for (int i = 0; i < g_count; ++i) unmap_stub(g_places[i].jump);
  g_count = 0;
}

}  // namespace weft::runtime
