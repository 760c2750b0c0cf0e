/// A TracedProcess made of memory that the test fills in and of stops that it lists.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <vector>

#include "debugger/process/program_control.h"
#include "weft/channel/layout.h"

namespace weft::process::test {

/// What happens when the process is let go: changes what it must, and says why it stands.
class FakeProcess;
using NextStop = std::function<RawStop(FakeProcess&)>;

class FakeProcess : public TracedProcess {
 public:
  struct Resume {
    bool step;
    int signal;
  };

  pid_t pid() const override { return 1; }
  bool gone() override { return gone_; }

  size_t read(Address address, std::span<std::byte> to) const override {
    for (size_t i = 0; i < to.size(); ++i) {
      const auto found = memory.find(address + i);
      if (found == memory.end()) return i;
      to[i] = found->second;
    }
    return to.size();
  }
  bool write(Address address, std::span<const std::byte> from) const override {
    for (size_t i = 0; i < from.size(); ++i) {
      const auto found = memory.find(address + i);
      if (found == memory.end()) return false;
      found->second = from[i];
    }
    return true;
  }

  user_regs_struct registers() const override { return now; }
  bool set_registers(const user_regs_struct& registers) const override {
    now = registers;
    return true;
  }
  user_fpregs_struct vector_registers() const override { return {}; }
  bool set_vector_registers(const user_fpregs_struct&) const override { return true; }
  uint64_t debug_register(unsigned number) const override { return debug[number]; }
  bool set_debug_register(unsigned number, uint64_t value) const override {
    debug[number] = value;
    return true;
  }

  RawStop run(int signal) override { return resume({false, signal}); }
  RawStop single_step(int signal) override { return resume({true, signal}); }
  void interrupt() override { ++interrupts; }
  void forget_interrupt() override {}

  /// Memory that is there, filled with `value`.
  void map(Address address, size_t bytes, uint8_t value = 0) {
    for (size_t i = 0; i < bytes; ++i) memory[address + i] = std::byte{value};
  }
  template <class T>
  void put(Address address, const T& value) {
    map(address, sizeof value);
    write_value(address, value);
  }
  uint8_t byte_at(Address address) const { return static_cast<uint8_t>(memory.at(address)); }
  void kill() { gone_ = true; }

  mutable std::map<Address, std::byte> memory;
  mutable user_regs_struct now{};
  int interrupts = 0;
  mutable std::array<uint64_t, 8> debug{};
  std::deque<NextStop> stops;
  std::vector<Resume> resumes;

 private:
  RawStop resume(Resume how) {
    resumes.push_back(how);
    if (stops.empty()) return {.gone = true};
    const NextStop next = std::move(stops.front());
    stops.pop_front();
    return next(*this);
  }

  bool gone_ = false;
};

inline RawStop trap(int code) {
  RawStop stop{.signal = SIGTRAP};
  stop.info.si_code = code;
  return stop;
}
/// The process has executed the int3 at `address`.
inline NextStop at_int3(Address address) {
  return [address](FakeProcess& process) {
    EXPECT_EQ(process.byte_at(address), 0xcc) << "there is no breakpoint";
    process.now.rip = address.value() + 1;
    return trap(SI_KERNEL);
  };
}
inline NextStop stepped_to(Address address) {
  return [address](FakeProcess& process) {
    process.now.rip = address.value();
    return trap(TRAP_TRACE);
  };
}

}  // namespace weft::process::test
