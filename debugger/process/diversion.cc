#include "debugger/process/diversion.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/futex.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <vector>

#include "debugger/process/thread_registers.h"
#include "weft/syscall/table.h"

namespace weft::process {
namespace {

/// Where the expression's own descriptors begin: above those that the program has numbers for.
constexpr uint64_t kFirstDescriptor = 600;
constexpr size_t kMostWritten = size_t{1} << 20;
constexpr size_t kLongestPath = 4096;

enum class Way {
  kKernel,
  kNothing,     ///< 0, without doing anything
  kDescriptor,  ///< argument 0 is one
  kPath,        ///< reads what is at a path
  kMap,
  kFutex,
  kWaits,    ///< refused: nobody else runs
  kReaches,  ///< refused: it would change something outside
  kEnds,     ///< refused
};

struct Row {
  long call;
  Way way;
};

constexpr Row kRows[] = {
    {SYS_mmap, Way::kMap},
    {SYS_munmap, Way::kKernel},
    {SYS_mprotect, Way::kKernel},
    {SYS_mremap, Way::kKernel},
    {SYS_madvise, Way::kMap},
    {SYS_clock_gettime, Way::kKernel},
    {SYS_clock_getres, Way::kKernel},
    {SYS_gettimeofday, Way::kKernel},
    {SYS_time, Way::kKernel},
    {SYS_getrandom, Way::kKernel},
    {SYS_uname, Way::kKernel},
    {SYS_sysinfo, Way::kKernel},
    {SYS_sched_getaffinity, Way::kKernel},
    {SYS_sched_yield, Way::kNothing},
    {SYS_nanosleep, Way::kNothing},
    {SYS_clock_nanosleep, Way::kNothing},
    {SYS_set_robust_list, Way::kNothing},
    {SYS_open, Way::kPath},
    {SYS_openat, Way::kPath},
    {SYS_stat, Way::kPath},
    {SYS_lstat, Way::kPath},
    {SYS_newfstatat, Way::kPath},
    {SYS_statx, Way::kPath},
    {SYS_access, Way::kPath},
    {SYS_faccessat, Way::kPath},
    {SYS_faccessat2, Way::kPath},
    {SYS_readlink, Way::kPath},
    {SYS_readlinkat, Way::kPath},
    {SYS_read, Way::kDescriptor},
    {SYS_readv, Way::kDescriptor},
    {SYS_pread64, Way::kDescriptor},
    {SYS_write, Way::kDescriptor},
    {SYS_writev, Way::kDescriptor},
    {SYS_lseek, Way::kDescriptor},
    {SYS_fstat, Way::kDescriptor},
    {SYS_fstatfs, Way::kDescriptor},
    {SYS_getdents64, Way::kDescriptor},
    {SYS_close, Way::kDescriptor},
    {SYS_fcntl, Way::kDescriptor},
    {SYS_ioctl, Way::kDescriptor},
    {SYS_fadvise64, Way::kDescriptor},
    {SYS_futex, Way::kFutex},
    {SYS_poll, Way::kWaits},
    {SYS_ppoll, Way::kWaits},
    {SYS_select, Way::kWaits},
    {SYS_pselect6, Way::kWaits},
    {SYS_epoll_wait, Way::kWaits},
    {SYS_epoll_pwait, Way::kWaits},
    {SYS_wait4, Way::kWaits},
    {SYS_waitid, Way::kWaits},
    {SYS_pause, Way::kWaits},
    {SYS_rt_sigsuspend, Way::kWaits},
    {SYS_rt_sigtimedwait, Way::kWaits},
    {SYS_exit, Way::kEnds},
    {SYS_exit_group, Way::kEnds},
    {SYS_tgkill, Way::kEnds},
    {SYS_tkill, Way::kEnds},
    {SYS_kill, Way::kReaches},
    {SYS_clone, Way::kReaches},
    {SYS_clone3, Way::kReaches},
    {SYS_fork, Way::kReaches},
    {SYS_vfork, Way::kReaches},
    {SYS_execve, Way::kReaches},
    {SYS_execveat, Way::kReaches},
    {SYS_unlink, Way::kReaches},
    {SYS_unlinkat, Way::kReaches},
    {SYS_rename, Way::kReaches},
    {SYS_renameat2, Way::kReaches},
    {SYS_mkdir, Way::kReaches},
    {SYS_mkdirat, Way::kReaches},
    {SYS_socket, Way::kReaches},
    {SYS_connect, Way::kReaches},
};

std::optional<Way> way_of(uint64_t number) {
  for (const Row& row : kRows) {
    if (static_cast<uint64_t>(row.call) == number) return row.way;
  }
  return std::nullopt;
}

std::string name_of(uint64_t number) {
  const syscall::Row* row =
      number <= syscall::kLastHigh ? syscall::find(static_cast<uint16_t>(number)) : nullptr;
  return row != nullptr ? row->name : fmt::format("system call {}", number);
}

bool is_standard(uint64_t fd) {
  return fd <= 2;
}

}  // namespace

std::string Diversion::text_at(uint64_t address) const {
  std::string text;
  for (char c = 0; text.size() < kLongestPath; text += c) {
    if (!process_.read_value(address + text.size(), c) || c == 0) break;
  }
  return text;
}

Diversion::Answer Diversion::refuse(const Call& call, const char* reason) {
  why_ = fmt::format("the expression calls {}, {}", name_of(call.number), reason);
  return std::nullopt;
}

/// The call itself, made by an instruction of the runtime's that is not intercepted.
int64_t Diversion::ask_kernel(const Call& call) {
  const user_regs_struct saved = process_.registers();
  user_regs_struct registers = saved;
  registers.orig_rax = ~uint64_t{0};
  registers.rax = call.number;
  registers.rdi = call.args[0], registers.rsi = call.args[1], registers.rdx = call.args[2];
  registers.r10 = call.args[3], registers.r8 = call.args[4], registers.r9 = call.args[5];
  registers.rip = symbols_.system_call;
  process_.set_registers(registers);
  const RawStop raw = process_.single_step(0);
  const auto result = static_cast<int64_t>(process_.registers().rax);
  process_.set_registers(saved);
  return raw.signal == SIGTRAP ? result : -EINTR;
}

/// A descriptor that was opened gets a number that none of the program's has.
Diversion::Answer Diversion::keep_descriptor(int64_t fd) {
  if (fd < 0) return fd;
  const auto opened = static_cast<uint64_t>(fd);
  const int64_t kept = ask_kernel(
      {SYS_fcntl, {opened, static_cast<uint64_t>(F_DUPFD_CLOEXEC), kFirstDescriptor, 0, 0, 0}});
  ask_kernel({SYS_close, {opened, 0, 0, 0, 0, 0}});
  if (kept >= 0) own_descriptors_.insert(static_cast<uint64_t>(kept));
  return kept;
}

Diversion::Answer Diversion::write_out(const Call& call) {
  struct Part {
    uint64_t address, bytes;
  };
  std::vector<Part> parts{{call.args[1], call.args[2]}};
  if (call.number == SYS_writev) {
    constexpr uint64_t kMostParts = 1024;
    parts.assign(std::min(call.args[2], kMostParts), {});
    process_.read(call.args[1], std::as_writable_bytes(std::span(parts)));
  }
  int64_t all = 0;
  for (const Part& part : parts) {
    std::string text(std::min<uint64_t>(part.bytes, kMostWritten), '\0');
    if (process_.read(part.address, std::as_writable_bytes(std::span(text))) != text.size())
      return -EFAULT;
    if (written_.size() < kMostWritten) written_ += text;
    all += static_cast<int64_t>(part.bytes);
  }
  return all;
}

Diversion::Answer Diversion::answer_descriptor_call(const Call& call) {
  const uint64_t fd = call.args[0];
  const bool writes = call.number == SYS_write || call.number == SYS_writev;
  if (writes && (fd == 1 || fd == 2)) return write_out(call);
  const bool looks = call.number == SYS_fstat || call.number == SYS_ioctl;
  if (own_descriptors_.count(fd) == 0 && !(looks && is_standard(fd)))
    return refuse(call, "and what the recorded run had open is not there in a replay");
  if (call.number == SYS_close) own_descriptors_.erase(fd);
  const int64_t result = ask_kernel(call);
  const bool copies = call.number == SYS_fcntl && result >= 0 &&
                      (call.args[1] == F_DUPFD || call.args[1] == F_DUPFD_CLOEXEC);
  return copies ? keep_descriptor(result) : Answer(result);
}

Diversion::Answer Diversion::answer_path_call(const Call& call) {
  const bool with_folder = call.number == SYS_openat || call.number == SYS_newfstatat ||
                           call.number == SYS_statx || call.number == SYS_faccessat ||
                           call.number == SYS_faccessat2 || call.number == SYS_readlinkat;
  const std::string path = text_at(call.args[with_folder ? 1 : 0]);
  if (path.empty() && with_folder) {  // of a descriptor: AT_EMPTY_PATH
    const uint64_t fd = call.args[0];
    return is_standard(fd) || own_descriptors_.count(fd) != 0
               ? Answer(ask_kernel(call))
               : refuse(call, "and what the recorded run had open is not there in a replay");
  }
  if (!path.starts_with('/'))
    return refuse(call, "and the folder that the program was in is not there in a replay");
  if (path.starts_with("/proc/"))
    return refuse(call, "and /proc would show the process of the replay");
  const bool opens = call.number == SYS_open || call.number == SYS_openat;
  const uint64_t flags = opens ? call.args[with_folder ? 2 : 1] : 0;
  if ((flags & (O_ACCMODE | O_CREAT | O_TRUNC)) != O_RDONLY)
    return refuse(call, "which would change a file outside of the recording");
  const int64_t result = ask_kernel(call);
  return opens ? keep_descriptor(result) : Answer(result);
}

Diversion::Answer Diversion::answer_map(const Call& call) {
  constexpr int kRemove = 9;  // MADV_REMOVE: what other processes of the replay see, too
  if (call.number == SYS_madvise)
    return call.args[2] == kRemove ? refuse(call, "which would change a file") : ask_kernel(call);
  const bool anonymous = (call.args[3] & MAP_ANONYMOUS) != 0;
  if (!anonymous && own_descriptors_.count(call.args[4]) == 0)
    return refuse(call, "and what the recorded run had open is not there in a replay");
  return ask_kernel(call);
}

/// Nobody else runs: there is nobody to wake, and who waits waits for ever.
Diversion::Answer Diversion::answer_futex(const Call& call) {
  const uint64_t operation = call.args[1] & FUTEX_CMD_MASK;
  if (operation == FUTEX_WAKE || operation == FUTEX_WAKE_BITSET) return 0;
  uint32_t value = 0;
  const bool waits = operation == FUTEX_WAIT || operation == FUTEX_WAIT_BITSET;
  if (waits && process_.read_value(call.args[0], value) && value != call.args[2]) return -EAGAIN;
  if (waits && call.args[3] != 0) return -ETIMEDOUT;
  return refuse(call, "to wait for another thread: in an expression only one runs");
}

Diversion::Answer Diversion::answer(const Call& call, uint32_t thread) {
  if (RecordedAnswers::is_about_process(call.number)) {
    const auto known = answers_ != nullptr ? answers_->of(call.number, thread) : std::nullopt;
    return known ? Answer(*known) : refuse(call, "and the recording does not hold the answer");
  }
  const auto way = way_of(call.number);
  if (!way) return refuse(call, "which cannot be answered in a replay");
  switch (*way) {
    case Way::kKernel:
      return ask_kernel(call);
    case Way::kNothing:
      return 0;
    case Way::kDescriptor:
      return answer_descriptor_call(call);
    case Way::kPath:
      return answer_path_call(call);
    case Way::kMap:
      return answer_map(call);
    case Way::kFutex:
      return answer_futex(call);
    case Way::kWaits:
      return refuse(call, "which waits for something that does not come in a replay");
    case Way::kReaches:
      return refuse(call, "which would change something outside of the recording");
    case Way::kEnds:
      return refuse(call, "which would end the program");
  }
  return std::nullopt;
}

/// As if the function behind the door had returned.
void Diversion::return_from_door() {
  user_regs_struct registers = process_.registers();
  process_.read_value(registers.rsp, registers.rip);
  registers.rsp += sizeof(uint64_t);
  registers.rax = 0;
  process_.set_registers(registers);
}

void Diversion::back_into_program(const trace::Registers& wanted) {
  user_regs_struct registers = process_.registers();
  const uint64_t fs_base = registers.fs_base;
  to_kernel(wanted, registers);
  registers.fs_base = fs_base;
  registers.orig_rax = ~uint64_t{0};
  process_.set_registers(registers);
}

Diversion::Outcome Diversion::at_door(uint32_t thread) {
  const user_regs_struct at = process_.registers();
  const uint64_t place = at.gs_base + kRegistersInThread;
  trace::Registers registers{};
  process_.read_value(place, registers);
  if (at.rip == symbols_.on_fault) {
    back_into_program(registers);
    return Outcome::kFault;
  }
  if (at.rip == symbols_.on_question) {
    why_ = "the expression asks the processor what it is: the recording does not hold the answer";
    back_into_program(registers);
    return Outcome::kRefused;
  }
  Answer result = 0;  // a hook: nobody listens
  if (at.rip == symbols_.on_call) {
    const Call call{
        registers.rax,
        {registers.rdi, registers.rsi, registers.rdx, registers.r10, registers.r8, registers.r9}};
    result = answer(call, thread);
  }
  if (!result) {
    registers.rip = program_ip(process_, registers.rip);
    back_into_program(registers);
    return Outcome::kRefused;
  }
  registers.rax = static_cast<uint64_t>(*result);
  process_.write_value(place, registers);
  return_from_door();
  return Outcome::kAnswered;
}

}  // namespace weft::process
