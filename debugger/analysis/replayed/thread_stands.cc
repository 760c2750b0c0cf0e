#include "debugger/analysis/replayed/thread_stands.h"

#include <linux/futex.h>
#include <sys/uio.h>

#include <optional>
#include <unordered_map>

#include "debugger/analysis/model/expressions.h"
#include "debugger/analysis/replayed/fiber_mutex.h"
#include "debugger/analysis/replayed/lock_memory.h"
#include "debugger/analysis/replayed/parked_fibers.h"
#include "debugger/analysis/replayed/time_limits.h"
#include "replayer/session/log_window.h"
#include "replayer/session/module_map.h"
#include "replayer/session/processor_check.h"
#include "replayer/session/replay_process.h"
#include "replayer/session/symbolizer.h"
#include "replayer/timeline/focus.h"
#include "replayer/trace/trace_reader.h"
#include "weft/syscall/table.h"

namespace weft::analysis {

namespace {

constexpr size_t kMostFrames = 64;

/// The threads of one process that stands still.
class Stands {
 public:
  Stands(const timeline::Focus& focus, const session::ModuleMap& modules)
      : focus_(focus), threads_(focus.threads()), modules_(modules), symbols_(modules) {
    for (const timeline::ThreadState& thread : threads_)
      number_of_[thread.tid] = trace::ThreadNumber(thread.id);
  }

  std::vector<ThreadStand> all() {
    std::vector<ThreadStand> stands;
    for (const timeline::ThreadState& thread : threads_) stands.push_back(one(thread));
    return stands;
  }

  /// Those that are parked: their registers lie on their stacks, as jump_fcontext left them.
  std::vector<FiberStand> fibers() {
    std::vector<FiberStand> stands;
    const std::vector<channel::ParkedFiber> all = parked_fibers(focus_);
    for (const channel::ParkedFiber& fiber : all) {
      if (fiber.context == 0 || fiber.task == 0) continue;
      const auto registers = parked_registers(focus_.pid(), fiber.context);
      if (!registers) continue;
      FiberStand stand{.task = fiber.task};
      add_frames(symbols_.backtrace(focus_.pid(), *registers, kMostFrames), FirstFrame::kReturn,
                 stand.stack);
      stand.waits_in = waits_in(stand.stack);
      if (locks_fiber_mutex(stand.waits_in)) {
        const FiberMutex mutex = find_fiber_mutex(focus_.pid(), fiber, all);
        stand.object = mutex.address;
        stand.object_name = demangled_symbol(symbols_.variable_at(mutex.address));
        stand.owner = mutex.owner;
      }
      stands.push_back(std::move(stand));
    }
    return stands;
  }

 private:
  /// What the first address of a backtrace is.
  enum class FirstFrame : uint8_t { kNext, kReturn };

  /// A thread that was not preempted has given up its turn in a call, and `rip` is after that:
  /// after a syscall instruction, or weft's jump in its place (recorder/runtime/code/patch.h).
  bool is_in_call(const timeline::ThreadState& thread) const {
    const channel::Stop& stop = focus_.channel().stop;
    const auto distance = static_cast<uint64_t>(int64_t{stop.preempted_at});
    const auto preempted = byte_at(Address(thread.registers_address) + distance);
    if (!preempted || *preempted != 0 || (thread.current && stop.in_program != 0)) return false;
    const auto first = byte_at(Address(thread.registers.rip) - 2),
               second = byte_at(Address(thread.registers.rip) - 1);
    return first && second && ((*first == 0x0f && *second == 0x05) || *first == 0xe9);
  }

  std::optional<uint8_t> byte_at(Address address) const {
    uint8_t value = 0;
    iovec here{&value, sizeof value};
    iovec there{reinterpret_cast<void*>(address.value()), sizeof value};
    if (::process_vm_readv(focus_.pid(), &here, 1, &there, 1, 0) != sizeof value)
      return std::nullopt;
    return value;
  }

  ThreadStand one(const timeline::ThreadState& thread) {
    ThreadStand stand;
    stand.thread = trace::ThreadNumber(thread.id);
    stand.has_turn = thread.current;
    std::vector<uint64_t> frames = symbols_.backtrace(focus_.pid(), thread.registers, kMostFrames);
    add_frames(frames, FirstFrame::kNext, stand.stack);
    if (is_in_call(thread)) add_call(thread.registers, frames, stand);
    return stand;
  }

