#include "recorder/runtime/preempt/stepping.h"

#include "recorder/runtime/code/flag_effect.h"
#include "recorder/runtime/code/interpreter.h"
#include "recorder/runtime/code/patch.h"
#include "recorder/runtime/code/relocate.h"
#include "recorder/runtime/preempt/spin_places.h"
#include "recorder/runtime/signals/signals.h"

namespace weft::runtime {

namespace {

constexpr uint64_t kTrapFlag = 0x100;
constexpr int kEnoughSteps = 300;  // from here on a good place is taken that was seldom passed
constexpr int kPatience = 64;     // after as many steps more it may have been passed twice as often
constexpr int kMostSteps = 2000;  // from here on any place that can be found again
constexpr int kFlagSteps = 3000;  // and from here on wherever the flags are undefined, too
constexpr int kGiveUpSteps = 8000;  // inside one rep instruction: another time
constexpr int kMaxTargets = 64;
constexpr uint32_t kMaxPlaces = 1024;  // a power of 2

struct Steps {
  const Thread* thread;  // the thread that steps, or nullptr
  uint64_t began;        // its CPU time, ns
  int count;
  uint64_t last_ip;
  uint64_t next_ip;  // after the instruction at last_ip
  bool flags_known;  // all of them are defined: the same on every processor
  int target_count;
  uint64_t targets[kMaxTargets];  // where jumps went
  int visits[kMaxPlaces];         // by hash of the ip; those that collide share a count
  TouchedWords touched;
  trace::Registers mark;  // as they were after 1, 2, 4, 8... steps
  int touched_at_mark;    // words, until then
  bool spins;             // it waits for another thread: no round changes anything
  bool changes;           // but memory was another one within a round
};
Steps g_steps;  // only the holder of the baton runs program code

struct Code {
  uint8_t bytes[2 * kMaxInstruction];
  int available;
};

/// What comes next, where the thread stands.
enum class Next { kStep, kStop, kPreempt };

uint64_t cpu_time() {
  int64_t time[2] = {};
  raw(__NR_clock_gettime, 3 /* CLOCK_THREAD_CPUTIME_ID */, address_of(time));
  return static_cast<uint64_t>(time[0]) * 1'000'000'000 + static_cast<uint64_t>(time[1]);
}

Code read_code(uint64_t ip) {
  Code code{};
  const uint64_t to_page_end = layout::kPage - ip % layout::kPage;
  if (weft_copy_guarded(code.bytes, pointer_to<void>(ip), sizeof code.bytes) == 0) {
    code.available = sizeof code.bytes;
  } else if (to_page_end < sizeof code.bytes &&
             weft_copy_guarded(code.bytes, pointer_to<void>(ip), to_page_end) == 0) {
    code.available = static_cast<int>(to_page_end);
  }
  return code;
}

bool in_runtime_or_stub(uint64_t ip) {
  return in_stub(ip) || in_spin_stub(ip) ||
         (ip >= address_of(__executable_start) && ip < address_of(_end));
}

void note_jump(uint64_t ip) {
  if (g_steps.count == 0 || ip == g_steps.next_ip || ip == g_steps.last_ip) return;
  for (int i = 0; i < g_steps.target_count; ++i) {
    if (g_steps.targets[i] == ip) return;
  }
  if (g_steps.target_count < kMaxTargets) g_steps.targets[g_steps.target_count++] = ip;
}

void note_operand(const Instruction& instruction, const Code& code, const trace::Registers& now) {
  const uint64_t address = memory_operand(instruction, code.bytes, now.rip, now);
  if (address == 0) return;
  TouchedWords& touched = g_steps.touched;
  for (int i = 0; i < touched.count; ++i) {
    if (touched.items[i].address == address) return;
  }
  uint64_t value;
  if (touched.count == kMaxTouched ||
      weft_copy_guarded(&value, pointer_to<void>(address), 8) != 0) {
    return;
  }
  touched.items[touched.count++] = {address, value};
}

bool touched_words_are_as_before() {
  const TouchedWords& touched = g_steps.touched;
  if (touched.count == kMaxTouched) return false;  // there may be more
  for (int i = 0; i < touched.count; ++i) {
    uint64_t value;
    if (weft_copy_guarded(&value, pointer_to<void>(touched.items[i].address), 8) != 0 ||
        value != touched.items[i].before) {
      return false;
    }
  }
  return true;
}

/// A loop may count how often it has looked: one register may differ.
bool is_same_but_for_a_count(const trace::Registers& one, const trace::Registers& other) {
  constexpr int kGeneral = offsetof(trace::Registers, rip) / sizeof(uint64_t);
  uint64_t left[kGeneral], right[kGeneral];
  __builtin_memcpy(left, &one, sizeof left);
  __builtin_memcpy(right, &other, sizeof right);
  int different = 0;
  for (int i = 0; i < kGeneral; ++i) different += left[i] != right[i] ? 1 : 0;
  return one.rip == other.rip && one.rsp == other.rsp && different <= 1;
}

/// A thread that looks at the same memory again, finds it as it was, and has not come further by
/// itself, waits for another one. One that looks at other words each round searches. The marks find a
/// round of any length (Brent's algorithm).
void look_for_spin(const trace::Registers& now) {
  if (g_steps.spins) return;
  g_steps.spins = g_steps.count > 0 && g_steps.touched.count > 0 &&
                  g_steps.touched.count == g_steps.touched_at_mark &&
                  is_same_but_for_a_count(now, g_steps.mark) && touched_words_are_as_before();
  if ((g_steps.count & (g_steps.count - 1)) != 0) return;
  g_steps.mark = now;
  g_steps.touched_at_mark = g_steps.touched.count;
}

/// A loop that takes a lock, looks, and releases it leaves memory as it was, too. If it handed over
/// in the middle each time, the thread for which it waits would never find the lock free.
void look_for_changes() {
  constexpr int kMostWords = 8;  // of a loop that only waits
  if (g_steps.changes) return;
  g_steps.changes = g_steps.touched.count > kMostWords || !touched_words_are_as_before();
}

/// Places that were good once, so that the next preemption in the same loop finds one at once.
struct GoodPlace {
  uint64_t ip;
  uint8_t code[kJumpBytes];
};
constexpr int kGoodPlaces = 64;  // a power of 2
GoodPlace g_good_places[kGoodPlaces];
uint32_t g_stops;
constexpr uint32_t kLooksAnew = 8;

GoodPlace& good_place_of(uint64_t ip) {
  return g_good_places[(ip ^ ip >> 6) % kGoodPlaces];
}

void remember_place(uint64_t ip, const Code& code) {
  GoodPlace& place = good_place_of(ip);
  place.ip = ip;
  __builtin_memcpy(place.code, code.bytes, sizeof place.code);
}

/// Now and then it is looked for anew: the loop may spin by now, or no more.
bool is_remembered(uint64_t ip, const Code& code) {
  const GoodPlace& place = good_place_of(ip);
  return g_stops % kLooksAnew != 0 && place.ip == ip &&
         __builtin_memcmp(place.code, code.bytes, sizeof place.code) == 0;
}

bool jumped_into(uint64_t begin, uint64_t end) {
  for (int i = 0; i < g_steps.target_count; ++i) {
    if (begin < g_steps.targets[i] && g_steps.targets[i] < end) return true;
  }
  return false;
}

/// Just after a system call instruction: its patch may cover the instruction here (patch.h).
bool behind_call(uint64_t ip) {
  uint8_t before[2] = {};
  weft_copy_guarded(before, pointer_to<void>(ip - 2), 2);
  return before[0] == 0x0f && before[1] == 0x05;
}

/// Counts the visit, returns how many there were before.
int count_visit(uint64_t ip) {
  if (g_steps.count == 0) __builtin_memset(g_steps.visits, 0, sizeof g_steps.visits);
  return g_steps.visits[(ip ^ ip >> 10) % kMaxPlaces]++;
}

/// Replay passes the place as often as the loop does: better in an outer loop than in the inner
/// one. A loop that spins has none, and any of its rounds will do.
bool seldom_passed(int visits, int steps) {
  if (g_steps.spins) return true;
  return steps >= kEnoughSteps && visits <= 1 << (steps - kEnoughSteps) / kPatience;
}

bool is_good_place(uint64_t ip, const Code& code) {
  return can_move(code.bytes, code.available) && !jumped_into(ip, ip + kJumpBytes) &&
         !behind_call(ip);
}

/// Under the trap flag these would show it, or lose it.
bool handles_flags(const Instruction& instruction) {
  return instruction.map == 0 && !instruction.vector &&
         (instruction.opcode == 0x9c || instruction.opcode == 0x9d);
}

/// A system call, int3...: what follows is not an instruction of the program.
bool leaves_program(const Instruction& instruction) {
  return instruction.flow == Flow::kSpecial &&
         !(instruction.map == 0 && instruction.opcode == 0xff);
}

void note_flags(const Instruction& instruction, const uint8_t* bytes) {
  const FlagEffect effect = flag_effect(instruction, bytes);
  if (effect != FlagEffect::kKeeps) g_steps.flags_known = effect == FlagEffect::kDefines;
}

/// True if the thread may stand in the middle of the instruction.
bool is_underway(const Instruction& instruction, uint64_t ip) {
  if (instruction.repeat != 0 && is_string_operation(instruction)) {
    return g_steps.count == 0 || ip == g_steps.last_ip;
  }
  return instruction.vector && instruction.map == 2 && g_steps.count == 0;  // gather
}

/// The thread stands at an instruction: one more step, or enough.
Next look_at(const trace::Registers& now) {
  const uint64_t ip = now.rip;
  if (in_runtime_or_stub(ip)) return Next::kStop;
  const Code code = read_code(ip);
  Instruction instruction;
  if (!decode(code.bytes, code.available, &instruction))
    return g_steps.count == 0 ? Next::kStop : Next::kPreempt;
  if (leaves_program(instruction)) return Next::kStop;
  note_jump(ip);
  note_operand(instruction, code, now);
  look_for_spin(now);
  look_for_changes();
  const int count = g_steps.count, visits = count_visit(ip);
  if (is_underway(instruction, ip)) {
    if (count >= kGiveUpSteps) return Next::kStop;
  } else if (handles_flags(instruction)) {
    return Next::kPreempt;
  } else if (g_steps.flags_known || count >= kFlagSteps) {
    // After a whole round, which has shown the words that tell rounds apart.
    if (visits > 0 && is_remembered(ip, code)) return Next::kPreempt;
    const bool good = seldom_passed(visits, count) && is_good_place(ip, code);
    if (good && !g_steps.spins) remember_place(ip, code);
    if (good || count >= kMostSteps) return Next::kPreempt;
  }
  note_flags(instruction, code.bytes);
  g_steps.count = count + 1;
  g_steps.last_ip = ip;
  g_steps.next_ip = ip + instruction.length;
  return Next::kStep;
}

/// Goes on by hand as far as that goes, then with the CPU: its traps take most of the time.
void go_on_stepping(SignalContext* context, Thread* thread) {
  trace::Registers now{};
  registers_from(*context, &now);
  now.rflags &= ~kTrapFlag;
  now.fs_base = fs_base();
  Next next;
  do {
    next = look_at(now);
  } while (next == Next::kStep && interpret(&now));
  registers_to(now, context);
  if (next == Next::kStep) {
    context->flags |= kTrapFlag;
    return;
  }
  stop_stepping(context);
  if (next == Next::kStop) return;
  if (++g_stops % kLooksAnew == 1 || g_steps.spins) thread->spins = g_steps.spins;
  enter_preemption(context, thread);
}

}  // namespace

void start_stepping(SignalContext* context, Thread* thread) {
  if (g_steps.thread == thread) return;
  g_steps.thread = thread;
  g_steps.began = cpu_time();
  g_steps.count = 0;
  g_steps.target_count = 0;
  g_steps.touched.count = 0;
  g_steps.spins = g_steps.changes = false;
  g_steps.flags_known = false;
  go_on_stepping(context, thread);
}

void stop_stepping(SignalContext* context) {
  if (g_steps.thread != current()) return;
  g_steps.thread = nullptr;
  context->flags &= ~kTrapFlag;
}

bool on_step(SignalContext* context, Thread* thread) {
  if (g_steps.thread != thread) return false;
  go_on_stepping(context, thread);
  return true;
}

uint64_t time_since_steps_began() {
  return cpu_time() - g_steps.began;
}

bool only_waits() {
  return g_steps.spins && !g_steps.changes;
}

const TouchedWords& touched_words() {
  return g_steps.touched;
}

}  // namespace weft::runtime
