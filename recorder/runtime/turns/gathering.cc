#include "recorder/runtime/turns/gathering.h"

#include "recorder/runtime/ground/kernel.h"
#include "recorder/runtime/ground/processes.h"
#include "recorder/runtime/turns/baton_queue.h"

namespace weft::runtime {

std::atomic<uint64_t> g_gathering;

namespace {

constexpr uint64_t kOften = 1000;  // hand-overs a second
constexpr uint64_t kApartUs = 5'000, kSettlingUs = 3'000, kGatheredUs = 10'000;  // windows
constexpr uint64_t kShortestStayUs = 100'000, kLongestStayUs = 1'600'000;
constexpr uint64_t kStayUsAThread = 1'000;  // it takes some 40 us to move one
constexpr int kBadWindows = 2;
constexpr uint32_t kChunk = 16;  // hand-overs
constexpr uint64_t kIdleUs = 200'000;
constexpr int kMostTries = 10'000;             // the recorder was killed
constexpr uint64_t kFollowsAnew = UINT64_MAX;  // Thread::gathering: no such word

enum class Phase : uint8_t { kApart, kSettling, kGathered };

/// Guarded by the queue's lock.
struct Measured {
  Phase phase = Phase::kApart;
  int bad_windows = 0;                 // in a row
  uint32_t hand_overs = 0;             // in this window
  uint64_t chunk = 0;                  // ticks: when the last kChunk of them began
  uint64_t shortest = UINT64_MAX;      // ticks of a chunk in this window
  std::atomic<uint64_t> window = 0;    // ticks: when it began
  uint64_t since = 0;                  // ticks: when they were gathered
  uint64_t apart_until = 0;            // ticks
  uint64_t stay_us = 0;                // at least, until the next comparison
  uint64_t away_us = kShortestStayUs;  // after a comparison that was lost
  uint64_t shortest_apart = 0;         // the same, when apart
  uint64_t best_rate = 0;              // hand-overs a second, since they were gathered
};
constinit Measured g_measured;

/// Until the first comparison.
uint64_t shortest_stay_us() {
  const uint64_t us = kStayUsAThread * live_threads();
  return us > kShortestStayUs ? us : kShortestStayUs;
}

uint64_t doubled(uint64_t us) {
  return 2 * us < kLongestStayUs ? 2 * us : kLongestStayUs;
}

uint64_t window_us(Phase phase) {
  switch (phase) {
    case Phase::kApart:
      return kApartUs;
    case Phase::kSettling:
      return kSettlingUs;
    case Phase::kGathered:
      return kGatheredUs;
  }
  return kApartUs;
}

void announce(uint64_t processor_plus_one) {
  const uint64_t before = g_gathering.load(std::memory_order_relaxed);
  g_gathering.store(((before >> 32) + 1) << 32 | processor_plus_one, std::memory_order_relaxed);
}

void begin_phase(Phase phase, uint64_t now) {
  g_measured.phase = phase;
  g_measured.hand_overs = 0;
  g_measured.chunk = now;
  g_measured.shortest = UINT64_MAX;
  g_measured.window.store(now, std::memory_order_relaxed);
}

void gather(uint64_t now) {
  g_measured.since = now;
  g_measured.bad_windows = 0;
  g_measured.best_rate = 0;
  announce(uint64_t{current_processor()} + 1);
  begin_phase(Phase::kSettling, now);
}

void scatter(uint64_t now, uint64_t apart_us) {
  g_measured.apart_until = now + ticks_of_us(apart_us);
  announce(0);
  begin_phase(Phase::kApart, now);
}

/// A window of gathered threads is over: do they stay?
void judge(uint64_t rate, uint64_t now) {
  Measured& m = g_measured;
  if (rate < kOften / 2) return scatter(now, 0);
  m.bad_windows = m.shortest / 4 > m.shortest_apart / 3 ? m.bad_windows + 1 : 0;
  if (m.bad_windows == kBadWindows) {
    scatter(now, m.away_us);
    m.away_us = doubled(m.away_us);
    m.stay_us = 0;
    return;
  }
  if (rate > m.best_rate) m.best_rate = rate;
  const uint64_t shortest = ticks_of_us(shortest_stay_us()), stayed = now - m.since;
  const bool slower = rate * 2 < m.best_rate && stayed > shortest;
  if (!slower && (stayed <= shortest || stayed <= ticks_of_us(m.stay_us)))
    return begin_phase(Phase::kGathered, now);
  m.stay_us = slower ? 0 : doubled(stayed * 1'000'000 / ticks_of_us(1'000'000));
  m.away_us = kShortestStayUs;
  scatter(now, 0);
}

void end_window(uint64_t rate, uint64_t now) {
  Measured& m = g_measured;
  switch (m.phase) {
    case Phase::kApart:
      m.shortest_apart = m.shortest;
      if (rate >= kOften && now >= m.apart_until) return gather(now);
      return begin_phase(Phase::kApart, now);
    case Phase::kSettling:
      return begin_phase(Phase::kGathered, now);
    case Phase::kGathered:
      return judge(rate, now);
  }
}

/// The processors that a thread may run on, as the kernel has them.
struct Processors {
  uint64_t words[channel::kProcessorWords];

