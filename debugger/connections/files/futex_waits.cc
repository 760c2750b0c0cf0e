#include "debugger/connections/files/futex_waits.h"

namespace weft::connections {

void FutexWaits::wake(uint64_t address, uint64_t count, const Mark& now) {
  if (count == 0) return;
  if (words_.size() >= kMaxAddresses && !words_.contains(address)) words_.clear();
  Word& word = words_[address];
  if (word.wakes.size() >= kMaxWakes) word.wakes.pop_front();
  word.wakes.push_back({now, count});
}

void FutexWaits::requeue(uint64_t from, uint64_t to) {
  if (words_.size() >= kMaxAddresses && !words_.contains(from)) words_.clear();
  words_[from].moved_to = to;
}

Mark FutexWaits::end_wait(uint64_t address, trace::Ticks since) {
  const auto found = words_.find(address);
  if (found == words_.end()) return {};
  auto& wakes = found->second.wakes;
  // What happened before this wait began, and all whose waiters have come back.
  while (!wakes.empty() && (wakes.front().left == 0 || wakes.front().mark.time < since))
    wakes.pop_front();
  if (!wakes.empty()) {
    --wakes.front().left;
    return wakes.front().mark;
  }
  const uint64_t next = found->second.moved_to;
  if (next == 0 || next == address) return {};
  const auto moved = words_.find(next);
  if (moved == words_.end()) return {};
  for (Wake& wake : moved->second.wakes) {
    if (wake.left == 0 || wake.mark.time < since) continue;
    --wake.left;
    return wake.mark;
  }
  return {};
}

}  // namespace weft::connections
