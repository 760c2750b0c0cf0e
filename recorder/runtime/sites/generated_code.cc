#include "recorder/runtime/sites/generated_code.h"

#include <sys/mman.h>

#include <initializer_list>

#include "recorder/runtime/calls/call.h"
#include "recorder/runtime/code/question_proof.h"
#include "recorder/runtime/ground/assertion.h"
#include "recorder/runtime/ground/program_memory.h"
#include "recorder/runtime/ground/shown_processor.h"
#include "recorder/runtime/ground/signal_words.h"
#include "recorder/runtime/sites/code_ranges.h"
#include "recorder/runtime/sites/question_sites.h"
#include "weft/syscall/extent.h"

namespace weft::runtime {

namespace {

constexpr uint64_t kPiece = 64 * 1024;
constexpr uint64_t kNear = 1024;  // bytes from one question to another of the same author
constexpr uint64_t kPresent = 1, kWrite = 2, kFetch = 0x10;  // of a page fault's error code
constexpr uint32_t kMostExecutions = 4096;  // that are looked at in the life of an image
constexpr uint32_t kMostRewrites = 512;     // of executed pages, likewise
constexpr uint8_t kMostOfPage = 8;          // of one of them

struct Watch {
  bool over;         // no more of it in this image
  bool writes_over;  // no more of writes
  uint32_t executions, rewrites;
  uint64_t low, high;  // writes within are watched
  CodeRanges ranges;
};
Watch g_watch;

uint8_t g_code[kPiece + layout::kPage];
QuestionProof g_proof;

bool watching() {
  return processor_is_recorded() && !g_watch.over;
}

void protect(uint64_t begin, uint64_t end, uint64_t protection) {
  raw(__NR_mprotect, begin, end - begin, protection);
}

/// The program gets what it asked for in [begin, end).
void release(uint64_t begin, uint64_t end) {
  g_watch.ranges.take(begin, end, [](const CodeRange& range) {
    protect(range.begin, range.end, range.protection);
  });
}

/// No write is watched any more. What has not been executed still waits for that.
void stop_watching_writes() {
  static CodeRange unexecuted[64];
  g_watch.writes_over = true;
  g_watch.low = g_watch.high = 0;
  int count = 0;
  g_watch.ranges.take(0, UINT64_MAX, [&count](CodeRange range) {
    range.fresh = false;
    if (range.executed || count == 64) return protect(range.begin, range.end, range.protection);
    unexecuted[count++] = range;
  });
  for (int i = 0; i < count; ++i) g_watch.ranges.add(unexecuted[i]);
}

/// Places in g_code.
struct Places {
  static constexpr int kMost = 256;
  int count;
  uint64_t at[kMost];