  /// Addresses to return to: the line is that of the call before.
  void add_frames(const std::vector<uint64_t>& frames, FirstFrame first,
                  std::vector<StandFrame>& stack) {
    for (size_t i = 0; i < frames.size(); ++i) {
      const Address address(i == 0 && first == FirstFrame::kNext ? frames[i] : frames[i] - 1);
      bool has_line = false;
      for (const auto& source : symbols_.lines_of(address.value())) {
        if (source.file.empty() || source.line == 0) continue;
        has_line = true;
        stack.push_back({short_function(demangled_symbol(source.function)), source.file,
                         source.line, is_library_file(source.file) || is_in_library(address)});
      }
      const std::string symbol = has_line ? "" : symbols_.source_of(address.value()).function;
      if (!symbol.empty() && is_in_library(address))
        stack.push_back({short_function(demangled_symbol(symbol)), "", 0, true});
    }
  }

  /// Debug information of a library names its files as they were where it was built.
  bool is_in_library(Address address) const {
    const session::ModuleMapping* module = modules_.find(address.value());
    if (module == nullptr) return false;
    for (const std::string_view folder : {"/lib/", "/lib64/", "/usr/lib/", "/usr/lib64/"}) {
      if (module->path.starts_with(folder)) return true;
    }
    return false;
  }

  void add_call(const trace::Registers& registers, const std::vector<uint64_t>& frames,
                ThreadStand& stand) {
    const auto number = static_cast<uint16_t>(registers.rax);
    const syscall::Row* row = registers.rax < UINT16_MAX ? syscall::find(number) : nullptr;
    if (row == nullptr) return;
    stand.call = number;
    stand.call_waits = row->block != syscall::Block::kNever;
    stand.timed = has_time_limit(number, {registers.rdi, registers.rsi, registers.rdx,
                                          registers.r10, registers.r8, registers.r9});
    if (row->args[0].kind == syscall::ArgKind::kFd) stand.fd = static_cast<int32_t>(registers.rdi);
    if (number == SYS_futex) add_futex(registers, frames, stand);
  }

  void add_futex(const trace::Registers& registers, const std::vector<uint64_t>& frames,
                 ThreadStand& stand) {
    FutexWait wait{Address(registers.rdi), static_cast<uint32_t>(registers.rsi & FUTEX_CMD_MASK),
                   static_cast<uint32_t>(registers.rdx)};
    ThreadWaitKind kind = ThreadWaitKind::kFutex;
    for (size_t i = 0; i < frames.size(); ++i) {
      const std::string name = symbols_.source_of(i == 0 ? frames[i] : frames[i] - 1).function;
      const LibraryWait found = library_wait(name);
      if (found.kind == ThreadWaitKind::kOther) continue;
      kind = found.kind;
      stand.through = found.function;
      break;
    }
    const LockOwner owner = read_owner(focus_.pid(), wait, kind);
    stand.kind = owner.kind;
    stand.object = owner.object;
    stand.readers = owner.readers;
    stand.object_name = demangled_symbol(symbols_.variable_at(owner.object.value()));
    const int32_t tid =
        kind == ThreadWaitKind::kThread ? static_cast<int32_t>(wait.expected) : owner.tid;
    const auto known = number_of_.find(tid);
    if (known != number_of_.end()) {
      stand.owner = known->second;
    } else {
      stand.strange_owner = tid;
    }
  }

  const timeline::Focus& focus_;
  std::vector<timeline::ThreadState> threads_;
  const session::ModuleMap& modules_;
  session::Symbolizer symbols_;
  std::unordered_map<int32_t, trace::ThreadNumber> number_of_;  ///< by the kernel's ID
};

}  // namespace

Result<Standing> standing_at(const std::string& trace_path, const std::string& runtime_path,
                             trace::EventIndex moment) {
  auto reader = trace::TraceReader::open(trace_path);
  if (!reader) return reader.error();
  if (Status here = session::check_processor(reader->info(), trace_path); !here)
    return here.error();
  auto log = session::LogWindow::open(*reader);
  if (!log) return log.error();
  session::ReplayRequest request;
  request.runtime_path = runtime_path;
  request.stop_before = moment;
  request.own_group = true;
  auto process = session::ReplayProcess::spawn(**log, request);
  if (!process) return process.error();
  const session::Outcome outcome = (*process)->wait();
  const timeline::FailureSource source{trace_path, log->get()};
  if (outcome != session::Outcome::kParked && outcome != session::Outcome::kEnded)
    return source.error(**process, outcome);
  const uint64_t bytes = (*process)->channel().log_position.load();
  const timeline::Focus focus(std::move(*process), source);
  const session::ModuleMap modules = session::ModuleMap::at_end_of((*log)->events_before(bytes));
  Stands stands(focus, modules);
  return Standing{stands.all(), stands.fibers()};
}

Result<std::vector<ThreadStand>> thread_stands(const std::string& trace_path,
                                               const std::string& runtime_path,
                                               trace::EventIndex moment) {
  auto standing = standing_at(trace_path, runtime_path, moment);
  if (!standing) return standing.error();
  return std::move(standing->threads);
}

}  // namespace weft::analysis
