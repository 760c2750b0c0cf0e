#include "recorder/runtime/sites/questions.h"

#include "recorder/runtime/calls/call.h"
#include "recorder/runtime/code/question.h"
#include "recorder/runtime/ground/extended_state.h"
#include "recorder/runtime/ground/shown_processor.h"
#include "recorder/runtime/ground/signal_words.h"
#include "recorder/runtime/ground/state.h"
#include "recorder/runtime/log/process_pool.h"
#include "recorder/runtime/signals/signals.h"
#include "recorder/runtime/sites/question_sites.h"
#include "recorder/runtime/turns/baton.h"
#include "recorder/runtime/turns/log_turns.h"
#include "weft/syscall/table.h"

namespace weft::runtime {

namespace {

constexpr uint64_t kCarry = 1, kZero = 0x40, kArithmetic = 0x8d5;  // flags

/// The question at `ip`, as it was before it was replaced.
bool read_at(uint64_t ip, Question* question) {
  uint8_t code[kMaxInstruction];
  int available = kMaxInstruction;
  while (available > 0 &&
         weft_copy_guarded(code, pointer_to<void>(ip), static_cast<uint64_t>(available)) != 0) {
    --available;
  }
  return read_question(code, available, question);
}

/// A question on its way through the runtime.
struct Asked {
  Question question;
  Thread* thread;
  trace::Registers& registers;

