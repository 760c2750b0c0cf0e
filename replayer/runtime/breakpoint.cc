#include "replayer/runtime/breakpoint.h"

#include "recorder/runtime/code/trap_jump.h"
#include "recorder/runtime/ground/assertion.h"
#include "recorder/runtime/ground/program_memory.h"
#include "recorder/runtime/ground/report.h"
#include "recorder/runtime/preempt/counting_stub.h"
#include "recorder/runtime/preempt/moment.h"
#include "recorder/runtime/signals/signals.h"
#include "replayer/runtime/breakpoint_stub.h"
#include "replayer/runtime/probes/probes.h"

namespace weft::runtime {

namespace {

constexpr int kSigTrap = 5;
constexpr uint64_t kTrapFlag = 0x100, kSingleStep = 1;  // of flags; trap number

struct Breakpoint {
  bool armed;
  bool moved_on;  // stub: the instructions are moved
  bool stepping;  // int3: over it, one instruction
  bool pass;      // int3: the next hit is known not to be it
  uint64_t address;
  const trace::PreemptRecord* record;
  TrapJump jump;    // stub
  uint8_t byte;     // int3: what was there
  uint64_t passes;  // that are left, of a moment that is found by counting; else 0
};
Breakpoint g_breakpoint;

void put_int3() {
  const uint8_t code = 0xcc;
  write_program(g_breakpoint.address, &code, 1);
}

uint64_t build_stub(void* thread, uint64_t stub) {
  const Breakpoint& b = g_breakpoint;
  if (b.passes == 0) return build_checks(static_cast<Thread*>(thread), *b.record, stub);
  const uint64_t end = build_counter(Counts::kOnce, 0, stub);
  counter_of(stub)->left = b.passes;
  return end;
}

bool place_stub(Thread* thread) {
  Breakpoint& b = g_breakpoint;
  // Its byte would be moved. An int3 at the breakpoint's own address gets along with it.
  if (is_probed(b.address, b.address + kMaxMoved * kMaxInstruction)) return false;
  if (!make_trap_jump(b.address, build_stub, thread, &b.jump)) return false;
  write_program(b.address, b.jump.put, kJumpBytes);
  return true;
}

/// A jump went to an instruction under the jmp.
bool leave_for_moved(uint64_t ip, SignalContext* context) {
  const uint64_t place = moved_place(g_breakpoint.jump, ip);
  if (place != 0) context->rip = place;
  return place != 0;
}

/// The few values that most likely differ, compared in the handler: the runtime compares all.
bool may_be_moment(const SignalContext& now) {
  if (g_breakpoint.passes != 0) return --g_breakpoint.passes == 0;
  const trace::Registers& then = g_breakpoint.record->registers;
  return now.rax == then.rax && now.rcx == then.rcx && now.rdx == then.rdx && now.rsp == then.rsp;
}

}  // namespace

void arm_breakpoint(Thread* thread, const trace::PreemptRecord& record, uint64_t passes) {
  Breakpoint& b = g_breakpoint;
  check(!b.armed, "two preemptions expected at once");
  b = {};
  b.armed = true;
  b.address = record.registers.rip;
  b.record = &record;
  b.passes = passes;
  weft_copy_guarded(&b.byte, pointer_to<void>(b.address), 1);
  b.moved_on = place_stub(thread);
  if (!b.moved_on) put_int3();
}

void disarm_breakpoint() {
  Breakpoint& b = g_breakpoint;
  assert_that("a breakpoint that is removed was there", [&] { return b.armed; });
  assert_that("a breakpoint's thread is not in a step over it", [&] { return !b.stepping; });
  b.armed = false;
  if (b.moved_on) {
    if (stands_at_site(b.jump)) write_program(b.address, b.jump.original, kJumpBytes);
    return unmap_stub(b.jump);
  }
  uint8_t now = 0;
  weft_copy_guarded(&now, pointer_to<void>(b.address), 1);
  if (now == 0xcc) write_program(b.address, &b.byte, 1);
}

uint64_t breakpoint_address() {
  return g_breakpoint.address;
}

void step_over_breakpoint(Thread* thread) {
  if (g_breakpoint.moved_on) {
    thread->registers.rip = g_breakpoint.jump.moved.places[0];
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
  write_program(b.address, &b.byte, 1);
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
