#include "debugger/remote/lldb_server.h"

#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <fstream>

#include "weft/channel/layout.h"

namespace weft::remote {

using process::ProgramStop;
using process::ProgramThread;
using process::StopKind;
using travel::ShownThread;

namespace {

constexpr const char* kTriple = "x86_64-pc-linux-gnu";
/// LLDB's own memory in the program: where neither the kernel nor weft puts anything (layout.h).
constexpr Address kOwnMemoryStart(0x0c00'0000'0000);
constexpr uint64_t kMostOwnMemory = uint64_t{1} << 26;
constexpr size_t kMostMemory = 128 * 1024;
constexpr size_t kReadBytes = 64 * 1024;

/// An ID that is none is the first thread's: LLDB asks only for those that it was told of.
ShownThread thread_of(uint64_t id) {
  return ShownThread::of_id(static_cast<int64_t>(id)).value_or(ShownThread());
}

struct KindRow {
  StopKind kind;
  int signal;
  const char* text;  ///< null: nothing to add
};
constexpr std::array<KindRow, 10> kKinds = {{
    {StopKind::kParked, SIGTRAP, "event"},
    {StopKind::kBreakpoint, SIGTRAP, nullptr},
    {StopKind::kWatchpoint, SIGTRAP, nullptr},
    {StopKind::kStep, SIGTRAP, nullptr},
    {StopKind::kSignal, 0, nullptr},
    {StopKind::kEnd, SIGTRAP, "end of the recording"},
    {StopKind::kDiverged, SIGTRAP, "the replay diverged: see weft replay"},
    {StopKind::kInterrupted, SIGSTOP, "interrupted"},
    {StopKind::kDied, SIGTRAP, "the replayed process died"},
    {StopKind::kRefused, SIGTRAP, nullptr},
}};

const KindRow& row_of(StopKind kind) {
  for (const KindRow& row : kKinds) {
    if (row.kind == kind) return row;
  }
  return kKinds[0];
}

}  // namespace

LldbServer::LldbServer(travel::TravelThread& thread, travel::Traveller& traveller)
    : thread_(thread), traveller_(traveller), tasks_(traveller), next_own_memory_(kOwnMemoryStart) {
  int ends[2] = {-1, -1};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0) {
    server_.reset(ends[0]);
    client_.reset(ends[1]);
  }
  reader_thread_ = std::jthread([this](const std::stop_token& stop) { serve(stop); });
}

LldbServer::~LldbServer() {
  reader_thread_.request_stop();
  ::shutdown(server_.get(), SHUT_RDWR);
}

void LldbServer::serve(const std::stop_token& stop) {
  std::string buffer(kReadBytes, '\0');
  while (!stop.stop_requested()) {
    const ssize_t count = ::read(server_.get(), buffer.data(), buffer.size());
    if (count <= 0) return;
    reader_.add(std::string_view(buffer).substr(0, static_cast<size_t>(count)));
    while (auto packet = reader_.next()) {
      if (*packet == "\x03") {  // LLDB looks after an expression, or lets all threads run
        traveller_.halt();
      } else {
        thread_.post([this, packet = std::move(*packet)] { answer(packet); });
      }
    }
  }
}

void LldbServer::answer(const std::string& packet) {
  static const bool shown = std::getenv("WEFT_DEBUG_PACKETS") != nullptr;
  traveller_.revive();
  const std::string data = reply(packet);
  if (shown) std::fprintf(stderr, "<- %s\n-> %s\n", packet.c_str(), data.substr(0, 400).c_str());
  const std::string framed = "+" + frame(data);
  for (size_t done = 0; done < framed.size();) {
    const ssize_t count =
        ::send(server_.get(), framed.data() + done, framed.size() - done, MSG_NOSIGNAL);
    if (count <= 0) return;
    done += static_cast<size_t>(count);
  }
}

