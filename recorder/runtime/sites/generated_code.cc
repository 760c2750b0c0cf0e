#include "recorder/runtime/sites/generated_code.h"

#include <sys/mman.h>

#include "recorder/runtime/code/question_proof.h"
#include "recorder/runtime/ground/shown_processor.h"
#include "recorder/runtime/ground/signal_words.h"
#include "recorder/runtime/sites/question_sites.h"

namespace weft::runtime {

namespace {

constexpr uint64_t kPiece = 64 * 1024;
constexpr uint64_t kFetch = 0x10;  // of a page fault's error code
constexpr int kMostRanges = 2048;
constexpr int kSpareRanges = 64;
constexpr uint32_t kMostExecutions = 4096;  // that are looked at in the life of an image

struct Range {
  uint64_t begin, end, protection;
};

struct Unseen {
  bool over;  // no more of it in this image
  uint32_t executions;
  int count;
  Range ranges[kMostRanges];
};
Unseen g_unseen;

uint8_t g_code[kPiece + layout::kPage];
QuestionProof g_proof;

bool watching() {
  return processor_is_recorded() && !g_unseen.over;
}

void protect(uint64_t begin, uint64_t end, uint64_t protection) {
  raw(__NR_mprotect, begin, end - begin, protection);
}

const Range* find(uint64_t address) {
  for (int i = 0; i < g_unseen.count; ++i) {
    const Range& range = g_unseen.ranges[i];
    if (range.begin <= address && address < range.end) return &range;
  }
  return nullptr;
}

/// Replaces what is proved to be a question in [begin, end), where `entry` is an instruction.
void search(uint64_t from, uint64_t begin, uint64_t end, uint64_t entry) {
  const uint64_t bytes = end - from;
  if (bytes > sizeof g_code || weft_copy_guarded(g_code, pointer_to<void>(from), bytes) != 0)
    return;
  g_proof.look_at(g_code, bytes, entry - from);
  for (uint64_t at = begin - from; at + 2 < bytes; ++at) {
    Question question;
    if (g_code[at] != kEscape || !may_be_question(g_code + at)) continue;
    const Start start = g_proof.at(at, &question);
    if (start == Start::kInside) continue;
    if (start == Start::kUnknown && !g_proof.looks_like_one(at, &question)) continue;
    if (question.kind != QuestionKind::kLoadState) replace_generated_question(from + at);
  }
}

}  // namespace

uint64_t protection_before_execution(uint64_t protection) {
  if (!watching() || (protection & PROT_EXEC) == 0) return protection;
  return (protection & ~uint64_t{PROT_EXEC}) | PROT_READ;
}

void expect_execution(uint64_t begin, uint64_t end, uint64_t protection) {
  forget_generated_code(begin, end);
  if (!watching() || (protection & PROT_EXEC) == 0) return;
  g_unseen.ranges[g_unseen.count++] = {begin, end, protection};
  if (g_unseen.count > kMostRanges - kSpareRanges) release_generated_code();
}

void forget_generated_code(uint64_t begin, uint64_t end) {
  for (int i = 0; i < g_unseen.count; ++i) {
    const Range range = g_unseen.ranges[i];
    if (range.end <= begin || end <= range.begin) continue;
    g_unseen.ranges[i--] = g_unseen.ranges[--g_unseen.count];
    if (range.begin < begin)
      g_unseen.ranges[g_unseen.count++] = {range.begin, begin, range.protection};
    if (end < range.end) g_unseen.ranges[g_unseen.count++] = {end, range.end, range.protection};
  }
  if (g_unseen.count > kMostRanges - kSpareRanges) release_generated_code();
}

void forget_all_generated_code() {
  g_unseen.over = false;
  g_unseen.executions = 0;
  g_unseen.count = 0;
}

bool on_first_execution(int signal, SignalContext* context, Thread*) {
  if (signal != kSigSegv || (context->error_code & kFetch) == 0) return false;
  const uint64_t address = context->fault_address, ip = context->rip;
  const Range* found = find(address);
  if (found == nullptr) return false;
  const Range range = *found;
  uint64_t begin = address & ~(kPiece - 1), end = begin + kPiece;
  if (begin < range.begin) begin = range.begin;
  if (end > range.end) end = range.end;
  // The fault may be about the second half of an instruction that lies on two pages.
  const uint64_t from = begin - ip <= kMaxInstruction ? layout::page_down(ip) : begin;
  protect(begin, end, PROT_READ | PROT_WRITE);
  if (from <= ip && ip < end) search(from, begin, end, ip);
  protect(begin, end, range.protection);
  forget_generated_code(begin, end);
  if (++g_unseen.executions == kMostExecutions) release_generated_code();
  return true;
}

uint64_t take_generated_code(uint64_t begin, uint64_t end) {
  const Range* whole = find(begin);
  if (whole != nullptr && end <= whole->end) return whole->protection;
  for (int i = 0; i < g_unseen.count; ++i) {
    const Range& range = g_unseen.ranges[i];
    const uint64_t from = range.begin > begin ? range.begin : begin;
    const uint64_t to = range.end < end ? range.end : end;
    if (from < to) protect(from, to, range.protection);
  }
  forget_generated_code(begin, end);
  return 0;
}

void release_generated_code() {
  for (int i = 0; i < g_unseen.count; ++i) {
    const Range& range = g_unseen.ranges[i];
    protect(range.begin, range.end, range.protection);
  }
  g_unseen.count = 0;
  g_unseen.over = true;
}

}  // namespace weft::runtime
