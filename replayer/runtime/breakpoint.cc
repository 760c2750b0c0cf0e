#include "replayer/runtime/breakpoint.h"

#include <sys/mman.h>

#include "recorder/runtime/code/relocate.h"
#include "recorder/runtime/ground/assertion.h"
#include "recorder/runtime/ground/program_memory.h"
#include "recorder/runtime/ground/report.h"
#include "recorder/runtime/preempt/moment.h"
#include "recorder/runtime/signals/signals.h"
#include "replayer/runtime/breakpoint_stub.h"
#include "replayer/runtime/probes/probes.h"

namespace weft::runtime {

namespace {

constexpr int kSigTrap = 5;
constexpr uint64_t kTrapFlag = 0x100, kSingleStep = 1;  // of flags; trap number
constexpr uint64_t kPages = 2 * layout::kPage;  // of a stub, wherever in its first page it begins
static_assert(kStubMost <= layout::kPage);

/// Bytes that are no instruction in 64-bit mode: int3, then what raises SIGILL.
constexpr uint8_t kTraps[] = {0xcc, 0x06, 0x07, 0x0e, 0x16, 0x17, 0x1e, 0x1f, 0x27, 0x2f,
                              0x37, 0x3f, 0x60, 0x61, 0xce, 0xd4, 0xea, 0x9a, 0x82};

struct Breakpoint {
  bool armed;
  bool moved_on;  // stub: the instructions are moved
  bool stepping;  // int3: over it, one instruction
  bool pass;      // int3: the next hit is known not to be it
  uint64_t address;
  uint64_t pages;  // stub: where it is mapped
  const trace::PreemptRecord* record;
  Moved moved;
  uint8_t original[kJumpBytes];
  uint8_t put[kJumpBytes];  // what stands there instead
};
Breakpoint g_breakpoint;

void put_code(const uint8_t* code, uint64_t bytes) {
  __builtin_memcpy(g_breakpoint.put, code, bytes);
  write_program(g_breakpoint.address, code, bytes);
}

void put_int3() {
  const uint8_t code = 0xcc;
  put_code(&code, 1);
}

int read_code(uint64_t address, uint8_t (&code)[kMaxMoved * kMaxInstruction]) {
  if (weft_copy_guarded(code, pointer_to<void>(address), sizeof code) == 0) return sizeof code;
  const uint64_t to_page_end = layout::kPage - address % layout::kPage;
  const bool short_of = to_page_end < sizeof code &&
                        weft_copy_guarded(code, pointer_to<void>(address), to_page_end) == 0;
  return short_of ? static_cast<int>(to_page_end) : 0;
}

/// Builds the stub at `site` + 5 + `trap` four times. False if that place is taken or out of reach.
bool try_stub(Thread* thread, uint8_t trap, const uint8_t* code, int available) {
  Breakpoint& b = g_breakpoint;
  uint8_t jump[kJumpBytes] = {0xe9, trap, trap, trap, trap};
  int32_t distance;
  __builtin_memcpy(&distance, jump + 1, 4);
  const uint64_t stub = b.address + kJumpBytes + static_cast<uint64_t>(int64_t{distance});
  const uint64_t pages = stub & ~(layout::kPage - 1);
  if (stub > 0x7f00'0000'0000 || pages < 0x10000) return false;
  const long mapped = raw(__NR_mmap, pages, kPages, PROT_READ | PROT_WRITE | PROT_EXEC,
                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
  if (mapped != static_cast<long>(pages)) {
    if (!is_error(mapped)) raw(__NR_munmap, static_cast<uint64_t>(mapped), kPages);
    return false;
  }
  const uint64_t behind_checks = build_checks(thread, *b.record, stub);
  auto* out = pointer_to<uint8_t>(behind_checks);
  if (!move_instructions(code, available, b.address, out, behind_checks, &b.moved)) {
    raw(__NR_munmap, pages, kPages);
    return false;
  }
  b.pages = pages;
  put_code(jump, kJumpBytes);
  return true;
}

bool place_stub(Thread* thread) {
  uint8_t code[kMaxMoved * kMaxInstruction];
  const int available = read_code(g_breakpoint.address, code);
  if (!can_move(code, available)) return false;
  // Its byte would be moved. An int3 at the breakpoint's own address gets along with it.
  if (is_probed(g_breakpoint.address, g_breakpoint.address + sizeof code)) return false;
  for (const uint8_t trap : kTraps) {
    if (try_stub(thread, trap, code, available)) return true;
  }
  return false;
}

/// A jump went to an instruction under the jmp.
bool leave_for_moved(uint64_t ip, SignalContext* context) {
  const Moved& moved = g_breakpoint.moved;
  for (int i = 1; i < moved.count; ++i) {
    if (ip != g_breakpoint.address + moved.offsets[i]) continue;
    context->rip = moved.places[i];
    return true;
  }
  return false;
}

/// The few values that most likely differ, compared in the handler: the runtime compares all.
bool may_be_moment(const SignalContext& now) {
  const trace::Registers& then = g_breakpoint.record->registers;
  return now.rax == then.rax && now.rcx == then.rcx && now.rdx == then.rdx && now.rsp == then.rsp;
}

}  // namespace

void arm_breakpoint(Thread* thread, const trace::PreemptRecord& record) {
  Breakpoint& b = g_breakpoint;
  check(!b.armed, "two preemptions expected at once");
  b = {};
  b.armed = true;
  b.address = record.registers.rip;
  b.record = &record;
  weft_copy_guarded(b.original, pointer_to<void>(b.address), 1);
  weft_copy_guarded(b.original, pointer_to<void>(b.address), kJumpBytes);
  b.moved_on = place_stub(thread);
  if (!b.moved_on) put_int3();
}

void disarm_breakpoint() {
  Breakpoint& b = g_breakpoint;
  assert_that("a breakpoint that is removed was there", [&] { return b.armed; });
  assert_that("a breakpoint's thread is not in a step over it", [&] { return !b.stepping; });
  const uint64_t bytes = b.moved_on ? kJumpBytes : 1;
  uint8_t now[kJumpBytes] = {};
  weft_copy_guarded(now, pointer_to<void>(b.address), bytes);
  // A JIT compiler may have put other code there.
  if (__builtin_memcmp(now, b.put, bytes) == 0) write_program(b.address, b.original, bytes);
  if (b.moved_on) raw(__NR_munmap, b.pages, kPages);
  b.armed = false;
}

uint64_t breakpoint_address() {
  return g_breakpoint.address;
}

void step_over_breakpoint(Thread* thread) {
  if (g_breakpoint.moved_on) {
    thread->registers.rip = g_breakpoint.moved.places[0];
  } else {
    g_breakpoint.pass = true;
  }
}

bool on_breakpoint_trap(int signal, SignalContext* context, Thread* thread) {
  Breakpoint& b = g_breakpoint;
  if (!b.armed) return false;
  if (context->trap_number == kSingleStep && !b.stepping) return false;  // over a probe
  const uint64_t ip = context->rip - (signal == kSigTrap ? 1 : 0);
  if (b.moved_on) return leave_for_moved(ip, context);
  if (b.stepping) {
    end_breakpoint_step(context);
    return true;
  }
  if (signal != kSigTrap || ip != b.address) return false;
  context->rip = b.address;
  if (!b.pass && may_be_moment(*context)) {
    enter_preemption(context, thread);
    return true;
  }
  b.pass = false;
  if (pass_probe(b.address, context)) return true;
  b.stepping = true;
  write_program(b.address, b.original, 1);
  context->flags |= kTrapFlag;
  return true;
}

void end_breakpoint_step(SignalContext* context) {
  if (!g_breakpoint.stepping) return;
  g_breakpoint.stepping = false;
  context->flags &= ~kTrapFlag;
  put_int3();
}

}  // namespace weft::runtime
