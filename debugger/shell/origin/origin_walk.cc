#include "debugger/shell/origin/origin_walk.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "debugger/shell/origin/call_words.h"
#include "debugger/shell/source/watches.h"
#include "debugger/travel/segment_way.h"
#include "replayer/inspect/index_text.h"

namespace weft::shell {

using travel::Hit;
using travel::Instant;
using travel::Traveller;

namespace {

constexpr size_t kMostHops = 100;
/// What can be watched at once.
constexpr uint64_t kMostBytes = 8 * process::kDebugAddresses;
constexpr size_t kLongestInstruction = 15;
/// LLDB's name for code that has none, such as the C library's memcpy for this processor.
constexpr std::string_view kUnnamed = "___lldb_unnamed";

std::string instruction_text(const SourceDebugger::Instruction& code) {
  return code.operands.empty() ? code.mnemonic : code.mnemonic + " " + code.operands;
}

bool is_zero(const std::vector<std::byte>& bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](std::byte b) { return b == std::byte{0}; });
}

/// The flow into memory that holds `address`, of an instruction with these registers.
const DataFlow* flow_to(const std::vector<DataFlow>& flows, Address address,
                        const trace::Registers& registers, Address next) {
  for (const DataFlow& flow : flows) {
    const auto* to = std::get_if<MemoryOperand>(&flow.to);
    if (to == nullptr) continue;
    if (flow.repeated || address - address_of(*to, registers, next) < flow.bytes) return &flow;
  }
  return nullptr;
}

/// What of a register an instruction leaves behind: null if it does not touch these bytes.
const DataFlow* flow_to(const std::vector<DataFlow>& flows, const RegisterPart& part) {
  for (const DataFlow& flow : flows) {
    const auto* to = std::get_if<RegisterPart>(&flow.to);
    if (to == nullptr || to->number != part.number) continue;
    const bool all = flow.zero_above || flow.kind == FlowKind::kComputed;
    const unsigned end = all ? UINT32_MAX : to->offset + std::max(flow.bytes, to->bytes);
    if (part.offset < end && part.offset + part.bytes > to->offset) return &flow;
  }
  return nullptr;
}

}  // namespace

std::vector<OriginHop> OriginWalk::follow(const ValuePlace& place) {
  hops_.clear();
  Piece piece{place.address, std::min(place.bytes, kMostBytes)};
  piece.value = read(place.address, piece.bytes);
  Until until{shell_.session.here()};
  Goes goes = Goes::kOn;
  while (goes == Goes::kOn && hops_.size() < kMostHops && !shell_.interrupted()) {
    goes = std::holds_alternative<Address>(piece.at) ? from_memory(piece, until)
                                                     : from_register(piece, until);
  }
  if (goes == Goes::kOn && !shell_.interrupted())
    ends(HopKind::kLost, until, fmt::format("after {} copies the search ends", kMostHops));
  return std::move(hops_);
}

OriginWalk::Goes OriginWalk::ends(HopKind kind, const Until& until, std::string what) {
  hops_.push_back({kind, until.instant, until.thread, std::move(what)});
  return Goes::kEnds;
}

std::vector<std::byte> OriginWalk::read(Address address, uint64_t bytes) {
  std::vector<std::byte> value(bytes);
  value.resize(shell_.session.travel(
      [&](Traveller& traveller) { return traveller.program().read(address, value); }));
  return value;
}

const OriginWalk::Instruction& OriginWalk::decode(Address address) {
  auto [found, first] = code_.try_emplace(address);
  if (!first) return found->second;
  std::vector<std::byte> bytes(kLongestInstruction);
  bytes.resize(
      shell_.session.travel([&](Traveller& traveller) { return traveller.read(address, bytes); }));
  const auto code = shell_.session.source()->decode(address, bytes);
  if (!code) return found->second;
  Instruction& known = found->second;
  known.next = address + code->bytes;
  known.text = instruction_text(*code);
  known.flows = data_flows(code->mnemonic, code->operands, known.next);
  return known;
}

std::optional<trace::Registers> OriginWalk::registers_at(const Until& until) {
  return shell_.session.travel([&](Traveller& traveller) -> std::optional<trace::Registers> {
    if (!traveller.go(until.instant)) return std::nullopt;
    return traveller.program().registers(until.thread);
  });
}