std::string LldbServer::reply(std::string_view packet) {
  if (take_prefix(packet, "vCont?")) return "vCont;c;C;s;S";
  if (take_prefix(packet, "vCont;")) return resume(packet);
  if (take_prefix(packet, "QStartNoAckMode") || take_prefix(packet, "QThreadSuffixSupported") ||
      take_prefix(packet, "QListThreadsInStopReply") || take_prefix(packet, "QPassSignals")) {
    return "OK";
  }
  if (packet.empty()) return "";
  const char kind = packet[0];
  const std::string_view rest = packet.substr(1);
  switch (kind) {
    case '?':
      return stop_reply();
    case 'q':
      return query(rest);
    case 'H':
      return "OK";
    case 'p':
      return read_registers(rest, Which::kOne);
    case 'g':
      return read_registers(rest, Which::kAll);
    case 'P':
      return write_registers(rest, Which::kOne);
    case 'G':
      return write_registers(rest, Which::kAll);
    case 'm':
      return read_memory(rest);
    case 'M':
      return write_memory(rest);
    case '_':
      return allocate(rest);
    case 'Z':
      return breakpoint(rest, Change::kInsert);
    case 'z':
      return breakpoint(rest, Change::kRemove);
    case 'c':
      return resume("c");
    case 's':
      return resume("s");
    case 'D':
    case 'k':
      return "OK";
    default:
      return "";
  }
}

std::string LldbServer::query(std::string_view packet) {
  if (take_prefix(packet, "Supported")) {
    return fmt::format("PacketSize={:x};QStartNoAckMode+;qXfer:features:read+;vContSupported+",
                       kMostMemory);
  }
  if (take_prefix(packet, "HostInfo"))
    return fmt::format("triple:{};ptrsize:8;endian:little;", to_hex(std::string_view(kTriple)));
  if (take_prefix(packet, "ProcessInfo") && packet.empty())
    return fmt::format("pid:1;triple:{};ptrsize:8;endian:little;ostype:linux;",
                       to_hex(std::string_view(kTriple)));
  if (take_prefix(packet, "Xfer:features:read:target.xml:")) {
    const uint64_t offset = take_number(packet);
    take_prefix(packet, ",");
    const uint64_t length = take_number(packet);
    const std::string xml = target_description();
    if (offset >= xml.size()) return "l";
    const std::string part = xml.substr(offset, length);
    return (offset + part.size() < xml.size() ? "m" : "l") + part;
  }
  if (packet == "C")
    return fmt::format("QC{:x}", ShownThread(traveller_.program().current_thread()).id());
  if (packet == "fThreadInfo") return "m" + thread_list();
  if (packet == "sThreadInfo") return "l";
  if (take_prefix(packet, "ThreadStopInfo")) return stop_reply_of(thread_of(take_number(packet)));
  if (take_prefix(packet, "WatchpointSupportInfo"))
    return fmt::format("num:{};", process::kDebugAddresses);
  if (take_prefix(packet, "MemoryRegionInfo:")) return memory_region(packet);
  if (packet == "Attached") return "1";
  return "";
}

std::string LldbServer::thread_list() {
  std::string list;
  for (const ProgramThread& thread : traveller_.program().threads()) {
    list += fmt::format("{}{:x}", list.empty() ? "" : ",", ShownThread(thread.number).id());
  }
  for (const SuspendedTask& task : tasks_.tasks()) {
    list += fmt::format(",{:x}", task.thread().id());
  }
  return list.empty() ? "1" : list;
}

ShownThread LldbServer::chosen_thread(std::string_view& rest) {
  const size_t at = rest.find(";thread:");
  if (at == std::string_view::npos) return traveller_.program().current_thread();
  std::string_view number = rest.substr(at + 8);
  rest = rest.substr(0, at);
  return thread_of(take_number(number));
}

RegisterFile LldbServer::file_of(ShownThread thread) {
  RegisterFile file;
  if (thread.is_task()) {
    if (const auto* stack = tasks_.stack(thread)) file.general = stack->registers;
    return file;
  }
  file.general = traveller_.program().registers(thread.thread()).value_or(trace::Registers{});
  if (thread == traveller_.program().current_thread())
    file.vector = traveller_.program().vector_registers();
  return file;
}

