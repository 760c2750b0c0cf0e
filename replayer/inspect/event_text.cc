#include "replayer/inspect/event_text.h"

#include <fmt/format.h>
#include <sys/mman.h>

#include <array>
#include <csignal>
#include <cstring>
#include <iterator>
#include <utility>

#include "replayer/inspect/effect_words.h"
#include "replayer/inspect/escape.h"
#include "replayer/inspect/flag_words.h"
#include "weft/syscall/table.h"
#include "weft/trace/hook.h"

namespace weft::inspect {

using trace::EffectView;
using trace::EventKind;
using trace::EventView;

namespace {

constexpr std::array<const char*, trace::kMaxEventKind + 1> kKindNames = {
    "",       "syscall", "map",     "data",   "exec", "start",  "thread",  "thread-exit",
    "signal", "fault",   "preempt", "resume", "exit", "killed", "unusual", "hook",
    "file",   "child",   "process", "memory"};

/// The row's arguments, or those of the variant that these arguments select.
struct CallShape {
  const syscall::Row* row = nullptr;
  const syscall::Variant* variant = nullptr;

  explicit CallShape(const EventView& event) : row(syscall::find(event.header().call)) {
    uint64_t arguments[6];
    for (unsigned i = 0; i < 6; ++i) arguments[i] = event.argument(i);
    variant = syscall::find_variant(event.header().call, arguments);
  }
  syscall::Arg argument(unsigned index) const {
    if (variant != nullptr) return variant->args[index];
    return row != nullptr ? row->args[index] : syscall::Arg{syscall::ArgKind::kHex};
  }
};

std::string number_text(syscall::ArgKind kind, uint64_t value) {
  const auto narrow = static_cast<int32_t>(value);
  switch (kind) {
    case syscall::ArgKind::kInt:
      return narrow < 0 && value >> 32 == 0 ? fmt::to_string(narrow)
                                            : fmt::to_string(static_cast<int64_t>(value));
    case syscall::ArgKind::kUnsigned:
      return fmt::to_string(value);
    case syscall::ArgKind::kOctal:
      return value == 0 ? "0" : fmt::format("0{:o}", value);
    case syscall::ArgKind::kFd:
      return narrow == -100 ? "AT_FDCWD" : fmt::to_string(narrow);
    case syscall::ArgKind::kPid:
      return fmt::to_string(narrow);
    case syscall::ArgKind::kSignal:
      return narrow == 0 ? "0" : signal_name(narrow);
    case syscall::ArgKind::kHex:
      return value == 0 ? "0" : fmt::format("{:#x}", value);
    default:
      return value == 0 ? "NULL" : fmt::format("{:#x}", value);
  }
}

std::string shaped_text(const CallShape& shape, const EventView& event, unsigned index) {
  const uint64_t value = event.argument(index);
  if (shape.variant != nullptr && shape.variant->selector_arg == index) {
    const uint64_t rest = value & ~shape.variant->selector_mask & 0xffff'ffff;
    return rest == 0 ? shape.variant->name : fmt::format("{}|{:#x}", shape.variant->name, rest);
  }
  const std::string words = flag_words(event.header().call, index, value);
  return words.empty() ? number_text(shape.argument(index).kind, value) : words;
}

/// The bytes of an effect, as what they are or as they are.
std::string content_text(const EventView& event, const EffectView& effect) {
  const std::string words = effect_words(event, effect);
  return words.empty() ? quote_bytes(effect.bytes, kShownBytes) : words;
}

/// A call that returns an address: mmap, brk, mremap, shmat.
bool returns_address(uint16_t call) {
  return call == 9 || call == 12 || call == 25 || call == 30;
}

std::string result_text(const trace::EventHeader& header) {
  if (const std::string error = error_name(header.result); !error.empty()) {
    const auto number = static_cast<int>(-header.result);
    const char* text = number < 512 ? ::strerrordesc_np(number) : nullptr;
    return text != nullptr ? fmt::format("-1 {} ({})", error, text) : fmt::format("-1 {}", error);
  }
  return returns_address(header.call) ? fmt::format("{:#x}", header.result)
                                      : fmt::to_string(header.result);
}

std::string call_text(const EventView& event) {
  const CallShape shape(event);
  std::vector<EffectView> effects = event.effects();
  std::string out = call_name(event.header().call) + '(';
  for (unsigned i = 0; i < event.argument_count(); ++i) {
    if (i > 0) out += ", ";
    out += shaped_text(shape, event, i);
    for (EffectView& effect : effects) {
      // kAbsolute effects name the address: it often is that of an argument.
      const bool here = effect.arg == i ||
                        (effect.arg == trace::kAbsolute && effect.address == event.argument(i));
      if (!here || effect.bytes.empty()) continue;
      out += ' ' + content_text(event, effect);
      effect.bytes = {};
    }
  }
  out += ") = " + result_text(event.header());
  for (const EffectView& effect : effects) {
    if (!effect.bytes.empty())
      out += fmt::format(" [{:#x} {}]", effect.address, quote_bytes(effect.bytes, kShownBytes));
  }
  return out;
}

std::string protection_text(uint32_t protection) {
  return fmt::format("{}{}{}", (protection & PROT_READ) ? 'r' : '-',
                     (protection & PROT_WRITE) ? 'w' : '-', (protection & PROT_EXEC) ? 'x' : '-');
}

std::string map_text(const EventView& event) {
  const auto [record, path] = event.map();
  std::string out = fmt::format("map {:#x} {} bytes {}", record.address, record.length,
                                protection_text(record.protection));
  if (!path.empty()) {
    out += fmt::format(" {}", printable(path));
    if (record.file_offset != 0) out += fmt::format(" at {:#x}", record.file_offset);
  }
  return out;
}

std::string file_text(const EventView& event) {
  const auto [record, bytes] = event.file();
  if (record.device == 0)
    return fmt::format("drop {:#x} {} bytes", record.offset, record.hole_bytes);
  std::string out =
      fmt::format("file {:x}:{} has {} bytes", record.device, record.inode, record.file_size);
  if (record.hole_bytes != 0)
    out += fmt::format(", a hole of {} at {:#x}", record.hole_bytes, record.offset);
  if (!bytes.empty()) {
    out += fmt::format(", {} at {:#x} {}", bytes.size(), record.offset,
                       quote_bytes(bytes, kShownBytes));
  }
  return out;
}

std::string exec_text(const EventView& event) {
  const trace::ExecView exec = event.exec();
  std::string out = fmt::format("exec {}", printable(exec.path));
  for (size_t i = 0; i < exec.arguments.size(); ++i)
    out += fmt::format("{}\"{}\"", i == 0 ? " [" : ", ", escape(exec.arguments[i]));
  if (!exec.arguments.empty()) out += ']';
  return out + fmt::format(" with {} environment variables", exec.environment.size());
}

std::string signal_text(const EventView& event, const char* word) {
  const trace::SignalRecord record = event.signal();
  siginfo_t info;
  static_assert(sizeof info == sizeof record.siginfo);
  std::memcpy(&info, record.siginfo, sizeof info);
  std::string out = fmt::format("{} {}", word, signal_name(event.header().result));
  if (event.kind() == EventKind::kFault)
    return out + fmt::format(" at {:#x}, address {}", record.ip, fmt::ptr(info.si_addr));
  if (info.si_code == SI_USER || info.si_code == SI_QUEUE || info.si_code == SI_TKILL)
    out += fmt::format(" from process {}", info.si_pid);
  return out + fmt::format(" at {:#x}", record.ip);
}

std::string preempt_text(const EventView& event) {
  std::string text = fmt::format("preempted at {:#x}", event.preempt().registers.rip);
  if (const uint64_t passes = event.passes()) text += fmt::format(", pass {}", passes);
  return text;
}

/// Of kMemory.
std::string memory_text(const EventView& event) {
  const trace::PreemptState state = event.memory();
  uint64_t pages = 0;
  for (const trace::PageDigest* digest = state.digests; digest != state.digests_end; ++digest)
    pages += digest->count();
  return fmt::format("digests of {} pages", pages);
}

}  // namespace

const char* kind_name(EventKind kind) {
  const auto number = static_cast<size_t>(kind);
  return number < kKindNames.size() ? kKindNames[number] : "";
}

std::optional<EventKind> kind_by_name(std::string_view name) {
  for (size_t i = 1; i < kKindNames.size(); ++i) {
    if (name == kKindNames[i]) return static_cast<EventKind>(i);
  }
  return std::nullopt;
}

std::string call_name(uint16_t number) {
  const syscall::Row* row = syscall::find(number);
  return row != nullptr ? row->name : fmt::format("call_{}", number);
}

std::optional<uint16_t> call_by_name(std::string_view name) {
  for (const syscall::Row& row : syscall::kRows) {
    if (name == row.name) return row.number;
  }
  for (const syscall::Row& row : syscall::kQuestionRows) {
    if (name == row.name) return row.number;
  }
  return std::nullopt;
}

std::string signal_name(int64_t number) {
  if (number >= 34 && number <= 64) {
    // The C library keeps 32 and 33; users count from its SIGRTMIN.
    return number == 34 ? "SIGRTMIN" : fmt::format("SIGRTMIN+{}", number - 34);
  }
  const char* name = number > 0 && number < 32 ? ::sigabbrev_np(static_cast<int>(number)) : nullptr;
  return name != nullptr ? fmt::format("SIG{}", name) : fmt::format("signal {}", number);
}

std::string error_name(int64_t result) {
  if (result >= 0 || result < -4095) return {};
  const char* name = ::strerrorname_np(static_cast<int>(-result));
  if (name != nullptr) return name;
  // Errors of the kernel's own, which a program never sees but a signal may interrupt.
  switch (-result) {
    case 512:
      return "ERESTARTSYS";
    case 513:
      return "ERESTARTNOINTR";
    case 514:
      return "ERESTARTNOHAND";
    case 516:
      return "ERESTART_RESTARTBLOCK";
    default:
      return fmt::format("error {}", -result);
  }
}

std::string argument_text(const EventView& event, unsigned index) {
  return shaped_text(CallShape(event), event, index);
}

std::string hook_text(const EventView& event) {
  const trace::HookRow& row = trace::kHookRows[event.header().call];
  std::string text = fmt::format("{}(", row.name);
  const char* comma = "";
  for (unsigned i = 0; i < row.argument_count; ++i) {
    const uint64_t value = event.argument(i);
    fmt::format_to(std::back_inserter(text), "{}{}={}", std::exchange(comma, ", "),
                   row.arguments[i],
                   value > UINT32_MAX ? fmt::format("{:#x}", value) : fmt::format("{}", value));
  }
  unsigned number = 0;
  for (const trace::EffectView& effect : event.effects()) {
    fmt::format_to(std::back_inserter(text), "{}{}={}", std::exchange(comma, ", "),
                   row.texts[number++], quote_bytes(effect.bytes, trace::kMaxSentBytes));
  }
  return text + fmt::format(") = {}", event.header().result);
}

std::string event_text(const EventView& event) {
  const int64_t result = event.header().result;
  switch (event.kind()) {
    case EventKind::kSyscall:
      return call_text(event);
    case EventKind::kMap:
      return map_text(event);
    case EventKind::kData: {
      const auto [address, bytes] = event.data();
      return fmt::format("data {:#x} {} bytes {}", address, bytes.size(),
                         quote_bytes(bytes, kShownBytes));
    }
    case EventKind::kFile:
      return file_text(event);
    case EventKind::kExec:
      return exec_text(event);
    case EventKind::kStart: {
      const auto registers = event.start().registers;
      return fmt::format("start at {:#x}, stack {:#x}", registers.rip, registers.rsp);
    }
    case EventKind::kThread:
      return fmt::format("thread begins (tid {})", result);
    case EventKind::kThreadExit:
      return fmt::format("thread ends with status {}", result);
    case EventKind::kSignal:
      return signal_text(event, "signal");
    case EventKind::kFault:
      return signal_text(event, "fault");
    case EventKind::kPreempt:
      return preempt_text(event);
    case EventKind::kMemory:
      return memory_text(event);
    case EventKind::kResume:
      return "resumed";
    case EventKind::kExit:
      return fmt::format("exit with status {}", result);
    case EventKind::kKilled:
      return fmt::format("killed by {}", signal_name(result));
    case EventKind::kHook:
      return hook_text(event);
    case EventKind::kChild:
      return fmt::format("a child that runs in the program's memory, as thread {}", result);
    case EventKind::kProcess:
      return fmt::format("from here on this is the forked process {}", result);
    case EventKind::kUnusual:
      return fmt::format("note: {}", printable(event.text()));
  }
  return {};
}

}  // namespace weft::inspect
