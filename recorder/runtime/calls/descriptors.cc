#include "recorder/runtime/calls/descriptors.h"

namespace weft::runtime {

namespace {

constexpr uint64_t kMaxKnown = 4096;

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
  if (last > g_descriptors.highest) last = g_descriptors.highest;
  for (uint64_t fd = first; fd <= last; ++fd) g_descriptors.by_number[fd].is_known = false;
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
  if (fd >= kMaxKnown || g_descriptors.changing != 0 || g_descriptors.distrusted) {
    return file_identity(static_cast<int>(fd));
  }
  Known& known = g_descriptors.by_number[fd];
  if (!known.is_known) {
    known = {true, file_identity(static_cast<int>(fd))};
    if (fd > g_descriptors.highest) g_descriptors.highest = fd;
  }
  return known.file;
}

void forget_descriptors() {
  forget(0, kMaxKnown);
  g_descriptors.changing = 0;  // by threads that are gone
}

void distrust_descriptors() {
  g_descriptors.distrusted = true;
}

long on_descriptor_change(Call& call) {
  if (!recording()) return perform(call);
  ++g_descriptors.changing;
  const long result = perform(call);
  forget_what_changes(call);
  --g_descriptors.changing;
  return result;
}

}  // namespace weft::runtime