  void add(uint64_t place) {
    if (count < kMost) at[count++] = place;
  }
  bool are_near(uint64_t place) const {
    for (int i = 0; i < count; ++i) {
      const uint64_t distance = place > at[i] ? place - at[i] : at[i] - place;
      if (distance <= kNear) return true;
    }
    return false;
  }
};
Places g_questions, g_unknown;  // of one search

/// Sorts the places in g_code from `begin` on that may be questions.
void find_questions(uint64_t begin, uint64_t bytes) {
  g_questions.count = g_unknown.count = 0;
  for (uint64_t at = begin; at + 2 < bytes; ++at) {
    Question question;
    const bool asked = g_code[at] == kReplacedEscape;  // found by an earlier search
    if ((g_code[at] != kEscape && !asked) || !may_be_question(g_code + at)) continue;
    const Start start = g_proof.at(at, &question);
    if (start == Start::kInside) continue;
    if (start == Start::kUnknown && !g_proof.looks_like_one(at, &question)) {
      g_unknown.add(at);
    } else if (question.kind != QuestionKind::kLoadState) {
      g_questions.add(at);
    }
  }
}

/// Replaces what is proved to be a question in [begin, end), where `entry` is an instruction.
void search(uint64_t from, uint64_t begin, uint64_t end, uint64_t entry) {
  const uint64_t bytes = end - from;
  if (bytes > sizeof g_code || weft_copy_guarded(g_code, pointer_to<void>(from), bytes) != 0)
    return;
  g_proof.look_at(g_code, bytes, entry - from);
  find_questions(begin - from, bytes);
  const auto replace = [from](uint64_t at) {
    if (g_code[at] == kEscape) replace_generated_question(from + at);
  };
  for (int i = 0; i < g_questions.count; ++i) replace(g_questions.at[i]);
  for (int i = 0; i < g_unknown.count; ++i) {
    const uint64_t at = g_unknown.at[i];
    Question question;
    if (g_questions.are_near(at) && g_proof.is_met_by_sweeps(at, &question)) replace(at);
  }
}

bool asks_for_code(uint64_t protection) {
  return watching() && (protection & PROT_EXEC) != 0;
}

/// These also write where memory says that an argument points to.
constexpr uint16_t kIndirect[] = {__NR_readv,    __NR_preadv,   __NR_preadv2,
                                  __NR_recvmsg,  __NR_recvmmsg, __NR_process_vm_readv,
                                  __NR_sendmmsg, __NR_ioctl,    464 /* getxattrat */};

/// False if the call surely writes to no memory whose writes are watched: it need not be read.
bool may_write_code(const trace::Registers& registers) {
  constexpr uint64_t kManyElements = 1 << 16, kReach = 1 << 20;  // of 16 bytes each
  for (const uint16_t number : kIndirect) {
    if (registers.rax == number) return true;
  }
  for (const uint64_t argument :
       {registers.rdi, registers.rsi, registers.rdx, registers.r10, registers.r8, registers.r9}) {
    const bool reaches = argument < g_watch.high && argument + kReach > g_watch.low;
    const bool is_large_number = argument >= kManyElements && argument <= syscall::kMaxExtent;
    if (reaches || is_large_number) return true;
  }
  return false;
}

bool is_page_fault(int signal, const SignalContext& context, uint64_t error) {
  return signal == kSigSegv && (context.error_code & error) == error;
}

}  // namespace

uint64_t protection_before_execution(uint64_t protection) {
  if (!asks_for_code(protection)) return protection;
  return (protection & ~uint64_t{PROT_EXEC}) | PROT_READ;
}

void expect_execution(uint64_t begin, uint64_t end, uint64_t protection, CodeAge age) {
  forget_generated_code(begin, end);
  if (!asks_for_code(protection)) return;
  const bool fresh =
      age == CodeAge::kMapped && (protection & PROT_WRITE) != 0 && !g_watch.writes_over;
  g_watch.ranges.add({begin, end, protection, false, fresh, 0});
  if (fresh && (g_watch.high == 0 || begin < g_watch.low)) g_watch.low = begin;
  if (fresh && end > g_watch.high) g_watch.high = end;
  if (g_watch.ranges.full()) release_generated_code();
}

void forget_generated_code(uint64_t begin, uint64_t end) {
  g_watch.ranges.take(begin, end, [](const CodeRange&) {});
  if (g_watch.ranges.full()) release_generated_code();
}

void forget_all_generated_code() {
  g_watch.over = g_watch.writes_over = false;
  g_watch.executions = g_watch.rewrites = 0;
  g_watch.low = g_watch.high = 0;
  g_watch.ranges.clear();
}

bool on_first_execution(int signal, SignalContext* context, Thread*) {
  if (!is_page_fault(signal, *context, kFetch)) return false;
  const uint64_t address = context->fault_address, ip = context->rip;
  const CodeRange* found = g_watch.ranges.find(address);
  if (found == nullptr || found->executed) return false;
  CodeRange range = *found;
  uint64_t begin = address & ~(kPiece - 1), end = begin + kPiece;
  if (begin < range.begin) begin = range.begin;
  if (end > range.end) end = range.end;
  // The fault may be about the second half of an instruction that lies on two pages.
  const uint64_t from = begin - ip <= kMaxInstruction ? layout::page_down(ip) : begin;
  protect(begin, end, PROT_READ | PROT_WRITE);
  if (from <= ip && ip < end) search(from, begin, end, ip);
  g_watch.ranges.take(begin, end, [](const CodeRange&) {});
  const bool watched = range.fresh && range.rewrites < kMostOfPage;
  protect(begin, end, watched ? range.protection & ~uint64_t{PROT_WRITE} : range.protection);
  if (watched) {
    range.begin = begin, range.end = end, range.executed = true;
    g_watch.ranges.add(range);
  }
  if (++g_watch.executions == kMostExecutions || g_watch.ranges.full()) release_generated_code();
  return true;
}

bool on_code_write(int signal, SignalContext* context, Thread*) {
  if (!is_page_fault(signal, *context, kPresent | kWrite) || program_is_being_written())
    return false;
  const uint64_t page = layout::page_down(context->fault_address);
  const CodeRange* found = g_watch.ranges.find(page);
  if (found == nullptr || !found->executed) return false;
  CodeRange written = *found;
  written.begin = page, written.end = page + layout::kPage, written.executed = false;
  ++written.rewrites;
  g_watch.ranges.take(written.begin, written.end, [](const CodeRange&) {});
  g_watch.ranges.add(written);
  protect(written.begin, written.end, protection_before_execution(written.protection));
  if (++g_watch.rewrites == kMostRewrites) stop_watching_writes();
  if (g_watch.ranges.full()) release_generated_code();
  return true;
}

bool code_writes_are_watched() {
  return g_watch.high != 0;
}

void free_code_for_call(Thread* thread) {
  static OutputList outputs;  // used under the baton
  if (!may_write_code(thread->registers)) return;
  Call call;
  read_call(thread, &call);
  if (call.plan->writes == 0) return;
  outputs.clear();
  collect_possible_outputs(call, &outputs);
  for (const Output& output : outputs) {
    const uint64_t begin = layout::page_down(output.address), end = output.address + output.bytes;
    if (begin >= g_watch.high || end <= g_watch.low) continue;
    release(begin, layout::page_up(end));
  }
}

bool has_watched_code(uint64_t begin, uint64_t end) {
  for (const CodeRange& range : g_watch.ranges) {
    if (range.executed && range.begin < end && begin < range.end) return true;
  }
  return false;
}

void assert_generated_code() {
  static constexpr Assertion<CodeRange> kRange[] = {
      {"a range of code is not empty", [](const CodeRange& r) { return r.begin < r.end; }},
      {"a range of code is of pages",
       [](const CodeRange& r) { return (r.begin | r.end) % layout::kPage == 0; }},
      {"a range of code may be executed",
       [](const CodeRange& r) { return (r.protection & PROT_EXEC) != 0; }},
      {"code whose writes are watched is where they are",
       [](const CodeRange& r) {
         return !r.executed || (r.begin >= g_watch.low && r.end <= g_watch.high);
       }},
      {"code that was executed is fresh",
       [](const CodeRange& r) { return !r.executed || r.fresh; }},
      {"a page is not watched for ever",
       [](const CodeRange& r) { return !r.executed || r.rewrites < kMostOfPage; }},
  };
  for (const CodeRange& range : g_watch.ranges) {
    assert_all(kRange, range);
    for (const CodeRange& other : g_watch.ranges) {
      assert_that("ranges of code are apart", [&] {
        return &range == &other || range.end <= other.begin || other.end <= range.begin;
      });
    }
  }
  assert_that("what is over is over",
              [] { return !g_watch.over || (g_watch.high == 0 && !code_writes_are_watched()); });
}

uint64_t take_generated_code(uint64_t begin, uint64_t end) {
  const CodeRange* whole = g_watch.ranges.find(begin);
  if (whole != nullptr && !whole->executed && end <= whole->end) return whole->protection;
  release(begin, end);
  return 0;
}

void release_generated_code() {
  release(0, UINT64_MAX);
  g_watch.over = true;
  g_watch.low = g_watch.high = 0;
}

}  // namespace weft::runtime