/// Of the innermost frame of the user's own, where the program stands for LLDB.
std::string OriginWalk::user_place() {
  std::string through;
  for (const StackFrame& frame : shell_.frames()) {
    if (frame.owner == CodeOwner::kProgram && frame.line != 0)
      return fmt::format("{} at {}:{}{}", frame.function, frame.file, frame.line, through);
    const bool named = !frame.function.starts_with(kUnnamed);
    if (through.empty()) through = ", in " + (named ? frame.function : frame.module);
  }
  return through.empty() ? "" : through.substr(std::string_view(", ").size());
}

std::string OriginWalk::line_text(Address address) {
  const auto line = shell_.session.source()->line_of(address);
  return line ? fmt::format("{} at {}:{}", line->function, line->file, line->line) : "";
}

OriginWalk::Goes OriginWalk::from_memory(Piece& piece, Until& until) {
  const Address address = std::get<Address>(piece.at);
  auto watches = watches_of(address, piece.bytes, process::WatchFor::kWrites);
  if (watches.size() > process::kDebugAddresses) watches.resize(process::kDebugAddresses);
  const travel::Search search{.watches = std::move(watches)};
  const auto hit = shell_.session.travel([&](Traveller& traveller) {
    return traveller.last_before(until.instant, search, shell_.session.events().start());
  });
  if (shell_.interrupted()) return Goes::kEnds;
  if (!hit) return was_mapped(piece, until);
  // Of several pieces, the one that was written last is followed.
  const Address first = std::max(address, hit->watch->address);
  const uint64_t end =
      std::min<uint64_t>(piece.bytes, hit->watch->address - address + uint64_t{hit->watch->length});
  const uint64_t skip = first - address;
  piece.value.erase(
      piece.value.begin(),
      piece.value.begin() + static_cast<ptrdiff_t>(std::min<uint64_t>(skip, piece.value.size())));
  piece.at = first;
  piece.bytes = end - skip;
  piece.value.resize(std::min<size_t>(piece.value.size(), piece.bytes));
  if (hit->written_in_call) return brought_by(hit->instant.event - 1, piece, until);
  shell_.session.place_modules(hit->instant.event);
  const Address writer = shell_.session.source()->instruction_before(hit->instant.address);
  const Instant now = until.instant;
  until.thread = hit->thread;
  until.event = hit->instant.event;
  until.instant = shell_.session.travel([&](Traveller& traveller) {
    traveller.way_of(hit->instant.event);  // so that the instant is exact
    return traveller.before_write(*hit, now, search, writer);
  });
  return from_store(*hit, piece, until);
}

/// The program stands just before the instruction that wrote; which of its results is it?
OriginWalk::Goes OriginWalk::from_store(const Hit& hit, Piece& piece, Until& until) {
  if (!shell_.session.go(until.instant, "origin"))
    return ends(HopKind::kLost, until, "the moment of the write does not come again");
  const auto way = shell_.session.travel(
      [&](Traveller& traveller) { return traveller.way_of(hit.instant.event); });
  until.step =
      way && until.instant.event == until.event ? way->step_of(until.instant).value_or(0) : 0;
  const auto registers = shell_.session.travel(
      [&](Traveller& traveller) { return traveller.program().registers(hit.thread); });
  const Address address = std::get<Address>(piece.at);
  if (!registers) return ends(HopKind::kLost, until, "the thread that wrote is not there");
  const Instruction* code = &decode(Address(registers->rip));
  const DataFlow* flow = flow_to(code->flows, address, *registers, code->next);
  if (flow == nullptr) {  // rep movs: stopped in its middle
    code = &decode(hit.instant.address);
    flow = flow_to(code->flows, address, *registers, code->next);
    if (flow != nullptr && !flow->repeated) flow = nullptr;
  }
  const std::string place = user_place();
  if (flow == nullptr) {
    ends(HopKind::kLost, until, "it is not known which instruction wrote it");
    hops_.back().place = place;
    return Goes::kEnds;
  }
  const uint64_t skip =
      address - address_of(std::get<MemoryOperand>(flow->to), *registers, code->next);
  if (!flow->repeated && skip + piece.bytes > flow->bytes) {
    piece.bytes = flow->bytes - skip;
    piece.value.resize(std::min<size_t>(piece.value.size(), piece.bytes));
  }
  hops_.push_back(
      {HopKind::kCopied, until.instant, until.thread, code->text, place, address, piece.bytes});
  if (flow->kind != FlowKind::kCopied) return take(*flow, *code, until);
  if (const auto* from = std::get_if<MemoryOperand>(&flow->from))
    return load(*from, skip, *code, piece, until);
  RegisterPart from = std::get<RegisterPart>(flow->from);
  from.offset += static_cast<unsigned>(flow->bytes != 0 ? skip % flow->bytes : 0);
  from.bytes = static_cast<unsigned>(piece.bytes);
  piece.at = from;
  return Goes::kOn;
}