std::string LldbServer::read_registers(std::string_view rest, Which which) {
  const ShownThread thread = chosen_thread(rest);
  const RegisterFile file = file_of(thread);
  if (which == Which::kOne) return read_register(file, static_cast<unsigned>(take_number(rest)));
  std::string hex;
  for (unsigned i = 0; i < register_count(); ++i) hex += read_register(file, i);
  return hex;
}

std::string LldbServer::write_registers(std::string_view rest, Which which) {
  const ShownThread thread = chosen_thread(rest);
  if (thread != traveller_.program().current_thread()) return "E01";
  RegisterFile file = file_of(thread);
  if (which == Which::kAll) {
    for (unsigned i = 0; i < register_count(); ++i) {
      const size_t digits = register_digits(i);
      if (rest.size() < digits) break;
      write_register(file, i, rest.substr(0, digits));
      rest.remove_prefix(digits);
    }
  } else {
    const auto number = static_cast<unsigned>(take_number(rest));
    if (!take_prefix(rest, "=") || !write_register(file, number, rest)) return "E02";
  }
  traveller_.note_change();
  if (!traveller_.program().set_registers(file.general)) return "E03";
  if (file.vector) traveller_.program().process().set_vector_registers(*file.vector);
  return "OK";
}

std::string LldbServer::read_memory(std::string_view rest) {
  const Address address = take_address(rest);
  take_prefix(rest, ",");
  own_memory_at(address);
  std::vector<std::byte> bytes(std::min<uint64_t>(take_number(rest), kMostMemory));
  const size_t made_up = tasks_.read(address, bytes);
  bytes.resize(made_up != 0 ? made_up : traveller_.read(address, bytes));
  return bytes.empty() ? "E14" : to_hex(bytes);
}

/// What allocate() gave out at `address`, and it is there in this process; null if it gave out
/// nothing there.
LldbServer::OwnMemory* LldbServer::own_memory_at(Address address) {
  auto after = own_memory_.upper_bound(address);
  if (after == own_memory_.begin()) return nullptr;
  auto& [start, memory] = *--after;
  if (address - start >= memory.content.size()) return nullptr;
  std::byte probe{};
  process::ProgramControl& program = traveller_.program();
  if (program.read(start, {&probe, 1}) == 0 &&
      program.map_memory(start, memory.content.size(), memory.protection)) {
    program.write(start, memory.content);
    traveller_.note_change();
  }
  return &memory;
}

/// The program is about to run code of LLDB's, which may use all of it.
void LldbServer::bring_own_memory() {
  for (const auto& [start, memory] : own_memory_) own_memory_at(start);
}

std::string LldbServer::write_memory(std::string_view rest) {
  const Address address = take_address(rest);
  take_prefix(rest, ",");
  take_number(rest);
  take_prefix(rest, ":");
  const std::vector<std::byte> bytes = from_hex(rest);
  if (OwnMemory* memory = own_memory_at(address)) {
    const Address start = std::prev(own_memory_.upper_bound(address))->first;
    const uint64_t room = memory->content.size() - (address - start);
    std::copy_n(bytes.begin(), std::min<uint64_t>(bytes.size(), room),
                memory->content.begin() + static_cast<ptrdiff_t>(address - start));
  } else {
    traveller_.note_change();
  }
  return traveller_.program().write(address, bytes) ? "OK" : "E14";
}

