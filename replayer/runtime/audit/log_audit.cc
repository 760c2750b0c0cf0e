#include "recorder/runtime/log/log_reader.h"
#include "replayer/runtime/audit/audit.h"

namespace weft::runtime {

namespace {

uint64_t end_of_next() {
  return g_log.offset + trace::event_bytes(g_log.next->size);
}

constexpr Assertion<Log> kLog[] = {
    {"the channel is the replayer's",
     [](const Log&) { return replay_channel()->magic == channel::kReplayMagic; }},
    {"events begin at multiples of 8", [](const Log& log) { return log.offset % 8 == 0; }},
    {"the log is not read past its end",
     [](const Log& log) { return log.offset <= replay_channel()->log_bytes; }},
    {"nothing is read that is not decoded",
     [](const Log& log) { return log.offset <= replay_channel()->available.load(); }},
    {"no more events are read than there are",
     [](const Log& log) { return log.index <= replay_channel()->event_count; }},
    {"the replayer knows which event is next",
     [](const Log& log) { return replay_channel()->position.load() == log.index; }},
};

constexpr Assertion<Log> kNext[] = {
    {"the next event lies where the log says",
     [](const Log& log) { return address_of(log.next) == layout::kLogAddress + log.offset; }},
    {"the next event is whole",
     [](const Log&) { return end_of_next() <= replay_channel()->available.load(); }},
    {"the next event is not too large",
     [](const Log& log) { return trace::event_bytes(log.next->size) <= trace::kMaxEventBytes; }},
    {"the next event is of a kind that there is",
     [](const Log& log) { return log.next->kind != 0 && log.next->kind <= trace::kMaxEventKind; }},
};

constexpr Assertion<Thread> kFiber[] = {
    {"nobody runs who was preempted", [](const Thread& t) { return !t.preempted; }},
    {"a thread that runs has begun", [](const Thread& t) { return t.tid != 0; }},
};

}  // namespace

void audit_log(const Thread& thread) {
  assert_all(kLog, g_log);
  if (g_log.next != nullptr) assert_all(kNext, g_log);
  assert_all(kFiber, thread);
  for_each_thread([&thread](const Thread* other) {
    assert_that("a thread that waits has a place to go on",
                [&] { return other == &thread || other->fiber != nullptr; });
  });
}

}  // namespace weft::runtime
