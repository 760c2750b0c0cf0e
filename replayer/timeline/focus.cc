#include "replayer/timeline/focus.h"

#include <sys/uio.h>

#include <algorithm>
#include <cstring>

#include "replayer/timeline/failure.h"

namespace weft::timeline {
namespace {

using channel::ReplayState;

/// Slots that a process can have (recorder/runtime/ground/thread.h); the number comes from its
/// memory.
constexpr uint32_t kMostSlots = 64 * 1024;

/// Reads the memory of a process, as long as it lets itself be read.
class Memory {
 public:
  explicit Memory(pid_t pid) : pid_(pid) {}

  template <class T>
  bool read(uint64_t address, T* value) const {
    iovec here{value, sizeof *value};
    iovec there{reinterpret_cast<void*>(address), sizeof *value};
    return ::process_vm_readv(pid_, &here, 1, &there, 1, 0) == sizeof *value;
  }

 private:
  pid_t pid_;
};

uint64_t at(uint64_t registers, int32_t distance) {
  return registers + static_cast<uint64_t>(int64_t{distance});
}

}  // namespace

Focus::Focus(std::unique_ptr<session::ReplayProcess> process, FailureSource source)
    : process_(std::move(process)), source_(std::move(source)) {}

Focus::~Focus() = default;

Moment Focus::moment() const {
  const channel::ReplayChannel& channel = process_->channel();
  const EventIndex position(channel.position.load(std::memory_order_acquire));
  if (in_program() && position > EventIndex(0)) return {position - 1, channel.stop.steps};
  return {position};
}

bool Focus::stands_still() const {
  const auto state = static_cast<ReplayState>(channel().state.load(std::memory_order_acquire));
  return state != ReplayState::kRunning;
}

bool Focus::in_program() const {
  return stands_still() && channel().stop.in_program != 0;
}

uint64_t Focus::resume_ip() const {
  return channel().stop.resume_ip;
}

std::vector<ThreadState> Focus::threads() const {
  std::vector<ThreadState> threads;
  if (!stands_still()) return threads;
  const channel::Stop& stop = channel().stop;
  const Memory memory(pid());
  for (uint32_t slot = 0; slot < std::min(stop.slots, kMostSlots); ++slot) {
    const uint64_t registers = stop.registers + slot * stop.slot_bytes;
    uint64_t self = 0;
    uint8_t exited = 1;
    ThreadState thread{};
    if (!memory.read(at(registers, stop.self_at), &self) || self == 0) continue;
    if (!memory.read(at(registers, stop.exited_at), &exited) || exited != 0) continue;
    if (!memory.read(at(registers, stop.id_at), &thread.id) ||
        !memory.read(at(registers, stop.tid_at), &thread.tid) ||
        !memory.read(registers, &thread.registers) ||
        !memory.read(at(registers, stop.program_ip_at), &thread.registers.rip)) {
      continue;
    }
    thread.current = thread.id == stop.thread;
    thread.registers_address = registers;
    threads.push_back(thread);
  }
  std::sort(threads.begin(), threads.end(),
            [](const ThreadState& a, const ThreadState& b) { return a.id < b.id; });
  return threads;
}

session::ReplayStop stop_at(const Moment& moment) {
  session::ReplayStop stop;
  stop.before = moment.event;
  if (!moment.steps) return stop;
  stop.before = moment.event + 1;  // where its segment ends at the latest
  stop.step_event = moment.event;
  stop.step_count = *moment.steps;
  return stop;
}

Status Focus::run_to(const Moment& moment) {
  if (process_->has_died()) return source_.error(*process_, session::Outcome::kDied);
  process_->run_to(stop_at(moment));
  const session::Outcome outcome = process_->wait();
  if (outcome == session::Outcome::kParked || outcome == session::Outcome::kEnded) return {};
  return source_.error(*process_, outcome);
}

void Focus::release(EventIndex stop_before) {
  session::ReplayStop stop;
  stop.before = stop_before;
  process_->set_in_debugger();
  process_->run_to(stop);
}

}  // namespace weft::timeline