/// _Msize,permissions and _maddress: memory for LLDB's own use in expressions.
std::string LldbServer::allocate(std::string_view rest) {
  if (take_prefix(rest, "m")) {
    own_memory_.erase(take_address(rest));
    return "OK";
  }
  if (!take_prefix(rest, "M")) return "";
  const uint64_t bytes = layout::page_up(take_number(rest));
  uint32_t protection = 0;
  if (rest.find('r') != std::string_view::npos) protection |= PROT_READ;
  if (rest.find('w') != std::string_view::npos) protection |= PROT_WRITE;
  if (rest.find('x') != std::string_view::npos) protection |= PROT_EXEC;
  const Address address = next_own_memory_;
  if (bytes == 0 || bytes > kMostOwnMemory ||
      !traveller_.program().map_memory(address, bytes, protection)) {
    return "E0c";
  }
  traveller_.note_change();
  next_own_memory_ += bytes + layout::kPage;
  own_memory_[address] = {protection, std::vector<std::byte>(bytes)};
  return fmt::format("{:x}", address.value());
}

std::string LldbServer::breakpoint(std::string_view rest, Change change) {
  const uint64_t kind = take_number(rest);
  take_prefix(rest, ",");
  const Address address = take_address(rest);
  take_prefix(rest, ",");
  const uint64_t length = take_number(rest);
  if (kind <= 1) {
    if (change == Change::kInsert) {
      breakpoints_.insert(address);
    } else {
      breakpoints_.erase(address);
    }
    traveller_.set_breakpoints(breakpoints_);
    return "OK";
  }
  if (kind > 4 || length > 8 || length == 0) return "E09";
  const process::Watch watch{address, static_cast<uint8_t>(length),
                             kind != 2 ? process::WatchFor::kUses : process::WatchFor::kWrites};
  if (change == Change::kRemove) {
    watches_.erase(watch);
  } else if (watches_.size() >= process::kDebugAddresses) {
    return "E09";
  } else {
    watches_.insert(watch);
  }
  traveller_.set_watches({watches_.begin(), watches_.end()});
  return "OK";
}

std::string LldbServer::stop_words() const {
  constexpr std::array<std::pair<StopKind, const char*>, 4> kWords = {{
      {StopKind::kBreakpoint, "breakpoint"},
      {StopKind::kWatchpoint, "watchpoint"},
      {StopKind::kStep, "step"},
      {StopKind::kSignal, "signal"},
  }};
  if (!stop_text_.empty()) return stop_text_;
  for (const auto& [kind, words] : kWords) {
    if (stop_.kind == kind) return words;
  }
  return row_of(stop_.kind).text != nullptr ? row_of(stop_.kind).text : "stopped";
}

void LldbServer::hold(std::string reason) {
  held_ = true;
  held_reason_ = std::move(reason);
}

/// Every write stops, so what stands there now is what the next hit overwrites.
void LldbServer::remember_watched() {
  watched_before_.clear();
  for (const process::Watch& watch : watches_) {
    std::vector<std::byte> bytes(watch.length);
    bytes.resize(traveller_.program().read(watch.address, bytes));
    watched_before_[watch.address] = std::move(bytes);
  }
}

std::vector<std::byte> LldbServer::watched_before(Address address) const {
  const auto found = watched_before_.find(address);
  return found != watched_before_.end() ? found->second : std::vector<std::byte>();
}

/// "s:1;c" and the like: a step of the first thread that is to step, else everything goes on.
std::string LldbServer::resume(std::string_view actions) {
  const size_t step = actions.substr(0, 1) == "s" || actions.substr(0, 1) == "S"
                          ? 0
                          : std::min(actions.find(";s"), actions.find(";S"));
  if (held_) {
    tasks_.forget();
    stop_ = {};
    stop_text_ = held_reason_;
    return stop_reply();
  }
  stop_text_.clear();
  // LLDB goes on by itself where a condition is false: the user has asked it not to.
  if (traveller_.interrupted()) {
    stop_ = {process::StopKind::kInterrupted};
    return stop_reply();
  }
  if (traveller_.program().executes_for_debugger()) {
    bring_own_memory();
  } else {
    ++moves_;
    remember_watched();
  }
  tasks_.forget();
  if (step == std::string_view::npos) {
    stop_ = traveller_.run(limit_);
  } else {
    ShownThread thread = traveller_.program().current_thread();
    const size_t colon = actions.find(':', step);
    if (colon != std::string_view::npos) {
      std::string_view number = actions.substr(colon + 1);
      thread = thread_of(take_number(number));
    }
    if (thread.is_task()) {
      stop_text_ = "a suspended task runs no instruction: an goes to its next line";
      return stop_reply();
    }
    stop_ = traveller_.step(thread.thread(), limit_);
  }
  if (stop_.kind == StopKind::kParked) stop_text_ = limit_words_;
  if (stop_.kind == StopKind::kEnd) stop_text_ = end_words_();
  if (stop_.kind == StopKind::kRefused) stop_text_ = traveller_.program().refusal();
  written_ += traveller_.program().take_written();
  return stop_reply();
}

