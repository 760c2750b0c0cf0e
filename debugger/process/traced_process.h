/// The one kernel thread of a replayed program, as whoever controls it sees it. All threads of the
/// program are fibers on it, so there is one thing to stop and one to let go.
///
/// What it is over ptrace(2): ptraced_process.h. Tests have one that is made of a list of stops.
#pragma once

#include <signal.h>
#include <sys/types.h>
#include <sys/user.h>

#include <cstddef>
#include <cstdint>
#include <span>

#include "weft/base/address.h"

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
  TracedProcess() = default;
  /// Ends the process; whoever started it reaps it.
  virtual ~TracedProcess() = default;
  TracedProcess(const TracedProcess&) = delete;
  TracedProcess& operator=(const TracedProcess&) = delete;

  virtual pid_t pid() const = 0;
  /// True if it has ended, by whoever's doing. Looks, does not wait.
  virtual bool gone() = 0;

  /// How many bytes could be read from the front.
  virtual size_t read(Address address, std::span<std::byte> to) const = 0;
  /// Also where the program may not write. True if all was written.
  virtual bool write(Address address, std::span<const std::byte> from) const = 0;
  template <class T>
  bool read_value(Address address, T& value) const {
    return read(address, std::as_writable_bytes(std::span(&value, 1))) == sizeof value;
  }
  template <class T>
  bool write_value(Address address, const T& value) const {
    return write(address, std::as_bytes(std::span(&value, 1)));
  }

  virtual user_regs_struct registers() const = 0;
  virtual bool set_registers(const user_regs_struct& registers) const = 0;
  virtual user_fpregs_struct vector_registers() const = 0;
  virtual bool set_vector_registers(const user_fpregs_struct& registers) const = 0;
  virtual uint64_t debug_register(unsigned number) const = 0;
  virtual bool set_debug_register(unsigned number, uint64_t value) const = 0;

  /// Lets it go with `signal` delivered (0: none), and waits for its next stop.
  virtual RawStop run(int signal) = 0;
  virtual RawStop single_step(int signal) = 0;

  /// From any thread: stops it soon, if it runs.
  virtual void interrupt() = 0;
  /// From any thread: what interrupt() was for is over, even if it has stopped nothing.
  virtual void forget_interrupt() = 0;
};

}  // namespace weft::process
