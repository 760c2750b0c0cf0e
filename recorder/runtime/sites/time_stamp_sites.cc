#include "recorder/runtime/sites/time_stamp_sites.h"

#include <sys/mman.h>

#include "recorder/runtime/calls/call.h"
#include "recorder/runtime/ground/path_text.h"
#include "recorder/runtime/ground/state.h"
#include "recorder/runtime/log/event_writer.h"
#include "recorder/runtime/log/log_reader.h"
#include "recorder/runtime/signals/signals.h"
#include "recorder/runtime/turns/baton.h"
#include "recorder/runtime/turns/log_turns.h"
#include "weft/syscall/table.h"

namespace weft::runtime {

namespace {

constexpr int kSigIll = 4;
constexpr uint8_t kReplaced = 0x0a;  // 0f 0a: no processor knows it
constexpr uint64_t kNear = 20;       // bytes from the instruction to the end of the shl
constexpr int kMaxSites = 1024;

uint64_t g_sites[kMaxSites];
int g_site_count;

/// shl $0x20,%rdx within the next instructions.
bool joins_halves(const uint8_t* at, const uint8_t* end) {
  for (; at + 4 <= end; ++at) {
    if (at[0] == 0x48 && at[1] == 0xc1 && at[2] == 0xe2 && at[3] == 0x20) return true;
  }
  return false;
}

/// Bytes of the time stamp instruction at `at`; 0 if there is none.
int time_stamp_bytes(const uint8_t* at) {
  if (at[1] == 0x31) return 2;
  return at[1] == 0x01 && at[2] == 0xf9 ? 3 : 0;
}

/// The first 0f in [at, end), eight bytes at a time; `end` if there is none.
const uint8_t* find_escape(const uint8_t* at, const uint8_t* end) {
  constexpr uint64_t kOnes = 0x0101'0101'0101'0101, kTops = kOnes << 7;
  for (; at + 8 <= end; at += 8) {
    uint64_t word;
    __builtin_memcpy(&word, at, 8);
    word ^= kOnes * 0x0f;
    if (((word - kOnes) & ~word & kTops) != 0) break;
  }
  while (at < end && *at != 0x0f) ++at;
  return at;
}

void write_text(uint64_t address, uint8_t value) {
  const uint64_t page = layout::page_down(address);
  raw(__NR_mprotect, page, layout::kPage, PROT_READ | PROT_WRITE | PROT_EXEC);
  *pointer_to<uint8_t>(address) = value;
  raw(__NR_mprotect, page, layout::kPage, PROT_READ | PROT_EXEC);
}

void replace(const Thread* thread, uint64_t site) {
  if (g_site_count == kMaxSites) return;
  g_sites[g_site_count++] = site;
  write_text(site + 1, kReplaced);
  write_data_events(thread, site, 2);
}

/// They measure themselves, and nothing else depends on it.
bool measures_itself(const char* path) {
  return contains(path, "/ld-linux") || contains(path, "/libc.so") || contains(path, "/libstdc++");
}

bool is_replaced(uint64_t ip) {
  uint8_t code[2] = {};
  return weft_copy_guarded(code, pointer_to<void>(ip), sizeof code) == 0 && code[0] == 0x0f &&
         code[1] == kReplaced;
}

bool is_long_form(uint64_t ip) {
  uint8_t third = 0;
  weft_copy_guarded(&third, pointer_to<void>(ip + 2), 1);
  return third == 0xf9;
}

void answer(uint64_t* rax, uint64_t* rdx, uint64_t time) {
  *rax = time & UINT32_MAX;
  *rdx = time >> 32;
}

}  // namespace

void patch_time_stamps(const Thread* thread, const FileMapping& mapping, const char* path) {
  if (measures_itself(path) || mapping.bytes <= kNear) return;
  const auto* begin = pointer_to<const uint8_t>(mapping.address);
  const uint8_t* end = begin + mapping.bytes - kNear;
  for (const uint8_t* at = begin; (at = find_escape(at, end)) < end; ++at) {
    const int bytes = time_stamp_bytes(at);
    if (bytes != 0 && joins_halves(at + bytes, at + kNear)) replace(thread, address_of(at));
  }
}

void restore_time_stamps() {
  for (int i = 0; i < g_site_count; ++i) {
    if (is_replaced(g_sites[i])) write_text(g_sites[i] + 1, is_long_form(g_sites[i]) ? 0x01 : 0x31);
  }
  g_site_count = 0;
}

bool on_patched_time_stamp(int signal, SignalContext* context, Thread* thread) {
  if (signal != kSigIll || !is_replaced(context->rip)) return false;
  enter_runtime(context, thread, &weft_entry_time_stamp);
  return true;
}

extern "C" void weft_on_time_stamp(Thread* thread) {
  ++thread->entries;
  trace::Registers& registers = thread->registers;
  Call call{};
  call.thread = thread;
  call.number = syscall::kTimeStampCall;
  call.row = syscall::find(call.number);
  call.plan = &syscall::kTimeStampPlan;
  call.specs = call.row->args;
  call.site = registers.rip;
  if (recording() && live_threads() > 1) baton_end_slice(thread);
  const auto time = static_cast<uint64_t>(recording() ? agree(call, static_cast<long>(ticks()))
                                                      : replay_call(call));
  const bool long_form = is_long_form(registers.rip);
  answer(&registers.rax, &registers.rdx, time);
  if (long_form) registers.rcx = 0;  // processor 0
  registers.rip += long_form ? 3 : 2;
  finish_call(thread);
}

}  // namespace weft::runtime
