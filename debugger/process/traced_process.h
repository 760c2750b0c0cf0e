/// ptrace(2), for the one kernel thread of a replayed program. All threads of the program are
/// fibers on it, so there is one thing to stop and one to let go.
///
/// All functions but interrupt() belong to the thread that seized the process: the kernel ties a
/// tracer to a thread.
#pragma once

#include <signal.h>
#include <sys/types.h>
#include <sys/user.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>

#include "weft/base/result.h"
#include "weft/base/unique_fd.h"

namespace weft::process {

/// Why the process stands, as the kernel says it.
struct RawStop {
  bool gone = false;         ///< it has ended
  bool interrupted = false;  ///< interrupt() asked for it
  int signal = 0;            ///< not yet delivered
  siginfo_t info{};
};

inline constexpr unsigned kDebugAddresses = 4;  ///< DR0..DR3

class TracedProcess {
 public:
  /// Stops the process where it is.
  static Result<std::unique_ptr<TracedProcess>> seize(pid_t pid);
  /// Kills the process; whoever started it reaps it.
  ~TracedProcess();
  TracedProcess(const TracedProcess&) = delete;
  TracedProcess& operator=(const TracedProcess&) = delete;

  pid_t pid() const { return pid_; }
  /// True if it has ended, by whoever's doing. Looks, does not wait.
  bool gone();

  /// How many bytes could be read from the front.
  size_t read(uint64_t address, std::span<std::byte> to) const;
  /// Also where the program may not write. True if all was written.
  bool write(uint64_t address, std::span<const std::byte> from) const;
  template <class T>
  bool read_value(uint64_t address, T& value) const {
    return read(address, std::as_writable_bytes(std::span(&value, 1))) == sizeof value;
  }
  template <class T>
  bool write_value(uint64_t address, const T& value) const {
    return write(address, std::as_bytes(std::span(&value, 1)));
  }

  user_regs_struct registers() const;
  bool set_registers(const user_regs_struct& registers) const;
  user_fpregs_struct vector_registers() const;
  bool set_vector_registers(const user_fpregs_struct& registers) const;
  uint64_t debug_register(unsigned number) const;
  bool set_debug_register(unsigned number, uint64_t value) const;

  /// Lets it go with `signal` delivered (0: none), and waits for its next stop.
  RawStop run(int signal) { return resume(false, signal); }
  RawStop single_step(int signal) { return resume(true, signal); }

  /// From any thread: stops it soon, if it runs.
  void interrupt();
  /// True if interrupt() was called since the last time.
  bool take_interrupt() { return interrupt_.exchange(false); }

 private:
  explicit TracedProcess(pid_t pid, UniqueFd memory) : pid_(pid), memory_(std::move(memory)) {}
  RawStop resume(bool step, int signal);
  RawStop wait();

  pid_t pid_;
  UniqueFd memory_;  ///< /proc/PID/mem
  bool gone_ = false;
  std::atomic<bool> running_ = false;
  std::atomic<bool> interrupt_ = false;
};

}  // namespace weft::process