/// What is no copy.
OriginWalk::Goes OriginWalk::take(const DataFlow& flow, const Instruction& code,
                                  const Until& until) {
  const HopKind kind = flow.kind == FlowKind::kConstant    ? HopKind::kConstant
                       : flow.kind == FlowKind::kAddressOf ? HopKind::kAddress
                                                           : HopKind::kComputed;
  // The store says it all: it has a line of its own already.
  if (!hops_.empty() && hops_.back().kind == HopKind::kCopied &&
      hops_.back().instant == until.instant) {
    hops_.back().kind = kind;
    return Goes::kEnds;
  }
  ends(kind, until, code.text);
  hops_.back().place = line_text(until.instant.address);
  return Goes::kEnds;
}

OriginWalk::Goes OriginWalk::load(const MemoryOperand& from, uint64_t skip, const Instruction& code,
                                  Piece& piece, Until& until) {
  const auto registers = registers_at(until);
  if (!registers) return ends(HopKind::kLost, until, "the moment of the copy does not come again");
  const Address address = address_of(from, *registers, code.next) + skip;
  if (read(address, piece.bytes) != piece.value) {
    ends(HopKind::kLost, until,
         fmt::format("{} reads other bytes at {}", code.text, address.text()));
    hops_.back().place = line_text(until.instant.address);
    return Goes::kEnds;
  }
  piece.at = address;
  return Goes::kOn;
}

OriginWalk::Goes OriginWalk::from_register(Piece& piece, Until& until) {
  const auto way =
      shell_.session.travel([&](Traveller& traveller) { return traveller.way_of(until.event); });
  if (!way) {
    return ends(HopKind::kLost, until,
                fmt::format("the stretch before event {} is too long to be stepped", until.event));
  }
  for (uint64_t step = std::min(until.step, way->size()); step-- > 0;) {
    const Address address(way->at(step).rip);
    const Instruction& code = decode(address);
    const DataFlow* flow = flow_to(code.flows, std::get<RegisterPart>(piece.at));
    if (flow == nullptr) continue;
    until.step = step;
    until.instant = way->instant_of(step);
    if (!flow->condition.empty()) {
      const auto registers = registers_at(until);
      const auto holds =
          registers ? condition_holds(flow->condition, registers->rflags) : std::nullopt;
      if (!holds) return ends(HopKind::kLost, until, code.text + " may have moved it or not");
      if (!*holds) continue;
    }
    return take_part(*flow, code, piece, until);
  }
  return before_segment(piece, until);
}

/// `flow` has made these bytes of the register.
OriginWalk::Goes OriginWalk::take_part(const DataFlow& flow, const Instruction& code, Piece& piece,
                                       Until& until) {
  const RegisterPart part = std::get<RegisterPart>(piece.at);
  const RegisterPart to = std::get<RegisterPart>(flow.to);
  if (flow.kind != FlowKind::kCopied) return take(flow, code, until);
  if (part.offset >= to.offset + flow.bytes) {
    const bool zeros = flow.zero_above && is_zero(piece.value);
    ends(zeros ? HopKind::kConstant : HopKind::kComputed, until, code.text);
    hops_.back().place = line_text(until.instant.address);
    return Goes::kEnds;
  }
  if (part.offset < to.offset)
    return ends(HopKind::kLost, until, code.text + " has written a part of it");
  const unsigned skip = part.offset - to.offset;
  if (skip + piece.bytes > flow.bytes) {
    piece.bytes = flow.bytes - skip;
    piece.value.resize(std::min<size_t>(piece.value.size(), piece.bytes));
  }
  if (const auto* memory = std::get_if<MemoryOperand>(&flow.from))
    return load(*memory, skip, code, piece, until);
  const auto* from = std::get_if<RegisterPart>(&flow.from);
  if (from == nullptr) return ends(HopKind::kLost, until, code.text + " is not understood");
  piece.at = RegisterPart{from->number, from->offset + skip, static_cast<unsigned>(piece.bytes)};
  return Goes::kOn;
}

