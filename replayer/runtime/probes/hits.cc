#include "replayer/runtime/probes/hits.h"

#include <linux/futex.h>

#include "recorder/runtime/ground/kernel.h"
#include "recorder/runtime/ground/program_memory.h"
#include "recorder/runtime/log/log_reader.h"

namespace weft::runtime {

namespace {

using channel::ProbeArea;
using channel::ProbeHit;
using channel::ProbeRegister;
using channel::ProbeWord;

/// How far hits have been counted in the present stretch between two events.
struct Stretch {
  uint64_t event = channel::kNever;
  uint32_t hits = 0;
};
Stretch g_stretch;

uint64_t register_of(const trace::Registers& r, ProbeRegister which) {
  const uint64_t all[] = {r.rax, r.rcx, r.rdx, r.rbx, r.rsp, r.rbp, r.rsi, r.rdi,   r.r8,
                          r.r9,  r.r10, r.r11, r.r12, r.r13, r.r14, r.r15, r.rflags};
  const auto number = static_cast<uint8_t>(which);
  return number < sizeof all / sizeof all[0] ? all[number] : 0;
}

uint64_t word_of(const ProbeWord& word, const trace::Registers& registers) {
  uint64_t value = register_of(registers, word.base) +
                   (register_of(registers, word.index) << word.shift) +
                   static_cast<uint64_t>(word.displacement);
  for (uint8_t load = 0; load < word.loads; ++load) {
    const uint64_t address = load == 0 ? value : value + static_cast<uint64_t>(int64_t{word.then});
    if (!read_program(address, &value)) return 0;
  }
  return value;
}

void wait_for_room(ProbeArea* area, uint64_t head) {
  for (;;) {
    const uint32_t seen = area->moved.load(std::memory_order_acquire);
    if (head - area->tail.load(std::memory_order_acquire) < channel::kMostHits) return;
    const int64_t timeout[2] = {1, 0};
    raw(__NR_futex, address_of(&area->moved), FUTEX_WAIT, seen, address_of(timeout));
  }
}

}  // namespace

void note_hit(ProbeArea* area, uint32_t number, const Thread* thread,
              const trace::Registers& registers) {
  const uint64_t event = event_position();
  if (g_stretch.event != event) g_stretch = {event, 0};
  const uint64_t head = area->head.load(std::memory_order_relaxed);
  wait_for_room(area, head);
  ProbeHit& hit = channel::hits_of(area)[head % channel::kMostHits];
  hit = {event, g_stretch.hits++, number, thread->id, 0, registers.rsp, {}};
  const channel::Probe& probe = channel::probes_of(area)[number];
  for (uint32_t i = 0; i < probe.word_count && i < channel::kProbeWords; ++i)
    hit.words[i] = word_of(probe.words[i], registers);
  area->head.store(head + 1, std::memory_order_release);
}

}  // namespace weft::runtime
