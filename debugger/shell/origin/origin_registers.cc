// The walk through registers: along the way of a thread, over its calls.
#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "debugger/shell/origin/call_words.h"
#include "debugger/shell/origin/origin_walk.h"
#include "debugger/shell/origin/vector_flow.h"
#include "debugger/travel/segment_way.h"
#include "replayer/inspect/index_text.h"

namespace weft::shell {

using travel::Traveller;

namespace {

/// ptrace(2) tells of xmm0 to xmm15.
constexpr unsigned kVectorsSeen = 16;

/// What of a register an instruction leaves behind: null if it does not touch these bytes.
const DataFlow* flow_to(const std::vector<DataFlow>& flows, const RegisterPart& part) {
  for (const DataFlow& flow : flows) {
    const auto* to = std::get_if<RegisterPart>(&flow.to);
    if (to == nullptr || to->number != part.number) continue;
    if (part.offset < to->offset + flow.reach && part.offset + part.bytes > to->offset)
      return &flow;
  }
  return nullptr;
}

/// A call's result and what the kernel uses itself are not in a thread that stands in the call.
bool is_changed_by_call(unsigned number) {
  return number == kRax || number == kRcx || number == kR11;
}

std::optional<std::vector<std::byte>> part_of(const process::ProgramControl& program,
                                              const RegisterPart& part,
                                              trace::ThreadNumber thread) {
  std::vector<std::byte> bytes(part.bytes);
  if (part.number < kFirstVector) {
    const auto registers = program.registers(thread);
    if (!registers || part.offset + part.bytes > sizeof(uint64_t)) return std::nullopt;
    if (program.parked() && is_changed_by_call(part.number)) return std::nullopt;
    const uint64_t value = register_value(*registers, part.number) >> (8 * part.offset);
    std::memcpy(bytes.data(), &value, bytes.size());
    return bytes;
  }
  const unsigned number = part.number - kFirstVector;
  if (number >= kVectorsSeen || part.offset + part.bytes > kSseBytes || program.parked() ||
      program.current_thread() != thread) {
    return std::nullopt;
  }
  const user_fpregs_struct vectors = program.vector_registers();
  const auto all = std::as_bytes(std::span(vectors.xmm_space));
  std::memcpy(bytes.data(), all.data() + size_t{number} * kSseBytes + part.offset, bytes.size());
  return bytes;
}

}  // namespace

std::optional<trace::Registers> OriginWalk::registers_at(const Until& until) {
  return shell_.session.travel([&](Traveller& traveller) -> std::optional<trace::Registers> {
    if (!traveller.go(until.instant)) return std::nullopt;
    return traveller.program().registers(until.thread);
  });
}

std::optional<std::vector<std::byte>> OriginWalk::in_register(const RegisterPart& part,
                                                              trace::ThreadNumber thread) {
  return shell_.session.travel(
      [&](Traveller& traveller) { return part_of(traveller.program(), part, thread); });
}

std::optional<std::vector<std::byte>> OriginWalk::left_behind(const Piece& piece,
                                                              const Until& until) {
  const auto way = way_of(until.event);
  if (!way) return std::nullopt;
  const travel::Instant after = way->instant_of(until.step + 1);  // of UINT64_MAX: the first one
  const bool there =
      shell_.session.travel([&](Traveller& traveller) { return bool(traveller.go(after)); });
  if (!there) return std::nullopt;
  if (const auto* part = std::get_if<RegisterPart>(&piece.at))
    return in_register(*part, until.thread);
  auto bytes = read(std::get<Address>(piece.at), piece.bytes);
  if (bytes.size() != piece.bytes) return std::nullopt;
  return bytes;
}

std::optional<bool> OriginWalk::is_done(const DataFlow& flow, const Until& until) {
  if (flow.condition.empty()) return true;
  Until moment = until;
  if (flow.flags_after) {
    const auto way = way_of(until.event);
    if (!way) return std::nullopt;
    moment.instant = way->instant_of(until.step + 1);
  }
  const auto registers = registers_at(moment);
  return registers ? condition_holds(flow.condition, registers->rflags) : std::nullopt;
}

OriginWalk::Goes OriginWalk::from_register(Piece& piece, Until& until) {
  const auto way = way_of(until.event);
  if (!way) {
    return ends(HopKind::kLost, until,
                fmt::format("the stretch before event {} is too long to be stepped", until.event));
  }
  for (uint64_t step = std::min(until.step, way->size()); step-- > 0;) {
    const Address address(way->at(step).rip);
    const Instruction& code = decode(address);
    const auto stand = [&] { until.step = step, until.instant = way->instant_of(step); };
    if (!code.known) {
      stand();
      return lost(until, fmt::format("the instruction at {} cannot be decoded", address.text()));
    }
    const auto& part = std::get<RegisterPart>(piece.at);
    const DataFlow* flow = flow_to(code.flows, part);
    if (flow == nullptr) continue;
    stand();
    const auto done = is_done(*flow, until);
    if (!done) return lost(until, code.text + " may have moved it or not");
    if (*done) return take_part(*flow, code, piece, until);
    // cmov makes the upper half zero, whether it moves or not.
    const bool cleared = !flow->flags_after && part.offset + part.bytes > flow->bytes;
    if (cleared && keep_written(piece, *flow) != Written::kResult)
      return lost(until, code.text + " has written a part of it");
  }
  return before_segment(piece, until);
}

/// `flow` has made these bytes of the register.
OriginWalk::Goes OriginWalk::take_part(const DataFlow& flow, const Instruction& code, Piece& piece,
                                       Until& until) {
  const std::string name = register_name(std::get<RegisterPart>(piece.at).number);
  const auto left = left_behind(piece, until);
  if (left && *left != piece.value) {
    return lost(until, fmt::format("{} has left another value in {}, which something else changed",
                                   code.text, name));
  }
  // What was loaded is compared with the memory that it came from.
  const bool loaded =
      flow.kind == FlowKind::kCopied && std::holds_alternative<MemoryOperand>(flow.from);
  if (!left && !loaded) origin_.all_compared = false;
  switch (keep_written(piece, flow)) {
    case Written::kMixed:
      return lost(until, code.text + " has written a part of it");
    case Written::kFill:
      return ends(HopKind::kConstant, until, code.text, line_text(until.instant.address));
    case Written::kResult:
      break;
  }
  const auto& part = std::get<RegisterPart>(piece.at);
  const unsigned skip = part.offset - std::get<RegisterPart>(flow.to).offset;
  if (const auto* constant = std::get_if<Constant>(&flow.from);
      constant != nullptr && constant_bytes(*constant, skip, piece.bytes) != piece.value) {
    return lost(until, code.text + " writes another value");
  }
  if (flow.kind != FlowKind::kCopied) return take(flow, code, until);
  if (const auto* memory = std::get_if<MemoryOperand>(&flow.from))
    return load(*memory, skip, code, piece, until);
  const auto* from = std::get_if<RegisterPart>(&flow.from);
  if (from == nullptr) return take(flow, code, until);
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
    case trace::EventKind::kMemory:
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
  const auto way = way_of(until.event);
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

}  // namespace weft::shell
