#include "debugger/process/ptraced_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/wait.h>

#include <cerrno>
#include <cstddef>
#include <cstring>

namespace weft::process {
namespace {

Error cannot_attach(pid_t pid, int error) {
  return {ErrorClass::kUsage,
          fmt::format("cannot attach to the replayed program (process {}): {}", pid,
                      std::strerror(error)),
          "weft debug needs ptrace: a container may need --cap-add=SYS_PTRACE"};
}

uint64_t debug_register_offset(unsigned number) {
  return offsetof(struct user, u_debugreg) + number * sizeof(uint64_t);
}

}  // namespace

Result<std::unique_ptr<TracedProcess>> PtracedProcess::seize(pid_t pid) {
  // It dies with its tracer: left alone it would run into breakpoints that nobody takes away.
  if (::ptrace(PTRACE_SEIZE, pid, nullptr, PTRACE_O_EXITKILL) != 0)
    return cannot_attach(pid, errno);
  UniqueFd memory(::open(fmt::format("/proc/{}/mem", pid).c_str(), O_RDWR | O_CLOEXEC));
  if (!memory) return cannot_attach(pid, errno);
  std::unique_ptr<PtracedProcess> process(new PtracedProcess(pid, std::move(memory)));
  if (::ptrace(PTRACE_INTERRUPT, pid, nullptr, nullptr) != 0) return cannot_attach(pid, errno);
  if (process->wait().gone) return cannot_attach(pid, ESRCH);
  return std::unique_ptr<TracedProcess>(std::move(process));
}

PtracedProcess::~PtracedProcess() {
  if (!gone_) ::kill(pid_, SIGKILL);
}

bool PtracedProcess::gone() {
  siginfo_t looked{};
  constexpr int kLook = WEXITED | WNOHANG | WNOWAIT | __WALL;
  if (!gone_ &&
      (::waitid(P_PID, static_cast<id_t>(pid_), &looked, kLook) != 0 || looked.si_pid == pid_)) {
    gone_ = true;
  }
  return gone_;
}

size_t PtracedProcess::read(Address address, std::span<std::byte> to) const {
  size_t done = 0;
  while (done < to.size()) {
    const ssize_t count = ::pread(memory_.get(), to.data() + done, to.size() - done,
                                  static_cast<off_t>((address + done).value()));
    if (count <= 0) break;
    done += static_cast<size_t>(count);
  }
  return done;
}

bool PtracedProcess::write(Address address, std::span<const std::byte> from) const {
  return ::pwrite(memory_.get(), from.data(), from.size(), static_cast<off_t>(address.value())) ==
         static_cast<ssize_t>(from.size());
}

user_regs_struct PtracedProcess::registers() const {
  user_regs_struct registers{};
  ::ptrace(PTRACE_GETREGS, pid_, nullptr, &registers);
  return registers;
}

bool PtracedProcess::set_registers(const user_regs_struct& registers) const {
  return ::ptrace(PTRACE_SETREGS, pid_, nullptr, &registers) == 0;
}

user_fpregs_struct PtracedProcess::vector_registers() const {
  user_fpregs_struct registers{};
  ::ptrace(PTRACE_GETFPREGS, pid_, nullptr, &registers);
  return registers;
}

bool PtracedProcess::set_vector_registers(const user_fpregs_struct& registers) const {
  return ::ptrace(PTRACE_SETFPREGS, pid_, nullptr, &registers) == 0;
}

uint64_t PtracedProcess::debug_register(unsigned number) const {
  errno = 0;
  const long value = ::ptrace(PTRACE_PEEKUSER, pid_, debug_register_offset(number), nullptr);
  return errno == 0 ? static_cast<uint64_t>(value) : 0;
}

bool PtracedProcess::set_debug_register(unsigned number, uint64_t value) const {
  return ::ptrace(PTRACE_POKEUSER, pid_, debug_register_offset(number), value) == 0;
}

RawStop PtracedProcess::resume(Until until, int signal) {
  running_ = true;
  if (::ptrace(until == Until::kNextInstruction ? PTRACE_SINGLESTEP : PTRACE_CONT, pid_, nullptr,
               signal) != 0) {
    running_ = false;
    gone_ = errno == ESRCH;
    return {.gone = gone_};
  }
  // An interrupt() that came before `running_` was set has sent no signal.
  if (interrupt_) ::kill(pid_, SIGSTOP);
  return wait();
}

RawStop PtracedProcess::wait() {
  RawStop stop;
  while (true) {
    siginfo_t looked{};
    // Death is seen, not reaped: the code that started the process does that.
    if (::waitid(P_PID, static_cast<id_t>(pid_), &looked, WEXITED | WSTOPPED | WNOWAIT | __WALL) !=
        0) {
      if (errno == EINTR) continue;
      stop.gone = true;
      break;
    }
    if (looked.si_code == CLD_EXITED || looked.si_code == CLD_KILLED ||
        looked.si_code == CLD_DUMPED) {
      stop.gone = true;
      break;
    }
    int status = 0;
    if (::waitpid(pid_, &status, __WALL) != pid_) continue;
    const bool event_stop = status >> 16 == PTRACE_EVENT_STOP;
    stop.signal = event_stop ? 0 : WSTOPSIG(status);
    if (stop.signal != 0) ::ptrace(PTRACE_GETSIGINFO, pid_, nullptr, &stop.info);
    if (stop.signal == SIGSTOP) {
      stop.signal = 0;
      stop.interrupted = interrupt_.exchange(false);
    }
    break;
  }
  running_ = false;
  gone_ = gone_ || stop.gone;
  return stop;
}

void PtracedProcess::interrupt() {
  interrupt_ = true;
  if (running_) ::kill(pid_, SIGSTOP);
}

void PtracedProcess::forget_interrupt() {
  interrupt_ = false;
}

}  // namespace weft::process
