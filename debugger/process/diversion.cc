#include "debugger/process/diversion.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/futex.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <vector>

#include "debugger/process/expression_calls.h"
#include "debugger/process/made_call.h"
#include "debugger/process/thread_registers.h"
#include "weft/syscall/table.h"

namespace weft::process {
namespace {

/// Where the expression's own descriptors begin: above those that the program has numbers for.
constexpr uint64_t kFirstDescriptor = 600;
constexpr size_t kMostWritten = size_t{1} << 20;
constexpr size_t kLongestPath = 4096;

std::string name_of(uint64_t number) {
  const syscall::Row* row =
      number <= syscall::kLastHigh ? syscall::find(static_cast<uint16_t>(number)) : nullptr;
  return row != nullptr ? row->name : fmt::format("system call {}", number);
}

bool is_standard(uint64_t fd) {
  return fd <= 2;
}

}  // namespace

std::string Diversion::text_at(Address address) const {
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

int64_t Diversion::ask_kernel(const Call& call) {
  return make_call(process_, symbols_, call.number, call.args);
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
    Address address;
    uint64_t bytes;
  };
  std::vector<Part> parts{{Address(call.args[1]), call.args[2]}};
  if (call.number == SYS_writev) {
    constexpr uint64_t kMostParts = 1024;
    parts.assign(std::min(call.args[2], kMostParts), {});
    const auto bytes = std::as_writable_bytes(std::span(parts));
    if (process_.read(Address(call.args[1]), bytes) != bytes.size()) return -EFAULT;
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
  const uint64_t fd = low_half(call.args[0]);
  const bool writes = call.number == SYS_write || call.number == SYS_writev;
  if (writes && (fd == 1 || fd == 2)) return write_out(call);
  const bool looks = call.number == SYS_fstat || call.number == SYS_ioctl;
  if (own_descriptors_.count(fd) == 0 && !(looks && is_standard(fd)))
    return refuse(call, "and what the recorded run had open is not there in a replay");
  if (!only_asks(call.number, low_half(call.args[1])))
    return refuse(call, "which may change something outside of the recording");
  if (call.number == SYS_close) own_descriptors_.erase(fd);
  const int64_t result = ask_kernel(call);
  const uint32_t request = low_half(call.args[1]);
  const bool copies =
      call.number == SYS_fcntl && result >= 0 && (request == F_DUPFD || request == F_DUPFD_CLOEXEC);
  return copies ? keep_descriptor(result) : Answer(result);
}

Diversion::Answer Diversion::answer_path_call(const Call& call) {
  const bool with_folder = call.number == SYS_openat || call.number == SYS_newfstatat ||
                           call.number == SYS_statx || call.number == SYS_faccessat ||
                           call.number == SYS_faccessat2 || call.number == SYS_readlinkat;
  const std::string path = text_at(Address(call.args[with_folder ? 1 : 0]));
  if (path.empty() && with_folder) {  // of a descriptor: AT_EMPTY_PATH
    const uint64_t fd = low_half(call.args[0]);
    return is_standard(fd) || own_descriptors_.count(fd) != 0
               ? Answer(ask_kernel(call))
               : refuse(call, "and what the recorded run had open is not there in a replay");
  }
  if (!path.starts_with('/'))
    return refuse(call, "and the folder that the program was in is not there in a replay");
  const bool asks_link = call.number == SYS_readlink || call.number == SYS_readlinkat;
  if (leads_to_proc(path, asks_link ? LastLink::kItself : LastLink::kFollowed))
    return refuse(call, "and /proc would show the process of the replay");
  const bool opens = call.number == SYS_open || call.number == SYS_openat;
  const uint64_t flags = opens ? call.args[with_folder ? 2 : 1] : 0;
  if ((flags & (O_ACCMODE | O_CREAT | O_TRUNC)) != O_RDONLY)
    return refuse(call, "which would change a file outside of the recording");
  if (opens && !is_safe_to_open(path))
    return refuse(call, "and that is a device or a pipe, which others use");
  const int64_t result = ask_kernel(call);
  return opens ? keep_descriptor(result) : Answer(result);
}

Diversion::Answer Diversion::answer_map(const Call& call) {
  constexpr uint32_t kRemove = 9;  // MADV_REMOVE: what other processes of the replay see, too
  if (call.number == SYS_madvise)
    return low_half(call.args[2]) == kRemove ? refuse(call, "which would change a file")
                                             : ask_kernel(call);
  const bool anonymous = (call.args[3] & MAP_ANONYMOUS) != 0;
  if (!anonymous && own_descriptors_.count(low_half(call.args[4])) == 0)
    return refuse(call, "and what the recorded run had open is not there in a replay");
  return ask_kernel(call);
}

/// No other thread runs while an expression does: nobody waits, and nobody ends a wait.
Diversion::Answer Diversion::answer_futex(const Call& call) {
  constexpr uint32_t kOperation = static_cast<uint32_t>(FUTEX_CMD_MASK);
  uint32_t value = 0;
  const bool readable = process_.read_value(Address(call.args[0]), value);
  switch (low_half(call.args[1]) & kOperation) {
    case FUTEX_WAKE:
    case FUTEX_WAKE_BITSET:
    case FUTEX_REQUEUE:
      return 0;
    case FUTEX_CMP_REQUEUE:
      return !readable ? -EFAULT : value != low_half(call.args[5]) ? -EAGAIN : 0;
    case FUTEX_WAIT:
    case FUTEX_WAIT_BITSET:
      if (!readable) return -EFAULT;
      if (value != low_half(call.args[2])) return -EAGAIN;
      if (call.args[3] != 0) return -ETIMEDOUT;
      return refuse(call, "which waits for another thread, and none runs during an expression");
    case FUTEX_LOCK_PI:
    case FUTEX_LOCK_PI2:
      return refuse(call, "which may wait for another thread, and none runs during an expression");
    default:
      return refuse(call, "with an operation that cannot be answered in a replay");
  }
}

Diversion::Answer Diversion::answer(const Call& call, trace::ThreadNumber thread,
                                    trace::EventIndex moment) {
  if (RecordedAnswers::is_about_process(call.number)) {
    const auto known =
        answers_ != nullptr ? answers_->of(call.number, thread, moment) : std::nullopt;
    return known ? known : refuse(call, "and the recording does not hold the answer");
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
  process_.read_value(Address(registers.rsp), registers.rip);
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

Diversion::Outcome Diversion::at_door(trace::ThreadNumber thread, trace::EventIndex moment) {
  const user_regs_struct at = process_.registers();
  const Address place = Address(at.gs_base) + kRegistersInThread;
  trace::Registers registers{};
  process_.read_value(place, registers);
  const Address door(at.rip);
  if (door == symbols_.on_fault) {
    back_into_program(registers);
    return Outcome::kFault;
  }
  if (door == symbols_.on_question) {
    why_ =
        "the expression asks the processor what it is, and the recording does not hold the answer";
    back_into_program(registers);
    return Outcome::kRefused;
  }
  Answer result = 0;  // a hook: nobody listens
  if (door == symbols_.on_call) {
    const Call call{
        registers.rax,
        {registers.rdi, registers.rsi, registers.rdx, registers.r10, registers.r8, registers.r9}};
    result = answer(call, thread, moment);
  }
  if (!result) {
    registers.rip = program_ip(process_, Address(registers.rip)).value();
    back_into_program(registers);
    return Outcome::kRefused;
  }
  registers.rax = static_cast<uint64_t>(*result);
  process_.write_value(place, registers);
  return_from_door();
  return Outcome::kAnswered;
}

}  // namespace weft::process
