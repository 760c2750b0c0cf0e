#include "debugger/shell/origin/origin_walk.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "debugger/shell/origin/call_words.h"
#include "debugger/shell/source/watches.h"
#include "debugger/travel/segment_way.h"
#include "replayer/inspect/event_text.h"
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
constexpr uint64_t kDirectionFlag = 0x400;
/// A call is looked for so many events before the stop that its write has led to.
constexpr uint64_t kEventsOfCall = 8;

std::string instruction_text(const SourceDebugger::Instruction& code) {
  return code.operands.empty() ? code.mnemonic : code.mnemonic + " " + code.operands;
}

/// The flow into memory that has a part of [address, +bytes), of an instruction with these registers.
const DataFlow* flow_to(const std::vector<DataFlow>& flows, Address address, uint64_t bytes,
                        const trace::Registers& registers, Address next) {
  for (const DataFlow& flow : flows) {
    const auto* memory = std::get_if<MemoryOperand>(&flow.to);
    if (memory == nullptr) continue;
    const Address to = address_of(*memory, registers, next);
    if (flow.repeated || address - to < flow.bytes || to - address < bytes) return &flow;
  }
  return nullptr;
}

/// As much as can be watched.
std::vector<process::Watch> watch(Piece& piece) {
  const Address address = std::get<Address>(piece.at);
  auto watches = watches_of(address, piece.bytes, process::WatchFor::kWrites);
  if (watches.size() > process::kDebugAddresses) watches.resize(process::kDebugAddresses);
  if (!watches.empty())
    keep(piece, 0, watches.back().address + uint64_t{watches.back().length} - address);
  return watches;
}

}  // namespace

Origin OriginWalk::follow(const ValuePlace& place) {
  origin_ = {};
  Piece piece{place.address, std::min(place.bytes, kMostBytes)};
  watch(piece);
  piece.value = read(place.address, piece.bytes);
  origin_.followed = piece.bytes;
  Until until{shell_.session.here()};
  Goes goes = Goes::kOn;
  if (piece.value.size() != piece.bytes)
    goes = ends(HopKind::kLost, until, "its memory cannot be read");
  while (goes == Goes::kOn && origin_.hops.size() < kMostHops && !shell_.interrupted()) {
    goes = std::holds_alternative<Address>(piece.at) ? from_memory(piece, until)
                                                     : from_register(piece, until);
  }
  if (goes == Goes::kOn && !shell_.interrupted())
    ends(HopKind::kLost, until, fmt::format("after {} copies the search ends", kMostHops));
  return std::move(origin_);
}

OriginWalk::Goes OriginWalk::ends(HopKind kind, const Until& until, std::string what,
                                  std::string place) {
  origin_.hops.push_back({kind, until.instant, until.thread, std::move(what), std::move(place)});
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
  Instruction& instruction = found->second;
  instruction.known = true;
  instruction.next = address + code->bytes;
  instruction.text = instruction_text(*code);
  instruction.flows = data_flows(code->mnemonic, code->operands, instruction.next);
  return instruction;
}

