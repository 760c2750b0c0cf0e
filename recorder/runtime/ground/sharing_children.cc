#include "recorder/runtime/ground/sharing_children.h"

#include "recorder/runtime/ground/kernel.h"

namespace weft::runtime {

namespace {

constexpr int kSharingChildren = 16;

SharingChild g_sharing[kSharingChildren];
bool g_child_shares_memory;

/// True for a child that ran on beside the program, and has been waited for.
bool is_gone(const SharingChild& child) {
  return child.pid != 0 && raw(__NR_kill, static_cast<uint64_t>(child.pid), 0) == -kESRCH;
}

}  // namespace

SharingChild* take_sharing_child() {
  for (SharingChild& child : g_sharing) {
    if (!is_gone(child) && child.used.exchange(1) != 0) continue;
    child.pid = 0;
    return &child;
  }
  return nullptr;
}

void note_child_in_memory() {
  g_child_shares_memory = true;
}

bool child_shares_memory() {
  return g_child_shares_memory;
}

bool child_may_be_in_text() {
  for (const SharingChild& child : g_sharing) {
    if (child.used.load() != 0 && !is_gone(child)) return true;
  }
  return false;
}

}  // namespace weft::runtime