std::string LldbServer::stop_reply() {
  const process::ProgramControl& program = traveller_.program();
  const std::vector<ProgramThread> threads = program.threads();
  std::string reply = stop_reply_of(program.current_thread());
  std::string ids, places;
  for (const ProgramThread& thread : threads) {
    const char* comma = ids.empty() ? "" : ",";
    ids += fmt::format("{}{:x}", comma, ShownThread(thread.number).id());
    places += fmt::format("{}{:x}", comma, thread.registers.rip);
  }
  if (!tasks_.tasks().empty()) return reply + fmt::format("threads:{};", thread_list());
  return reply + fmt::format("threads:{};thread-pcs:{};", ids, places);
}

std::string LldbServer::stop_reply_of(ShownThread thread) {
  if (thread.is_task()) {
    const SuspendedTask* task = tasks_.find(thread);
    if (task == nullptr) return "E01";
    return fmt::format("T00thread:{:x};hexname:{};", thread.id(),
                       to_hex(std::string_view(task->name)));
  }
  const bool current = thread == traveller_.program().current_thread();
  const int signal = !current                          ? 0
                     : stop_.kind == StopKind::kSignal ? stop_.signal
                                                       : row_of(stop_.kind).signal;
  return fmt::format("T{:02x}thread:{:x};name:T{};{}", signal, thread.id(), thread.thread().value(),
                     current ? reason_of() : "");
}

std::string LldbServer::reason_of() const {
  if (stop_.kind == StopKind::kInterrupted && !traveller_.interrupted()) return "reason:signal;";
  const char* text = stop_text_.empty() ? row_of(stop_.kind).text : stop_text_.c_str();
  if (text != nullptr) {
    return fmt::format("reason:exception;description:{};", to_hex(std::string_view(text)));
  }
  switch (stop_.kind) {
    case StopKind::kBreakpoint:
      return "reason:breakpoint;";
    case StopKind::kStep:
      return "reason:trace;";
    case StopKind::kWatchpoint:
      return fmt::format("watch:{:x};", stop_.address.value());
    default:
      return "reason:signal;";
  }
}

std::string LldbServer::memory_region(std::string_view rest) {
  const Address address = take_address(rest);
  std::ifstream maps(fmt::format("/proc/{}/maps", traveller_.program().process().pid()));
  Address free_from;
  for (std::string line; std::getline(maps, line);) {
    unsigned long long from = 0, to = 0;
    char flags[5] = {};
    if (std::sscanf(line.c_str(), "%llx-%llx %4s", &from, &to, flags) != 3) continue;
    const Address start(from), end(to);
    if (address < start)
      return fmt::format("start:{:x};size:{:x};", free_from.value(), start - free_from);
    free_from = end;
    if (address >= end) continue;
    std::string permissions;
    for (const char c : {flags[0], flags[1], flags[2]}) {
      if (c != '-') permissions += c;
    }
    return fmt::format("start:{:x};size:{:x};permissions:{};", start.value(), end - start,
                       permissions);
  }
  return fmt::format("start:{:x};size:{:x};", free_from.value(), ~free_from.value());
}

}  // namespace weft::remote
