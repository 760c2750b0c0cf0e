#include "debugger/shell/origin/data_flow.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include "debugger/shell/origin/operand_text.h"
#include "debugger/shell/origin/vector_flow.h"

namespace weft::shell {
namespace {

DataFlow computed(const Operand& to, unsigned bytes) {
  DataFlow flow{FlowKind::kComputed, to, {}, bytes};
  if (std::holds_alternative<RegisterPart>(to)) flow.reach = general_reach(bytes);
  return flow;
}
DataFlow computed(unsigned number, unsigned bytes = 8) {
  return computed(Operand(RegisterPart{number, 0, bytes}), bytes);
}

/// b, w, l, q: of an instruction whose operands do not tell.
unsigned bytes_of_suffix(std::string_view mnemonic) {
  switch (mnemonic.empty() ? 'q' : mnemonic.back()) {
    case 'b':
      return 1;
    case 'w':
      return 2;
    case 'l':
      return 4;
    default:
      return 8;
  }
}

/// `from` is copied to `to` as a whole.
DataFlow copied(const Operand& from, const Operand& to, unsigned bytes) {
  const bool constant = std::holds_alternative<Constant>(from);
  DataFlow flow{constant ? FlowKind::kConstant : FlowKind::kCopied, to, from, bytes};
  if (std::holds_alternative<RegisterPart>(to)) flow.reach = general_reach(bytes);
  return flow;
}

/// Instructions that write none of their operands.
bool writes_nothing(std::string_view name) {
  for (const std::string_view family : {"j", "test", "vtest", "nop", "ret", "prefetch", "endbr",
                                        "wrfsbase", "wrgsbase", "wrss", "incssp", "clflush"}) {
    if (name.starts_with(family)) return true;
  }
  return is_one_of(
      name, {"cmp",      "cmpb",     "cmpw",     "cmpl",     "cmpq",     "ucomiss",  "ucomisd",
             "comiss",   "comisd",   "vucomiss", "vucomisd", "vcomiss",  "vcomisd",  "ptest",
             "vptest",   "btw",      "btl",      "btq",      "lfence",   "mfence",   "sfence",
             "pause",    "cld",      "std",      "clc",      "stc",      "cmc",      "sahf",
             "ud2",      "hlt",      "int3",     "kortestb", "kortestd", "kortestw", "kortestq",
             "ktestb",   "ktestw",   "ktestd",   "ktestq",   "wait",     "clwb",     "ldmxcsr",
             "vldmxcsr", "umonitor", "umwait",   "tpause",   "ptwritel", "ptwriteq", "movdir64b",
             "enqcmd",   "enqcmds"});
}

/// Results that the operands do not name.
struct Implicit {
  std::string_view name;
  unsigned bytes;                ///< of each
  std::array<int, 4> registers;  ///< -1: no more
};
constexpr Implicit kImplicit[] = {
    {"cpuid", 4, {kRax, kRbx, kRcx, kRdx}}, {"rdtsc", 4, {kRax, kRdx, -1, -1}},
    {"rdtscp", 4, {kRax, kRdx, kRcx, -1}},  {"xgetbv", 4, {kRax, kRdx, -1, -1}},
    {"rdpmc", 4, {kRax, kRdx, -1, -1}},     {"rdpkru", 4, {kRax, kRdx, -1, -1}},
    {"syscall", 8, {kRax, kRcx, kR11, -1}}, {"int", 8, {kRax, -1, -1, -1}},
    {"cltd", 4, {kRdx, -1, -1, -1}},        {"cqto", 8, {kRdx, -1, -1, -1}},
    {"cwtd", 2, {kRdx, -1, -1, -1}},        {"cltq", 8, {kRax, -1, -1, -1}},
    {"cwtl", 4, {kRax, -1, -1, -1}},        {"cbtw", 2, {kRax, -1, -1, -1}},
    {"xbegin", 4, {kRax, -1, -1, -1}},      {"xlatb", 1, {kRax, -1, -1, -1}},
    {"enter", 8, {kRsp, kRbp, -1, -1}},     {"loop", 8, {kRcx, -1, -1, -1}},
    {"loope", 8, {kRcx, -1, -1, -1}},       {"loopne", 8, {kRcx, -1, -1, -1}},
};

std::optional<std::vector<DataFlow>> implicit_flows(std::string_view name) {
  for (const Implicit& row : kImplicit) {
    if (row.name != name) continue;
    std::vector<DataFlow> flows;
    for (const int number : row.registers)
      if (number >= 0) flows.push_back(computed(static_cast<unsigned>(number), row.bytes));
    return flows;
  }
  if (name == "lahf") return {{computed(Operand(RegisterPart{kRax, 1, 1}), 1)}};
  // The place that they find, or the mask that they make of strings.
  const auto finds = [name](std::string_view text) { return name.find(text) != name.npos; };
  if (finds("pcmpestri") || finds("pcmpistri")) return {{computed(kRcx, 4)}};
  if (finds("pcmpestrm") || finds("pcmpistrm")) {
    DataFlow mask = computed(kFirstVector, kSseBytes);
    mask.reach = vector_reach(name, kSseBytes);
    return {{mask}};
  }
  return std::nullopt;
}

/// movs, stos, lods: memory at rsi and rdi, whatever the operands say.
std::optional<std::vector<DataFlow>> string_flows(std::string_view name, std::string_view operands,
                                                  bool repeated) {
  if (operands.find("(%rdi)") == operands.npos && operands.find("(%rsi)") == operands.npos)
    return std::nullopt;
  const MemoryOperand source{.base = kRsi}, destination{.base = kRdi};
  const unsigned bytes = bytes_of_suffix(name);
  const std::string_view kind = name.substr(0, 4);
  std::vector<DataFlow> flows;
  if (kind == "movs" && operands.find("%es:(%rdi)") != operands.npos) {
    flows = {copied(source, destination, bytes), computed(kRsi), computed(kRdi)};
  } else if (kind == "stos") {
    flows = {copied(RegisterPart{kRax, 0, bytes}, destination, bytes), computed(kRdi)};
  } else if (kind == "lods") {
    flows = {copied(source, RegisterPart{kRax, 0, bytes}, bytes), computed(kRsi)};
  } else if (kind == "cmps" && operands.find("%es:(%rdi)") != operands.npos) {
    flows = {computed(kRsi), computed(kRdi)};
  } else if (kind == "scas") {
    flows = {computed(kRdi)};
  } else {
    return std::nullopt;
  }
  if (!repeated) return flows;
  flows[0].repeated = flows[0].kind == FlowKind::kCopied;
  flows.push_back(computed(kRcx));
  return flows;
}

/// push, pop, call, ret, leave.
std::optional<std::vector<DataFlow>> stack_flows(std::string_view name,
                                                 const std::vector<Operand>& operands,
                                                 Address next) {
  const MemoryOperand top{.base = kRsp}, below{.base = kRsp, .displacement = -8};
  if (name.starts_with("pushf")) return {{computed(Operand(below), 8), computed(kRsp)}};
  if (name == "pushw" && operands.size() == 1) {
    const MemoryOperand word{.base = kRsp, .displacement = -2};
    return {{copied(operands[0], word, 2), computed(kRsp)}};
  }
  if (name.starts_with("push") && operands.size() == 1)
    return {{copied(operands[0], below, 8), computed(kRsp)}};
  if (name.starts_with("popf")) return {{computed(kRsp)}};
  if (name == "popw" && operands.size() == 1)
    return {{copied(top, operands[0], 2), computed(kRsp)}};
  if ((name == "pop" || name == "popq") && operands.size() == 1)
    return {{copied(top, operands[0], 8), computed(kRsp)}};
  if (name.starts_with("call")) {
    const Constant back{static_cast<int64_t>(next.value())};
    return {{copied(back, below, 8), computed(kRsp)}};
  }
  if (name.starts_with("ret")) return {{computed(kRsp)}};
  if (name.starts_with("leave"))
    return {{copied(MemoryOperand{.base = kRbp}, RegisterPart{kRbp}, 8), computed(kRsp)}};
  return std::nullopt;
}

/// movzbl, movslq: how many bytes are copied; the rest is zeros, or copies of the sign.
std::optional<unsigned> extended_bytes(std::string_view name) {
  if (!name.starts_with("movz") && !name.starts_with("movs")) return std::nullopt;
  if (name.size() != 6) return std::nullopt;
  return bytes_of_suffix(name.substr(0, 5));
}

std::vector<DataFlow> extended(const Operand& from, const Operand& to, unsigned bytes, bool sign) {
  DataFlow flow = copied(from, to, bytes);
  const unsigned all = operand_bytes(to).value_or(bytes);
  if (sign) flow.sign_end = all;
  flow.reach = general_reach(all);
  return {flow};
}

/// Only if the two are equal the memory is exchanged; else it comes into the register.
std::vector<DataFlow> compared_and_exchanged(const Operand& from, const Operand& to) {
  const unsigned bytes = operand_bytes(from).value_or(8);
  std::vector<DataFlow> flows{copied(from, to, bytes),
                              copied(to, RegisterPart{kRax, 0, bytes}, bytes)};
  flows[0].condition = "e", flows[1].condition = "ne";
  flows[0].flags_after = flows[1].flags_after = true;
  return flows;
}

/// cmpxchg8b, cmpxchg16b: the same with two registers at once.
std::optional<std::vector<DataFlow>> exchanged_pair(std::string_view name,
                                                    const std::vector<Operand>& operands) {
  const bool long_one = name == "cmpxchg16b";
  if ((!long_one && name != "cmpxchg8b") || operands.size() != 1) return std::nullopt;
  const auto* low = std::get_if<MemoryOperand>(&operands[0]);
  if (low == nullptr) return std::nullopt;
  const unsigned bytes = long_one ? 8 : 4;
  MemoryOperand high = *low;
  high.displacement += bytes;
  std::vector<DataFlow> flows;
  for (const auto& [memory, given, taken] :
       {std::tuple{*low, kRbx, kRax}, std::tuple{high, kRcx, kRdx}}) {
    for (DataFlow& flow : compared_and_exchanged(RegisterPart{given, 0, bytes}, memory)) {
      if (auto* to = std::get_if<RegisterPart>(&flow.to)) to->number = taken;
      flows.push_back(std::move(flow));
    }
  }
  return flows;
}

/// xor and sub of a general register with itself.
bool makes_zero(std::string_view name, const Operand& from, const Operand& to) {
  return from == to && std::holds_alternative<RegisterPart>(to) &&
         is_one_of(name,
                   {"xor", "xorb", "xorw", "xorl", "xorq", "sub", "subb", "subw", "subl", "subq"});
}

std::optional<std::vector<DataFlow>> move_flows(std::string_view name,
                                                const std::vector<Operand>& operands) {
  if (operands.size() != 2) return std::nullopt;
  const Operand &from = operands[0], &to = operands[1];
  if (const auto bytes = extended_bytes(name)) return extended(from, to, *bytes, name[3] == 's');
  const bool plain =
      is_one_of(name, {"mov", "movb", "movw", "movl", "movq", "movabs", "movabsb", "movabsw",
                       "movabsl", "movabsq", "movnti", "movntil", "movntiq"});
  const unsigned bytes =
      operand_bytes(to).value_or(operand_bytes(from).value_or(bytes_of_suffix(name)));
  if (plain) return {{copied(from, to, bytes)}};
  if (name.starts_with("lea") && name != "leave")
    return {{{FlowKind::kAddressOf, to, from, bytes, general_reach(bytes)}}};
  if (name.starts_with("xchg")) return {{copied(from, to, bytes), copied(to, from, bytes)}};
  if (name.starts_with("cmpxchg")) return compared_and_exchanged(from, to);
  if (name.starts_with("xadd")) return {{computed(to, bytes), copied(to, from, bytes)}};
  if (name.starts_with("cmov")) {
    DataFlow flow = copied(from, to, bytes);
    flow.condition = condition_of_cmov(name, flow.bytes);
    return {{flow}};
  }
  if (makes_zero(name, from, to)) return {{copied(Constant{0}, to, bytes)}};
  return std::nullopt;
}

/// mul, div, and the imul of one operand: rax and rdx, or, of bytes, ax.
std::optional<std::vector<DataFlow>> product_flows(std::string_view name,
                                                   const std::vector<Operand>& operands) {
  if (name.starts_with("mulx") && operands.size() == 3) {
    const unsigned bytes = operand_bytes(operands[2]).value_or(8);
    return {{computed(operands[1], bytes), computed(operands[2], bytes)}};
  }
  const bool one_operand =
      operands.size() == 1 && (name.starts_with("mul") || name.starts_with("imul") ||
                               name.starts_with("div") || name.starts_with("idiv"));
  if (!one_operand) return std::nullopt;
  const unsigned bytes = operand_bytes(operands[0]).value_or(bytes_of_suffix(name));
  if (bytes == 1) return {{computed(kRax, 2)}};
  return {{computed(kRax, bytes), computed(kRdx, bytes)}};
}

/// How many bytes an instruction writes that computes something and stores it.
unsigned computed_bytes(std::string_view name, const std::vector<Operand>& operands) {
  constexpr unsigned kSavedState = 4096;
  if (name.starts_with("xsave") || name.starts_with("f")) return kSavedState;  // at most
  if (name.starts_with("set")) return 1;
  for (const Operand& operand : operands)
    if (const auto bytes = operand_bytes(operand)) return *bytes;
  return bytes_of_suffix(name);
}

/// Whatever the instruction does with its last operand.
std::vector<DataFlow> any_flows(std::string_view name, const std::vector<Operand>& operands) {
  const Operand& to = operands.back();
  if (name.find("maskmov") != name.npos && operands.size() == 2 && is_vector(to)) {
    const MemoryOperand at_rdi{.base = kRdi};  // maskmovdqu
    return {computed(Operand(at_rdi), kSseBytes)};
  }
  std::vector<DataFlow> flows;
  if (is_vector(to)) {
    const unsigned bytes = computed_vector_bytes(name, *operand_bytes(to));
    flows = {{FlowKind::kComputed, to, {}, bytes, vector_reach(name, bytes)}};
  } else {
    flows = {computed(to, operand_bytes(to).value_or(computed_bytes(name, operands)))};
  }
  // A gather uses its mask up.
  if (name.find("gather") != name.npos && is_vector(operands[0]))
    flows.push_back({FlowKind::kComputed, operands[0], {}, kMostVectorBytes});
  return flows;
}

}  // namespace

std::optional<std::byte> filler(const DataFlow& flow, unsigned at, std::byte last_copied) {
  if (at < flow.bytes || at >= flow.reach) return std::nullopt;
  const bool negative = (last_copied & std::byte{0x80}) != std::byte{0};
  return at < flow.sign_end && negative ? std::byte{0xff} : std::byte{0};
}

std::vector<DataFlow> data_flows(const std::string& mnemonic, const std::string& operand_text,
                                 Address next) {
  const Spelling spelled = spelling_of(mnemonic, operand_text);
  const std::string_view name = spelled.name;
  if (const auto flows = implicit_flows(name)) return *flows;
  const std::vector<Operand> operands = parse_operands(spelled.operands);
  if (const auto flows = string_flows(name, spelled.operands, spelled.repeated)) return *flows;
  if (const auto flows = stack_flows(name, operands, next)) return *flows;
  if (writes_nothing(name)) return {};
  const bool masked = spelled.operands.find('{') != std::string::npos;
  if (!masked) {
    if (const auto flows = vector_flows(name, operands)) return *flows;
    if (const auto flows = move_flows(name, operands)) return *flows;
  }
  if (const auto flows = exchanged_pair(name, operands)) return *flows;
  if (const auto flows = product_flows(name, operands)) return *flows;
  if (operands.empty()) return {};
  return any_flows(name, operands);
}

}  // namespace weft::shell
