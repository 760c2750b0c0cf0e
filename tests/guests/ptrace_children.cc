// A debugger: forked and vforked children are traced, read, written to and stepped.
#include <elf.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>

#include <cstddef>

#include "guest.h"

static volatile long shown = 5;

/// The signal that a traced child has stopped by.
static int stop_of(pid_t child) {
  int status = 0;
  expect(waitpid(child, &status, 0) == child && WIFSTOPPED(status));
  return WSTOPSIG(status);
}

static void end(pid_t child, int wanted) {
  expect(ptrace(PTRACE_CONT, child, nullptr, nullptr) == 0);
  int status = 0;
  expect(waitpid(child, &status, 0) == child && WIFEXITED(status));
  expect(WEXITSTATUS(status) == wanted);
}

static void* at(const volatile void* address) {
  return const_cast<void*>(address);
}

static void trace_forked() {
  const pid_t child = fork();
  if (child == 0) {
    shown = getpid();
    if (ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0) _exit(99);
    raise(SIGSTOP);
    _exit(static_cast<int>(shown));
  }
  expect(stop_of(child) == SIGSTOP);
  expect(ptrace(PTRACE_SETOPTIONS, child, nullptr, PTRACE_O_EXITKILL) == 0);
  errno = 0;
  expect(ptrace(PTRACE_PEEKDATA, child, at(&shown), nullptr) == child && errno == 0);
  user_regs_struct registers{};
  expect(ptrace(PTRACE_GETREGS, child, nullptr, &registers) == 0);
  expect(registers.rip != 0);
  show("rip", registers.rip);
  user_regs_struct same{};
  iovec vector{&same, sizeof same + 64};
  expect(ptrace(PTRACE_GETREGSET, child, NT_PRSTATUS, &vector) == 0);
  expect(vector.iov_len == sizeof same && same.rip == registers.rip);
  siginfo_t signal{};
  expect(ptrace(PTRACE_GETSIGINFO, child, nullptr, &signal) == 0);
  expect(signal.si_signo == SIGSTOP && signal.si_pid == child);
  for (int step = 0; step < 5; ++step) {
    expect(ptrace(PTRACE_SINGLESTEP, child, nullptr, nullptr) == 0);
    expect(stop_of(child) == SIGTRAP);
    show("at", static_cast<uint64_t>(
                   ptrace(PTRACE_PEEKUSER, child, offsetof(user_regs_struct, rip), nullptr)));
  }
  long value = 0;
  iovec here{&value, 8}, there{at(&shown), 8};
  expect(process_vm_readv(child, &here, 1, &there, 1, 0) == 8 && value == child);
  expect(ptrace(PTRACE_POKEDATA, child, at(&shown), 42L) == 0);
  end(child, 42);
  expect(shown == 5);
}

static void trace_vforked() {
  const pid_t child = vfork();
  if (child == 0) {
    ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
    execl("/bin/sh", "sh", "-c", "exit 3", nullptr);
    _exit(99);
  }
  expect(stop_of(child) == SIGTRAP);
  user_regs_struct registers{};
  expect(ptrace(PTRACE_GETREGS, child, nullptr, &registers) == 0);
  show("first instruction", registers.rip);
  end(child, 3);
}

static void attach() {
  const pid_t child = fork();
  if (child == 0) {
    for (;;) pause();
  }
  expect(ptrace(PTRACE_SEIZE, child, nullptr, nullptr) == 0);
  expect(ptrace(PTRACE_INTERRUPT, child, nullptr, nullptr) == 0);
  expect(stop_of(child) == SIGTRAP);
  expect(ptrace(PTRACE_DETACH, child, nullptr, nullptr) == 0);
  expect(ptrace(PTRACE_CONT, child, nullptr, nullptr) == -1 && errno == ESRCH);
  kill(child, SIGKILL);
  int status = 0;
  expect(waitpid(child, &status, 0) == child && WTERMSIG(status) == SIGKILL);
}

int main() {
  trace_forked();
  trace_vforked();
  attach();
  return done();
}