std::shared_ptr<const travel::SegmentWay> OriginWalk::way_of(EventIndex event) {
  return shell_.session.travel([&](Traveller& traveller) { return traveller.way_of(event); });
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
  const travel::Search search{.watches = watch(piece)};
  const Address address = std::get<Address>(piece.at);
  const EventLog& events = shell_.session.events();
  const auto hit = shell_.session.travel([&](Traveller& traveller) {
    return traveller.last_before(until.instant, search, events.start());
  });
  if (shell_.interrupted()) return Goes::kEnds;
  const EventIndex since = hit ? hit->instant.event : events.start();
  if (const auto replaced =
          last_replacement(events, since, until.instant.event, address, piece.bytes)) {
    return from_replacement(*replaced, piece, until);
  }
  if (!hit) return was_mapped(piece, until, std::nullopt);
  // Of several pieces, the one that was written last is followed.
  const Address first = std::max(address, hit->watch->address);
  const Address end =
      std::min(address + piece.bytes, hit->watch->address + uint64_t{hit->watch->length});
  keep(piece, first - address, end - first);
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

/// Since the last write the memory has become another one.
OriginWalk::Goes OriginWalk::from_replacement(const Replacement& replaced, Piece& piece,
                                              Until& until) {
  const EventLog& events = shell_.session.events();
  const Address address = std::get<Address>(piece.at);
  const Address first = std::max(address, replaced.begin);
  keep(piece, first - address, std::min(address + piece.bytes, replaced.end) - first);
  const trace::EventView event = events.at(replaced.event);
  until.instant = {replaced.event};
  until.thread = trace::ThreadNumber(event.header().thread);
  const bool moved = replaced.moved_from && first - replaced.begin < event.argument(1);
  if (!moved) return was_mapped(piece, until, replaced);
  if (!shell_.session.go(until.instant, "origin"))
    return ends(HopKind::kLost, until, "the moment of the move does not come again");
  const Address from = replaced.moved_from + (first - replaced.begin);
  const std::string place = user_place();
  if (read(from, piece.bytes) != piece.value) {
    return ends(HopKind::kLost, until, inspect::event_text(event) + "\nhas moved other bytes there",
                place);
  }
  origin_.hops.push_back({HopKind::kCopied, until.instant, until.thread, inspect::event_text(event),
                          place, first, piece.bytes});
  piece.at = from;
  return Goes::kOn;
}

/// The program stands just before the instruction that wrote; which of its results is it?
std::optional<OriginWalk::Store> OriginWalk::store_of(const Hit& hit, const Piece& piece) {
  const auto registers = shell_.session.travel(
      [&](Traveller& traveller) { return traveller.program().registers(hit.thread); });
  if (!registers) return std::nullopt;
  const Address address = std::get<Address>(piece.at);
  Store store{&decode(Address(registers->rip)), nullptr, *registers};
  store.flow = flow_to(store.code->flows, address, piece.bytes, store.registers, store.code->next);
  if (store.flow != nullptr) return store;
  store.code = &decode(hit.instant.address);  // rep movs: stopped in its middle
  store.flow = flow_to(store.code->flows, address, piece.bytes, store.registers, store.code->next);
  if (store.flow != nullptr && !store.flow->repeated) store.flow = nullptr;
  return store;
}

OriginWalk::Goes OriginWalk::from_store(const Hit& hit, Piece& piece, Until& until) {
  if (!shell_.session.go(until.instant, "origin"))
    return ends(HopKind::kLost, until, "the moment of the write does not come again");
  const auto way = way_of(hit.instant.event);
  until.step =
      way && until.instant.event == until.event ? way->step_of(until.instant).value_or(0) : 0;
  const auto store = store_of(hit, piece);
  if (!store) return ends(HopKind::kLost, until, "the thread that wrote is not there");
  const std::string place = user_place();
  const auto unknown = [&](std::string why) {
    return ends(HopKind::kLost, until, std::move(why), place);
  };
  if (store->flow == nullptr) return unknown("it is not known which instruction wrote it");
  const DataFlow& flow = *store->flow;
  if (!flow.condition.empty()) {
    const auto done = condition_holds(flow.condition, hit.registers.rflags);
    if (!done) return unknown(store->code->text + " may have written it or not");
    if (!*done) return Goes::kOn;  // it has put back what was there
  }
  if (flow.repeated && (store->registers.rflags & kDirectionFlag) != 0)
    return unknown(store->code->text + " goes downwards: that is not followed");
  const Address to =
      address_of(std::get<MemoryOperand>(flow.to), store->registers, store->code->next);
  Address address = std::get<Address>(piece.at);
  if (!flow.repeated) {
    const Address first = to - address < piece.bytes ? to : address;
    keep(piece, first - address, std::min(address + piece.bytes, to + flow.bytes) - first);
    address = first;
  }
  // Before the program is taken elsewhere:
  const auto* part = std::get_if<RegisterPart>(&flow.from);
  std::optional<std::vector<std::byte>> given;
  RegisterPart from{};
  if (part != nullptr) {
    from = *part;
    if (!flow.repeated) from.offset += static_cast<unsigned>(address - to);
    from.bytes = static_cast<unsigned>(flow.repeated ? flow.bytes : piece.bytes);
    given = in_register(from, until.thread);
  }
  const auto left = left_behind(piece, until);
  if (left && *left != piece.value) {
    return unknown(store->code->text +
                   " wrote other bytes\nthey have changed since, unseen: is the memory mapped "
                   "twice, or a file?");
  }
  if (part != nullptr) {
    const bool same = given && (flow.repeated ? repeats(piece.value, address - to, *given)
                                              : *given == piece.value);
    if (given && !same) return unknown(store->code->text + " takes other bytes from its register");
    if (flow.repeated && !given) return unknown(store->code->text + " is not understood");
  }
  if (!left && !given && !std::holds_alternative<MemoryOperand>(flow.from))
    origin_.all_compared = false;
  origin_.hops.push_back({HopKind::kCopied, until.instant, until.thread, store->code->text, place,
                          address, piece.bytes});
  if (part == nullptr) return from_source(*store, address - to, piece, until);
  piece.at = from;
  if (flow.repeated) piece.value = *given, piece.bytes = given->size();
  return Goes::kOn;
}

/// A store of something that is in no register.
OriginWalk::Goes OriginWalk::from_source(const Store& store, uint64_t skip, Piece& piece,
                                         Until& until) {
  const DataFlow& flow = *store.flow;
  if (const auto* memory = std::get_if<MemoryOperand>(&flow.from);
      memory != nullptr && flow.kind == FlowKind::kCopied) {
    return load(*memory, skip, *store.code, piece, until);
  }
  if (const auto* constant = std::get_if<Constant>(&flow.from);
      constant != nullptr && constant_bytes(*constant, skip, piece.bytes) != piece.value) {
    return lost(until, store.code->text + " writes another value");
  }
  return take(flow, *store.code, until);
}

/// What is no copy.
OriginWalk::Goes OriginWalk::take(const DataFlow& flow, const Instruction& code,
                                  const Until& until) {
  if (flow.kind == FlowKind::kCopied || flow.kind == FlowKind::kUnknown)
    return lost(until, code.text + " takes it from where weft does not follow");
  const HopKind kind = flow.kind == FlowKind::kConstant    ? HopKind::kConstant
                       : flow.kind == FlowKind::kAddressOf ? HopKind::kAddress
                                                           : HopKind::kComputed;
  // The store says it all: it has a line of its own already.
  std::vector<OriginHop>& hops = origin_.hops;
  if (!hops.empty() && hops.back().kind == HopKind::kCopied &&
      hops.back().instant == until.instant) {
    hops.back().kind = kind;
    return Goes::kEnds;
  }
  return ends(kind, until, code.text, line_text(until.instant.address));
}

OriginWalk::Goes OriginWalk::load(const MemoryOperand& from, uint64_t skip, const Instruction& code,
                                  Piece& piece, Until& until) {
  const auto registers = registers_at(until);
  if (!registers) return lost(until, "the moment of the copy does not come again");
  const Address address = address_of(from, *registers, code.next) + skip;
  if (read(address, piece.bytes) != piece.value)
    return lost(until, fmt::format("{} reads other bytes at {}", code.text, address.text()));
  piece.at = address;
  return Goes::kOn;
}

OriginWalk::Goes OriginWalk::brought_by(EventIndex call, Piece& piece, Until& until) {
  const EventLog& events = shell_.session.events();
  const Address address = std::get<Address>(piece.at);
  BroughtBytes brought = brought_bytes(events, call, address, piece.bytes);
  for (uint64_t i = 1; i < kEventsOfCall && brought.bytes.empty() && EventIndex(i) < call; ++i) {
    brought = brought_bytes(events, call - i, address, piece.bytes);
    if (!brought.bytes.empty()) call = call - i;
  }
  until.instant = {call};
  until.thread = trace::ThreadNumber(events.at(call).header().thread);
  std::string text = call_words(shell_, call);
  std::string part;
  if (brought.bytes.empty()) {  // what the trace holds in another form: a mapping, a signal's frame
    const Piece all = piece;
    const auto left = left_behind(all, {{}, until.thread, call + 1, UINT64_MAX});
    if (left && *left != piece.value)
      return ends(HopKind::kLost, until, text + "\nbut it has left other bytes");
    if (!left) origin_.all_compared = false;
  } else {
    const uint64_t all = piece.bytes;
    keep(piece, brought.address - address, brought.bytes.size());
    if (piece.value != brought.bytes)
      return ends(HopKind::kLost, until, text + "\nbut it has brought other bytes");
    if (piece.bytes < all) part = fmt::format(", {} of {}", piece.bytes, all);
    text += fmt::format("\nbyte {} of what it wrote{}", brought.offset, part);
  }
  ends(HopKind::kCall, until, std::move(text));
  if (shell_.session.go(until.instant, "origin")) origin_.hops.back().place = user_place();
  return Goes::kEnds;
}

OriginWalk::Goes OriginWalk::was_mapped(const Piece& piece, const Until& until,
                                        const std::optional<Replacement>& replaced) {
  const Address address = std::get<Address>(piece.at);
  const MappedWords words =
      mapped_words(shell_, until.instant.event, address, piece.value, replaced);
  return ends(words.known ? HopKind::kMapped : HopKind::kLost, until, words.text);
}

}  // namespace weft::shell