  static Processors only(uint32_t processor) {
    Processors one{};
    one.words[processor / 64] = uint64_t{1} << processor % 64;
    return one;
  }
  bool has(uint32_t processor) const {
    return processor / 64 < channel::kProcessorWords &&
           (words[processor / 64] >> processor % 64 & 1) != 0;
  }
  bool operator==(const Processors&) const = default;
};

/// Words of a mask that the kernel has. The holder of the baton writes it.
int g_words = channel::kProcessorWords;

bool read_processors(const Thread* thread, Processors* all) {
  *all = {};
  const long bytes = raw(__NR_sched_getaffinity, static_cast<uint64_t>(thread->tid),
                         sizeof all->words, address_of(all->words));
  if (bytes <= 0) return false;
  g_words = static_cast<int>(bytes / 8);
  return true;
}

bool set_processors(const Thread* thread, const Processors& all) {
  return raw(__NR_sched_setaffinity, static_cast<uint64_t>(thread->tid), sizeof all.words,
             address_of(all.words)) == 0;
}

/// A thread with a real-time policy that spins would keep the one for which it waits from running.
bool shares_processor(const Thread* thread) {
  constexpr uint64_t kNormal = 0, kBatch = 3, kIdle = 5, kResetOnFork = 0x4000'0000;
  const long policy = raw(__NR_sched_getscheduler, static_cast<uint64_t>(thread->tid));
  if (is_error(policy)) return false;
  const uint64_t plain = static_cast<uint64_t>(policy) & ~kResetOnFork;
  return plain == kNormal || plain == kBatch || plain == kIdle;
}

/// On return the recorder sets nobody's processors, and does not begin to.
void withdraw_from_recorder() {
  std::atomic<uint64_t>& gathered = record_channel()->gathered;
  uint64_t seen = gathered.load(std::memory_order_relaxed);
  for (int tries = 0; tries < kMostTries; ++tries) {
    if (seen == channel::kSetsProcessors) {
      raw(__NR_sched_yield);
      seen = gathered.load(std::memory_order_relaxed);
    } else if (gathered.compare_exchange_strong(seen, 0, std::memory_order_seq_cst)) {
      return;
    }
  }
  gathered.store(0, std::memory_order_relaxed);
}

/// To the processor, if it is one of the thread's own; 0: to all of these.
void move_to(Thread* thread, uint32_t processor_plus_one) {
  Processors now, own;
  if (thread->gathered_at == processor_plus_one) return;
  withdraw_from_recorder();  // it may be about to set this thread's
  if (!read_processors(thread, &now)) return;
  if (thread->gathered_at != 0 && now == Processors::only(thread->gathered_at - 1)) {
    __builtin_memcpy(own.words, thread->own_processors, sizeof own.words);
  } else {
    own = now;
  }
  const bool gathers =
      processor_plus_one != 0 && own.has(processor_plus_one - 1) && shares_processor(thread);
  const Processors wanted = gathers ? Processors::only(processor_plus_one - 1) : own;
  if (wanted != now && !set_processors(thread, wanted)) return;
  __builtin_memcpy(thread->own_processors, own.words, sizeof own.words);
  thread->gathered_at = gathers && own != wanted ? processor_plus_one : 0;
}

}  // namespace

void note_hand_over(uint64_t now, Why why) {
  Measured& m = g_measured;
  if (why == Why::kPreempted) {
    m.apart_until = now + ticks_of_us(kShortestStayUs);
    if (m.phase != Phase::kApart) scatter(now, kShortestStayUs);
    return;
  }
  if (++m.hand_overs % kChunk == 0) {
    if (now - m.chunk < m.shortest) m.shortest = now - m.chunk;
    m.chunk = now;
  }
  const uint64_t length = now - m.window.load(std::memory_order_relaxed);
  if (length < ticks_of_us(window_us(m.phase))) return;
  end_window(m.hand_overs * ticks_of_us(1'000'000) / length, now);
}

void end_idle_gathering() {
  const uint64_t now = ticks();
  if (now - g_measured.window.load(std::memory_order_relaxed) < ticks_of_us(kIdleUs)) return;
  QueueLock lock;
  if (g_measured.phase != Phase::kApart) scatter(now, 0);
}

void move_to_gathering(Thread* thread) {
  if (is_in_child(thread)) return;  // it is about to execute another program
  const uint64_t gathering = g_gathering.load(std::memory_order_relaxed);
  thread->gathering = gathering;
  move_to(thread, static_cast<uint32_t>(gathering));
}

void tell_recorder(const Thread* thread) {
  static uint32_t count;
  channel::RecordChannel* channel = record_channel();
  withdraw_from_recorder();
  for (int i = 0; i < g_words; ++i)
    channel->own_processors[i].store(thread->own_processors[i], std::memory_order_relaxed);
  channel->gathered.store(uint64_t{++count} << 32 | static_cast<uint32_t>(thread->tid),
                          std::memory_order_release);
}

void leave_gathering(Thread* thread) {
  if (thread->gathered_at == 0) return;
  thread->gathering = kFollowsAnew;
  move_to(thread, 0);
}

void suspend_gathering() {
  {
    QueueLock lock;
    if (g_measured.phase != Phase::kApart) scatter(ticks(), kShortestStayUs);
  }
  for_each_thread([](Thread* thread) { leave_gathering(thread); });
}

void forget_gathering(Thread* only) {
  const uint64_t now = ticks();
  g_measured.bad_windows = 0;
  g_measured.since = g_measured.apart_until = 0;
  g_measured.stay_us = 0;
  g_measured.away_us = kShortestStayUs;
  g_measured.shortest_apart = g_measured.best_rate = 0;
  begin_phase(Phase::kApart, now);
  g_gathering.store(0, std::memory_order_relaxed);
  only->gathering = 0;
  only->gathered_at = 0;
}

void leave_gathering_to_execute(Thread* caller) {
  leave_gathering(caller);
  Processors own;
  if (!read_processors(caller, &own)) own = {};
  __builtin_memcpy(caller->own_processors, own.words, sizeof own.words);
}

void take_processors_to_execute(Thread* only) {
  Processors own, now;
  withdraw_from_recorder();
  __builtin_memcpy(own.words, only->own_processors, sizeof own.words);
  if (own != Processors{} && read_processors(only, &now) && now != own) set_processors(only, own);
  forget_gathering(only);
}

}  // namespace weft::runtime
