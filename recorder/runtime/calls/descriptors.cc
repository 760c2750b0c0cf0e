#include "recorder/runtime/calls/descriptors.h"

#include <asm/ioctls.h>
#include <asm/socket.h>
#include <linux/fcntl.h>

#include "recorder/runtime/calls/nature.h"
#include "recorder/runtime/ground/processes.h"

namespace weft::runtime {

namespace {

struct Known {
  bool is_known;
  FileIdentity file;
};

struct Descriptors {
  Known by_number[kMaxKnown];
  uint64_t highest;   // of those known
  uint32_t changing;  // calls on their way that change some
  bool distrusted;
};
Descriptors g_descriptors;  // used under the baton

void forget(uint64_t first, uint64_t last) {
  forget_natures(first, last);
  if (last > g_descriptors.highest) last = g_descriptors.highest;
  for (uint64_t fd = first; fd <= last; ++fd) g_descriptors.by_number[fd].is_known = false;
}

bool can_remember() {
  return g_descriptors.changing == 0 && !g_descriptors.distrusted;
}

void count_change(int by) {
  g_descriptors.changing += static_cast<uint32_t>(by);
  trust_natures(can_remember());
}

/// O_NONBLOCK, or a limit of a socket's.
bool changes_nature(const Call& call) {
  switch (call.number) {
    case __NR_fcntl:
      return static_cast<int>(call.args[1]) == F_SETFL;
    case __NR_ioctl:
      return static_cast<uint32_t>(call.args[1]) == FIONBIO;
    default:
      return static_cast<int>(call.args[1]) == SOL_SOCKET;
  }
}

void forget_what_changes(const Call& call) {
  const auto first = static_cast<uint32_t>(call.args[0]);
  const auto second = static_cast<uint32_t>(call.args[1]);
  switch (call.number) {
    case __NR_close:
      return forget(first, first);
    case __NR_dup2:
    case __NR_dup3:
      return forget(second, second);
    default:
      return forget(first, second);
  }
}

}  // namespace

FileIdentity file_behind(uint64_t fd) {
  if (fd >= kMaxKnown || !can_remember() || is_in_child(current()))
    return file_identity(static_cast<int>(fd));
  Known& known = g_descriptors.by_number[fd];
  if (!known.is_known) {
    known.is_known = true;
    known.file = file_identity(static_cast<int>(fd));
    if (fd > g_descriptors.highest) g_descriptors.highest = fd;
  }
  return known.file;
}

long on_nature_change(Call& call) {
  const long result = perform(call);
  if (recording() && changes_nature(call)) forget_natures(call.args[0], call.args[0]);
  return result;
}

void forget_descriptors() {
  forget(0, kMaxKnown);
  g_descriptors.changing = 0;  // by threads that are gone
  trust_natures(can_remember());
}

void distrust_descriptors() {
  g_descriptors.distrusted = true;
  trust_natures(false);
}

long on_descriptor_change(Call& call) {
  if (!recording() || is_in_child(call.thread)) return perform(call);
  count_change(1);
  const long result = perform(call);
  forget_what_changes(call);
  count_change(-1);
  return result;
}

}  // namespace weft::runtime
