/// A seccomp filter of the program would also apply to weft's own calls (futex, rt_sigreturn, ...).
/// So weft puts instructions in front of it that allow calls from the runtime's text, except from
/// the three places where it makes a call for the program:
///
///        ld  [instruction_pointer, high word]     jeq runtime's?   no -> the program's filter
///        ld  [instruction_pointer, low word]      jeq weft_raw_interruptible / weft_raw_program /
///                                                 weft_entry_native?  yes -> the program's filter
///        ret ALLOW
///        ... the program's filter ...
#include "recorder/runtime/calls/seccomp.h"

#include <linux/filter.h>
#include <linux/seccomp.h>

#include "recorder/runtime/ground/state.h"
#include "recorder/runtime/log/event_writer.h"

namespace weft::runtime {

namespace {

constexpr uint32_t kMaxFilter = 4096;  // BPF_MAXINSNS
constexpr uint32_t kOurs = 7;

sock_filter g_filter[kMaxFilter];

uint32_t low(const void* label) {
  return static_cast<uint32_t>(address_of(label));
}

/// Writes weft's part to g_filter.
void put_prologue() {
  const auto statement = [](uint16_t code, uint32_t k) { return sock_filter{code, 0, 0, k}; };
  const auto jump = [](uint32_t k, uint8_t yes, uint8_t no) {
    return sock_filter{BPF_JMP | BPF_JEQ | BPF_K, yes, no, k};
  };
  constexpr uint32_t kIp = offsetof(seccomp_data, instruction_pointer);
  const auto high = static_cast<uint32_t>(address_of(__executable_start) >> 32);
  g_filter[0] = statement(BPF_LD | BPF_W | BPF_ABS, kIp + 4);
  g_filter[1] = jump(high, 0, 5);
  g_filter[2] = statement(BPF_LD | BPF_W | BPF_ABS, kIp);
  g_filter[3] = jump(low(weft_interruptible_end), 3, 0);
  g_filter[4] = jump(low(weft_raw_program_end), 2, 0);
  g_filter[5] = jump(low(weft_native_end), 1, 0);
  g_filter[6] = statement(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
}

/// SECCOMP_MODE_STRICT as a filter: read, write, exit, rt_sigreturn, else death.
uint32_t put_strict() {
  uint32_t at = kOurs;
  g_filter[at++] = {BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(seccomp_data, nr)};
  const uint32_t allowed[] = {__NR_read, __NR_write, __NR_exit, __NR_rt_sigreturn};
  uint8_t left = 4;
  for (const uint32_t number : allowed)
    g_filter[at++] = {BPF_JMP | BPF_JEQ | BPF_K, left--, 0, number};
  g_filter[at++] = {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_KILL_THREAD};
  g_filter[at++] = {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW};
  return at;
}

/// Copies the program's filter after ours: the whole length, or -errno if it is longer than there
/// is room for, or cannot be read.
long put_filter(uint64_t program_address) {
  sock_fprog program;
  if (weft_copy_guarded(&program, pointer_to<void>(program_address), sizeof program) != 0)
    return -kEFAULT;
  if (program.len == 0 || program.len + kOurs > kMaxFilter) return -kEINVAL;
  const uint64_t bytes = program.len * sizeof(sock_filter);
  if (weft_copy_guarded(g_filter + kOurs, program.filter, bytes) != 0) return -kEFAULT;
  return static_cast<long>(program.len + kOurs);
}

long install(Call& call, uint64_t operation, uint64_t flags, uint64_t filter) {
  if (!recording()) return replay_call(call);
  put_prologue();
  const long length = operation == SECCOMP_SET_MODE_STRICT ? put_strict() : put_filter(filter);
  long result = length;
  if (length == -kEFAULT) {  // the kernel looks at the flags first, and libseccomp at what it says
    result = raw(__NR_seccomp, operation, flags, filter);
  } else if (!is_error(length)) {
    const sock_fprog program{static_cast<unsigned short>(length), g_filter};
    if (operation == SECCOMP_SET_MODE_STRICT) raw(__NR_prctl, 38 /* PR_SET_NO_NEW_PRIVS */, 1);
    result = raw(__NR_seccomp, SECCOMP_SET_MODE_FILTER, flags, address_of(&program));
    g_state.filters_calls = g_state.filters_calls || result == 0;
  }
  log_call(call, result, nullptr);
  return result;
}

/// SECCOMP_GET_NOTIF_SIZES fills in three u16; the others write nothing.
long ask(Call& call) {
  if (!recording()) return replay_call(call);
  const long result = enter_kernel(call);
  static OutputList outputs;  // used under the baton
  outputs.clear();
  if (result == 0 && static_cast<uint32_t>(call.args[0]) == SECCOMP_GET_NOTIF_SIZES)
    outputs.add(2, call.args[2], 6);
  log_call(call, result, &outputs);
  return result;
}

}  // namespace

long on_seccomp(Call& call) {
  const auto operation = static_cast<uint32_t>(call.args[0]);  // unsigned int, as the flags
  const auto flags = static_cast<uint32_t>(call.args[1]);
  if (operation != SECCOMP_SET_MODE_STRICT && operation != SECCOMP_SET_MODE_FILTER)
    return ask(call);
  // libseccomp asks so whether there is the call at all.
  if (operation == SECCOMP_SET_MODE_STRICT && (flags != 0 || call.args[2] != 0))
    return agree(call, -kEINVAL);
  return install(call, operation, operation == SECCOMP_SET_MODE_FILTER ? flags : 0, call.args[2]);
}

long on_prctl_seccomp(Call& call) {
  if (call.args[1] == SECCOMP_MODE_STRICT) return install(call, SECCOMP_SET_MODE_STRICT, 0, 0);
  return install(call, SECCOMP_SET_MODE_FILTER, 0, call.args[2]);
}

bool filter_answers(const Call& call, long* result) {
  constexpr uint64_t kSetTls = 0x80000, kPidfd = 0x1000, kDetached = 0x400000;  // CLONE_*
  if (!g_state.filters_calls) return false;
  if (call.number == __NR_clone && (call.args[0] & kSetTls) != 0) {
    *result = weft_raw_program(__NR_clone, call.args[0], 0, 0, 0, UINT64_MAX, 0);
    return *result != -kEPERM;  // nothing is there
  }
  if (call.number == __NR_clone) {
    *result = weft_raw_program(__NR_clone, call.args[0] | kPidfd | kDetached, 0, 0, 0, 0, 0);
    return *result != -kEINVAL;  // no child can be both
  }
  *result = weft_raw_program(call.number, 0, 0, 0, 0, 0, 0);
  return *result != -kEFAULT;  // no path
}

}  // namespace weft::runtime
