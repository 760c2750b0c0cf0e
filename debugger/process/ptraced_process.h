/// A TracedProcess over ptrace(2).
///
/// All functions but interrupt() belong to the thread that seized the process: the kernel ties a
/// tracer to a thread.
#pragma once

#include <atomic>
#include <memory>

#include "debugger/process/traced_process.h"
#include "weft/base/result.h"
#include "weft/base/unique_fd.h"

namespace weft::process {

class PtracedProcess : public TracedProcess {
 public:
  /// Stops the process where it is.
  static Result<std::unique_ptr<TracedProcess>> seize(pid_t pid);
  /// Kills the process.
  ~PtracedProcess() override;

  pid_t pid() const override { return pid_; }
  bool gone() override;
  size_t read(Address address, std::span<std::byte> to) const override;
  bool write(Address address, std::span<const std::byte> from) const override;
  user_regs_struct registers() const override;
  bool set_registers(const user_regs_struct& registers) const override;
  user_fpregs_struct vector_registers() const override;
  bool set_vector_registers(const user_fpregs_struct& registers) const override;
  uint64_t debug_register(unsigned number) const override;
  bool set_debug_register(unsigned number, uint64_t value) const override;
  RawStop run(int signal) override { return resume(Until::kStopped, signal); }
  RawStop single_step(int signal) override { return resume(Until::kNextInstruction, signal); }
  void interrupt() override;
  void forget_interrupt() override;

 private:
  explicit PtracedProcess(pid_t pid, UniqueFd memory) : pid_(pid), memory_(std::move(memory)) {}
  enum class Until : uint8_t { kStopped, kNextInstruction };
  RawStop resume(Until until, int signal);
  RawStop wait();

  pid_t pid_;
  UniqueFd memory_;  ///< /proc/PID/mem
  bool gone_ = false;
  std::atomic<bool> running_ = false;
  std::atomic<bool> interrupt_ = false;
};

}  // namespace weft::process
