#include "recorder/runtime/ground/signal_words.h"
#include "recorder/runtime/log/event_writer.h"
#include "recorder/runtime/turns/baton_queue.h"
#include "replayer/runtime/audit/audit.h"

namespace weft::runtime {

namespace {

BatonWord word() {
  return {g_baton.word.load()};
}

constexpr Assertion<Thread> kHolder[] = {
    {"the thread that runs holds the baton",
     [](const Thread& t) {
       return live_threads() == 1 || (word().state() == Hold::kRunning && word().thread() == t.id);
     }},
    {"the holder has left the kernel", [](const Thread& t) { return !t.in_kernel; }},
    {"the holder has no mark of a call", [](const Thread& t) { return t.baton_mark == 0; }},
    {"the holder does not wait for the baton", [](const Thread& t) { return !t.queued; }},
    {"the holder is not parked", [](const Thread& t) { return !t.parked.load(); }},
    {"the holder is not asleep", [](const Thread& t) { return t.baton_futex.load() != kAsleep; }},
    {"the holder waits for no futex", [](const Thread& t) { return t.futex_wait_count == 0; }},
    {"the holder is not preempted", [](const Thread& t) { return !t.preempted; }},
    {"no more nudges were seen than sent",
     [](const Thread& t) {
       return static_cast<int32_t>(t.nudges_sent.load() - t.nudges_seen.load()) >= -1;
     }},
};

struct Waiters {
  uint32_t woken, spent, wrong;
  bool ends;  ///< each list ends with its last one
};

uint32_t count(const WaitList& list, bool spent, Waiters* all) {
  uint32_t length = 0;
  const Thread* last = nullptr;
  for (const Thread* at = list.first; at != nullptr && length <= g_threads.alive;
       at = at->next_waiter) {
    if (!at->queued || at->spent != spent || at->exited) ++all->wrong;
    last = at;
    ++length;
  }
  all->ends = all->ends && (list.first == nullptr || list.last == last);
  return length;
}

constexpr Assertion<Waiters> kQueue[] = {
    {"the count of waiters is right",
     [](const Waiters& w) { return g_baton.waiters.load() == w.woken + w.spent; }},
    {"there are no more waiters than other threads",
     [](const Waiters& w) { return w.woken + w.spent < g_threads.alive; }},
    {"who is in a queue knows it", [](const Waiters& w) { return w.wrong == 0; }},
    {"a queue ends with its last one", [](const Waiters& w) { return w.ends; }},
    {"a sleeper is somebody who waits",
     [](const Waiters& w) { return g_baton.sleeper.load() == nullptr || w.woken + w.spent != 0; }},
};

constexpr Assertion<RingPosition> kRing[] = {
    {"the ring is the recorder's",
     [](const RingPosition&) { return record_channel()->magic == channel::kRecordMagic; }},
    {"what is published is what was written",
     [](const RingPosition& r) { return record_channel()->head.load() == r.head; }},
    {"nothing is read that was not written",
     [](const RingPosition& r) { return record_channel()->tail.load() <= r.head; }},
    {"what was read stays read",
     [](const RingPosition& r) { return r.cached_tail <= record_channel()->tail.load(); }},
    {"the ring is not fuller than it is large",
     [](const RingPosition& r) { return r.head - r.cached_tail <= channel::kRingBytes; }},
    {"events begin at multiples of 8", [](const RingPosition& r) { return r.head % 8 == 0; }},
    {"times do not lie ahead",
     [](const RingPosition& r) { return r.last_time <= ticks() + ticks_of_us(1000); }},
};

}  // namespace

void audit_turns(const Thread& thread) {
  assert_all(kHolder, thread);
  QueueLock lock;
  Waiters waiters{0, 0, 0, true};
  waiters.woken = count(g_baton.woken, false, &waiters);
  waiters.spent = count(g_baton.spent, true, &waiters);
  assert_all(kQueue, waiters);
}

void audit_ring() {
  if (record_channel()->stopped.load() == 0) assert_all(kRing, g_ring);
}

}  // namespace weft::runtime