/// No instruction of the segment wrote the register: what did the thread do before?
OriginWalk::Goes OriginWalk::before_segment(Piece& piece, Until& until) {
  const EventLog& events = shell_.session.events();
  const auto before =
      events.last(EventIndex(0), until.event, [&](EventIndex, const trace::EventView& event) {
        return trace::ThreadNumber(event.header().thread) == until.thread;
      });
  if (!before) return ends(HopKind::kLost, until, "the thread's beginning is not known");
  const RegisterPart part = std::get<RegisterPart>(piece.at);
  until.instant = {*before};
  const trace::EventView event = events.at(*before);
  switch (event.kind()) {
    case trace::EventKind::kSyscall:
      if (part.number == kRax) return result_of(*before, piece, until);
      if (part.number == kRcx || part.number == kR11)
        return ends(HopKind::kLost, until, "the kernel left it in the register after a call");
      break;
    case trace::EventKind::kHook:
      if (part.number == kRax) return ends(HopKind::kLost, until, "weft's hook has returned it");
      break;
    case trace::EventKind::kPreempt:
    case trace::EventKind::kResume:
    case trace::EventKind::kFile:
    case trace::EventKind::kData:
    case trace::EventKind::kMap:
    case trace::EventKind::kUnusual:
      break;
    case trace::EventKind::kThread:
    case trace::EventKind::kStart:
      return ends(HopKind::kLost, until, "the thread began with it");
    default:
      return ends(HopKind::kLost, until,
                  fmt::format("what was in {} before event {} is not known",
                              register_name(part.number), *before));
  }
  if (*before == EventIndex(0)) return ends(HopKind::kLost, until, "the recording begins there");
  until.event = *before;
  until.step = UINT64_MAX;
  if (event.kind() != trace::EventKind::kPreempt) return Goes::kOn;
  // It was stopped before the instruction that its way ends with.
  const auto way =
      shell_.session.travel([&](Traveller& traveller) { return traveller.way_of(until.event); });
  until.step = way && way->size() > 0 ? way->size() - 1 : 0;
  return Goes::kOn;
}

OriginWalk::Goes OriginWalk::result_of(EventIndex call, Piece& piece, Until& until) {
  const int64_t result = shell_.session.events().at(call).header().result;
  const RegisterPart part = std::get<RegisterPart>(piece.at);
  std::vector<std::byte> bytes(sizeof result);
  std::memcpy(bytes.data(), &result, sizeof result);
  const bool same = part.offset + piece.value.size() <= bytes.size() &&
                    std::equal(piece.value.begin(), piece.value.end(), bytes.begin() + part.offset);
  const std::string text = call_words(shell_, call);
  if (!same) return ends(HopKind::kLost, until, "other than the result of " + text);
  return ends(HopKind::kCall, until, text + "\nits result");
}

OriginWalk::Goes OriginWalk::brought_by(EventIndex call, Piece& piece, Until& until) {
  until.instant = {call};
  until.thread = trace::ThreadNumber(shell_.session.events().at(call).header().thread);
  const Address address = std::get<Address>(piece.at);
  const BroughtBytes brought = brought_bytes(shell_, call, address);
  const std::string text = call_words(shell_, call);
  if (brought.bytes.empty()) return ends(HopKind::kCall, until, text);
  const size_t same = std::min(brought.bytes.size(), piece.value.size());
  if (!std::equal(piece.value.begin(), piece.value.begin() + static_cast<ptrdiff_t>(same),
                  brought.bytes.begin())) {
    return ends(HopKind::kLost, until, text + "\nbut it has brought other bytes");
  }
  ends(HopKind::kCall, until, fmt::format("{}\nbyte {} of what it wrote", text, brought.offset));
  if (shell_.session.go(until.instant, "origin")) hops_.back().place = user_place();
  return Goes::kEnds;
}

OriginWalk::Goes OriginWalk::was_mapped(const Piece& piece, const Until& until) {
  const Address address = std::get<Address>(piece.at);
  const MappedWords words = mapped_words(shell_, until.instant.event, address, piece.value);
  return ends(words.known ? HopKind::kMapped : HopKind::kLost, until, words.text);
}

}  // namespace weft::shell
