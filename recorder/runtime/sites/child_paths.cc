#include "recorder/runtime/sites/child_paths.h"

#include <linux/fcntl.h>

#include "recorder/runtime/code/patch.h"
#include "recorder/runtime/code/text.h"
#include "recorder/runtime/ground/kernel.h"
#include "recorder/runtime/ground/report.h"
#include "recorder/runtime/ground/state.h"

namespace weft::runtime {

namespace {

constexpr int kMostSites = 256;
constexpr uint8_t kMove = 0xb8;  // mov $imm32,%eax
constexpr uint64_t kMoveBytes = 5, kSyscallBytes = 2;

struct PathSite {
  uint64_t ip;  // after the instruction
  uint32_t number;
};
PathSite g_sites[kMostSites];
int g_site_count;

bool names_paths(uint32_t number) {
  switch (number) {
    case __NR_execve:
    case __NR_execveat:
    case __NR_readlink:
    case __NR_readlinkat:
    case __NR_open:
    case __NR_openat:
      return true;
    default:
      return false;
  }
}

bool is_at(uint64_t number) {
  return number == __NR_execveat || number == __NR_readlinkat || number == __NR_openat;
}

bool begins_with(const char* text, const char* with) {
  while (*with != 0) {
    if (*text++ != *with++) return false;
  }
  return true;
}

/// "/proc/self/exe" and its like, of this process.
bool is_own(const char* path) {
  if (!begins_with(path, "/proc/")) return false;
  char own[32];
  Text text(own, sizeof own);
  text.add("/proc/").add_decimal(raw(__NR_getpid)).add("/exe");
  const auto equal = [path](const char* name) { return __builtin_strcmp(path, name) == 0; };
  return equal("/proc/self/exe") || equal("/proc/thread-self/exe") || equal(own);
}

uint64_t* path_of(NativeCall* call) {
  return is_at(call->number) ? &call->rsi : &call->rdi;
}

/// The link said weft-runtime, whose path may be longer: what is left of it is zeroed, as
/// in the buffers of most callers.
void answer_link(NativeCall* call) {
  auto* to = pointer_to<char>(is_at(call->number) ? call->rdx : call->rsi);
  const uint64_t room = is_at(call->number) ? call->r10 : call->rdx;
  const uint64_t length = __builtin_strlen(g_state.program_path);
  const uint64_t written = call->rax;
  call->rax = length < room ? length : room;
  __builtin_memcpy(to, g_state.program_path, call->rax);
  if (written > call->rax) __builtin_memset(to + call->rax, 0, written - call->rax);
}

/// The file that was opened is weft-runtime.
void answer_open(NativeCall* call) {
  const uint64_t flags = is_at(call->number) ? call->rdx : call->rsi;
  if ((flags & O_NOFOLLOW) != 0) return;
  raw(__NR_close, call->rax);
  call->rax = static_cast<uint64_t>(raw(__NR_open, address_of(g_state.program_path), flags, 0));
}

}  // namespace

bool note_path_site(uint64_t escape, const uint8_t* before) {
  uint32_t number;
  __builtin_memcpy(&number, before + 1, sizeof number);
  if (before[0] != kMove || !names_paths(number) || g_site_count == kMostSites) return false;
  g_sites[g_site_count++] = {escape + kSyscallBytes, number};
  return true;
}

void patch_path_sites() {
  for (int i = 0; i < g_site_count; ++i) {
    const PathSite& site = g_sites[i];
    uint8_t code[kMoveBytes + kSyscallBytes] = {};
    uint32_t number;
    if (weft_copy_guarded(code, pointer_to<void>(site.ip - sizeof code), sizeof code) != 0)
      continue;
    __builtin_memcpy(&number, code + 1, sizeof number);
    if (code[0] == kMove && number == site.number) patch_site(site.ip, number);
  }
}

void forget_path_sites() {
  g_site_count = 0;
}

/// Before execve. Whether the path can be read at all, the kernel must say: faults are the child's
/// own again.
extern "C" void weft_before_native(NativeCall* call) {
  uint64_t* path = path_of(call);
  if (raw(__NR_access, *path, 0 /* F_OK */) == -kEFAULT) return;
  if (is_own(pointer_to<const char>(*path))) *path = address_of(g_state.program_path);
}

/// After a call that has read its path: it can be read.
extern "C" void weft_after_native(NativeCall* call) {
  if (is_error(static_cast<long>(call->rax)) || !is_own(pointer_to<char>(*path_of(call)))) return;
  if (call->number == __NR_open || call->number == __NR_openat) return answer_open(call);
  answer_link(call);
}

}  // namespace weft::runtime