  Call call(uint16_t number) const {
    Call call{};
    call.thread = thread;
    call.number = number;
    call.row = syscall::find(number);
    call.plan = &syscall::plan_of(*call.row);
    call.specs = call.row->args;
    call.arity = call.plan->arity;
    call.site = registers.rip;
    return call;
  }
};

/// Recorded: what `ask` says; replayed: what is in the log.
template <class Ask>
uint64_t answer_of(const Call& call, Ask ask) {
  return static_cast<uint64_t>(recording() ? agree(call, static_cast<long>(ask()))
                                           : replay_call(call));
}

void put_pair(trace::Registers& registers, uint64_t value) {
  registers.rax = value & UINT32_MAX;
  registers.rdx = value >> 32;
}

void answer_time(const Asked& asked) {
  put_pair(asked.registers, answer_of(asked.call(syscall::kTimeStampCall), ticks));
}

/// The segment in which the kernel keeps the number of each processor (its limit): where rdpid is
/// not known. Linux: __CPUNODE_SEG.
uint64_t processor_number() {
  constexpr uint32_t kSegment = 0x7b;
  uint64_t limit = 0;
  asm volatile("lsl %1, %k0" : "=r"(limit) : "r"(kSegment) : "cc");
  return limit;
}

void answer_processor(const Asked& asked) {
  const uint64_t number = answer_of(asked.call(syscall::kProcessorCall), processor_number);
  write_register(register_at(&asked.registers, asked.question.reg), asked.question.width, number);
}

void answer_time_and_processor(const Asked& asked) {
  asked.registers.rcx = processor_is_recorded()
                            ? answer_of(asked.call(syscall::kProcessorCall), processor_number)
                            : 0;
  answer_time(asked);
}

void answer_limit(const Asked& asked) {
  Call call = asked.call(syscall::kSegmentLimitCall);
  call.args[0] = *register_at(&asked.registers, asked.question.source) & 0xffff;
  const auto limit = static_cast<int64_t>(answer_of(call, [&call] {
    uint64_t value = 0;
    bool valid = false;
    asm volatile("lsl %k2, %k0" : "+r"(value), "=@ccz"(valid) : "r"(call.args[0]));
    return valid ? value : static_cast<uint64_t>(-kEINVAL);
  }));
  asked.registers.rflags &= ~kZero;
  if (limit == -kEINVAL) return;
  asked.registers.rflags |= kZero;
  write_register(register_at(&asked.registers, asked.question.reg), asked.question.width,
                 static_cast<uint64_t>(limit));
}

uint64_t random_number() {
  constexpr int kAttempts = 10;  // Intel's recommendation
  for (int i = 0; i < kAttempts; ++i) {
    uint64_t value;
    bool ready;
    asm volatile("rdrand %0" : "=r"(value), "=@ccc"(ready));
    if (ready) return value;
  }
  return static_cast<uint64_t>(-kEAGAIN);
}

uint64_t seed() {
  constexpr uint32_t kHasSeed = 1u << 18;
  constexpr int kAttempts = 100;
  if ((ask_cpuid(7, 0).reg[1] & kHasSeed) == 0) return random_number();
  for (int i = 0; i < kAttempts; ++i) {
    uint64_t value;
    bool ready;
    asm volatile("rdseed %0" : "=r"(value), "=@ccc"(ready));
    if (ready) return value;
    asm volatile("pause");
  }
  return static_cast<uint64_t>(-kEAGAIN);
}

void put_random(const Asked& asked, uint64_t value) {
  const bool ready = static_cast<int64_t>(value) != -kEAGAIN;
  asked.registers.rflags = (asked.registers.rflags & ~kArithmetic) | (ready ? kCarry : 0);
  write_register(register_at(&asked.registers, asked.question.reg), asked.question.width,
                 ready ? value : 0);
}

void answer_random(const Asked& asked) {
  put_random(asked, answer_of(asked.call(syscall::kRandomCall), random_number));
}

void answer_seed(const Asked& asked) {
  put_random(asked, answer_of(asked.call(syscall::kSeedCall), seed));
}

void answer_states(const Asked& asked) {
  Call call = asked.call(syscall::kStatesCall);
  call.args[0] = static_cast<uint32_t>(asked.registers.rcx);
  put_pair(asked.registers, answer_of(call, [] { return shown_processor().states; }));
}

/// Leaves that say which processor it is, or differ from one to the next.
bool tells_processor(uint32_t leaf) {
  for (const uint32_t other : {1u, 2u, 4u, 0xbu, 0x18u, 0x1au, 0x1fu, 0x8000'001eu, 0x8000'0026u}) {
    if (leaf == other) return true;
  }
  // A leaf beyond the last one is answered as that one is, which may be one of these.
  return leaf > 0x1f && leaf < 0x4000'0000;
}

/// As another process of the tree was answered, if there is one that has asked.
cpu::Answer ask_in_tree(uint32_t leaf, uint32_t subleaf) {
  channel::KnownFacts* facts = known_facts();
  if (facts == nullptr || tells_processor(leaf)) return ask_cpuid(leaf, subleaf);
  for (channel::KnownAnswer& known : facts->answers) {
    uint32_t state = known.state.load(std::memory_order_acquire);
    cpu::Answer answer;
    if (state == channel::kIsWhole) {
      if (known.leaf != leaf || known.subleaf != subleaf) continue;
      __builtin_memcpy(answer.reg, known.reg, sizeof answer.reg);
      return answer;
    }
    if (state != 0 || !known.state.compare_exchange_strong(state, 1)) continue;
    answer = ask_cpuid(leaf, subleaf);
    known.leaf = leaf;
    known.subleaf = subleaf;
    __builtin_memcpy(known.reg, answer.reg, sizeof answer.reg);
    known.state.store(channel::kIsWhole, std::memory_order_release);
    return answer;
  }
  return ask_cpuid(leaf, subleaf);
}

void answer_abilities(const Asked& asked) {
  Call call = asked.call(syscall::kAbilitiesCall);
  const auto leaf = static_cast<uint32_t>(asked.registers.rax);
  const auto subleaf = static_cast<uint32_t>(asked.registers.rcx);
  call.args[0] = leaf;
  call.args[1] = subleaf;
  cpu::Answer answer{};
  if (recording()) {
    answer = cpu::shown_answer(shown_processor(), leaf, subleaf, ask_in_tree(leaf, subleaf));
    static OutputList outputs;  // used under the baton
    outputs.clear();
    outputs.add({0, sizeof answer, 0, trace::EffectKind::kSent, &answer});
    log_call(call, 0, &outputs);
  } else {
    replay_call(call);
    const trace::EventHeader* event = replayed_event();
    constexpr uint64_t kBefore = 3 * 8 + sizeof(trace::EffectHeader);  // site, arguments
    if (event->size < kBefore + sizeof answer) report_divergence(call, "cpuid without an answer");
    __builtin_memcpy(&answer, payload_of(event) + kBefore, sizeof answer);
  }
  asked.registers.rax = answer.reg[0];
  asked.registers.rbx = answer.reg[1];
  asked.registers.rcx = answer.reg[2];
  asked.registers.rdx = answer.reg[3];
}

/// No event: see questions.h.
void save_state(const Asked& asked) {
  uint8_t code[kMaxInstruction];
  weft_copy_guarded(code, pointer_to<void>(asked.registers.rip), asked.question.length);
  asked.registers.fs_base = fs_base();
  const uint64_t address =
      memory_operand(asked.question.instruction, code, asked.registers.rip, asked.registers);
  const uint64_t wanted = (asked.registers.rdx << 32) | (asked.registers.rax & UINT32_MAX);
  if (asked.question.kind == QuestionKind::kSaveLegacyState) {
    store_legacy_state(address);
  } else {
    store_wanted_state(address, wanted);
  }
}

using Answerer = void (*)(const Asked&);
/// By QuestionKind.
constexpr Answerer kAnswerers[kQuestionKinds] = {
    nullptr,          answer_time,   answer_time_and_processor,
    answer_abilities, answer_states, answer_processor,
    answer_limit,     answer_random, answer_seed,
    save_state,       nullptr,       save_state};

bool is_event(QuestionKind kind) {
  return kind != QuestionKind::kSaveState && kind != QuestionKind::kSaveLegacyState;
}

}  // namespace

bool on_question(int signal, SignalContext* context, Thread* thread) {
  Question question;
  if (signal != kSigIll || !read_at(context->rip, &question) || !question.replaced) return false;
  if (recording() && !is_question_site(context->rip + question.escape_at)) return false;
  if (kAnswerers[static_cast<int>(question.kind)] == nullptr) return false;
  enter_runtime(context, thread, &weft_entry_question);
  return true;
}

extern "C" void weft_on_question(Thread* thread) {
  ++thread->entries;
  trace::Registers& registers = thread->registers;
  Asked asked{{}, thread, registers};
  if (!read_at(registers.rip, &asked.question)) return;  // the program has changed its text
  const bool event = is_event(asked.question.kind);
  if (event && recording() && live_threads() > 1) baton_end_slice(thread);
  kAnswerers[static_cast<int>(asked.question.kind)](asked);
  registers.rip += asked.question.length;
  if (event) finish_call(thread);
}

}  // namespace weft::runtime
