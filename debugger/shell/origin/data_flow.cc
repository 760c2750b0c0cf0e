#include "debugger/shell/origin/data_flow.h"

#include <algorithm>
#include <array>
#include <utility>

#include "debugger/shell/origin/operand_text.h"

namespace weft::shell {
namespace {

constexpr unsigned kSseBytes = 16;

bool is_any(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool is_vector(const Operand& operand) {
  const auto* part = std::get_if<RegisterPart>(&operand);
  return part != nullptr && part->number >= kFirstVector;
}

DataFlow computed(Operand to) {
  return {FlowKind::kComputed, to, {}, operand_bytes(to).value_or(8)};
}
DataFlow computed(unsigned number) {
  return computed(Operand(RegisterPart{number}));
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
DataFlow copied(Operand from, Operand to, unsigned bytes) {
  const bool constant = std::holds_alternative<Constant>(from);
  const auto* part = std::get_if<RegisterPart>(&to);
  const bool zero = part != nullptr && (bytes == 4 || part->number >= kFirstVector);
  return {constant ? FlowKind::kConstant : FlowKind::kCopied, to, from, bytes, zero};
}

/// Instructions that write none of their operands.
bool writes_nothing(std::string_view name) {
  return name.starts_with("cmp") ? !name.starts_with("cmpxchg") && !name.ends_with("ps") &&
                                       !name.ends_with("pd") && !name.ends_with("ss")
         : name.starts_with('j')
             ? true
             : name.starts_with("test") || name.starts_with("nop") || name.starts_with("ret") ||
                   name.starts_with("prefetch") || name.starts_with("endbr") ||
                   is_any(name,
                          {"ucomiss",    "ucomisd",  "comiss",   "comisd",   "vucomiss", "vucomisd",
                           "vcomiss",    "vcomisd",  "ptest",    "vptest",   "btw",      "btl",
                           "btq",        "lfence",   "mfence",   "sfence",   "pause",    "cld",
                           "std",        "clc",      "stc",      "ud2",      "hlt",      "int3",
                           "vzeroupper", "kortestb", "kortestd", "kortestw", "kortestq", "ktestb",
                           "wait"});
}

/// Results that the operands do not name.
struct Implicit {
  std::string_view name;
  std::array<int, 4> registers;  ///< -1: no more
};
constexpr Implicit kImplicit[] = {
    {"cpuid", {kRax, kRbx, kRcx, kRdx}}, {"rdtsc", {kRax, kRdx, -1, -1}},
    {"rdtscp", {kRax, kRdx, kRcx, -1}},  {"xgetbv", {kRax, kRdx, -1, -1}},
    {"syscall", {kRax, kRcx, kR11, -1}}, {"cltd", {kRdx, -1, -1, -1}},
    {"cqto", {kRdx, -1, -1, -1}},        {"cwtd", {kRdx, -1, -1, -1}},
    {"cltq", {kRax, -1, -1, -1}},        {"cwtl", {kRax, -1, -1, -1}},
    {"cbtw", {kRax, -1, -1, -1}},        {"lahf", {kRax, -1, -1, -1}},
    {"xlatb", {kRax, -1, -1, -1}},       {"enter", {kRsp, kRbp, -1, -1}},
};

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
  } else if ((kind == "scas" || kind == "cmps") && operands.find("%es:(%rdi)") != operands.npos) {
    flows = {computed(kRsi), computed(kRdi)};
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
  if (name.starts_with("pushf")) return {{computed(Operand(below)), computed(kRsp)}};
  if (name.starts_with("push") && operands.size() == 1)
    return {{copied(operands[0], below, 8), computed(kRsp)}};
  if (name.starts_with("popf")) return {{computed(kRsp)}};
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

/// How many bytes a move of vectors moves; empty: it is none, or does more than that.
std::optional<unsigned> vector_move_bytes(std::string_view name, const std::vector<Operand>& of) {
  if (of.size() != 2) return std::nullopt;
  if (name.starts_with('v')) name.remove_prefix(1);
  const bool in_registers = is_vector(of[0]) && is_vector(of[1]);
  if (is_any(name, {"movss", "movsd"}) && in_registers) return std::nullopt;  // it merges
  if (is_any(name, {"movd", "movss"})) return 4;
  if (is_any(name, {"movq", "movsd", "movlps", "movlpd", "movhps", "movhpd"})) return 8;
  if (!is_any(name, {"movaps", "movups", "movapd", "movupd", "movdqa", "movdqu", "movdqa32",
                     "movdqa64", "movdqu8", "movdqu16", "movdqu32", "movdqu64", "lddqu", "movntdq",
                     "movntps", "movntpd", "movntdqa"})) {
    return std::nullopt;
  }
  return operand_bytes(is_vector(of[1]) ? of[1] : of[0]);
}

/// movhps and the like use the second eight bytes of the register.
Operand upper_half(Operand operand) {
  if (auto* part = std::get_if<RegisterPart>(&operand)) part->offset = 8, part->bytes = 8;
  return operand;
}

/// The lower half of the source becomes the upper one of the result; the result's own lower half, or
/// (three operands) that of the second source, stays or becomes the lower one.
std::vector<DataFlow> joined_halves(const std::vector<Operand>& operands) {
  std::vector<DataFlow> flows{copied(operands.front(), upper_half(operands.back()), 8)};
  if (operands.size() == 3) flows.push_back(copied(operands[1], operands[2], 8));
  for (DataFlow& flow : flows) {
    flow.zero_above = false;
    if (auto* to = std::get_if<RegisterPart>(&flow.to)) to->bytes = 8;
  }
  return flows;
}

std::optional<std::vector<DataFlow>> vector_flows(std::string_view name,
                                                  const std::vector<Operand>& operands) {
  const bool any_vector = std::any_of(operands.begin(), operands.end(), is_vector);
  if (!any_vector) return std::nullopt;
  const std::string_view bare = name.starts_with('v') ? name.substr(1) : name;
  const bool joins = is_any(bare, {"punpcklqdq", "unpcklpd", "movlhps"});
  if (joins && (operands.size() == 2 || operands.size() == 3) &&
      operand_bytes(operands.back()) == kSseBytes) {
    return joined_halves(operands);
  }
  const auto bytes = vector_move_bytes(name, operands);
  if (!bytes) return std::nullopt;
  const bool high = name.find("movh") != name.npos;
  DataFlow flow = copied(high ? upper_half(operands[0]) : operands[0],
                         high ? upper_half(operands[1]) : operands[1], *bytes);
  const bool merges = high || name.find("movlp") != name.npos;
  // An instruction of SSE leaves the bytes from the 16th on as they are.
  flow.zero_above = flow.zero_above && !merges && (name.starts_with('v') || *bytes < kSseBytes);
  return {{flow}};
}

/// movzbl, movslq: how many bytes are copied; the rest is zeros, or copies of the sign.
std::optional<unsigned> extended_bytes(std::string_view name) {
  if (!name.starts_with("movz") && !name.starts_with("movs")) return std::nullopt;
  if (name.size() != 6) return std::nullopt;
  return bytes_of_suffix(name.substr(0, 5));
}

std::optional<std::vector<DataFlow>> move_flows(std::string_view name,
                                                const std::vector<Operand>& operands) {
  if (operands.size() != 2) return std::nullopt;
  const Operand &from = operands[0], &to = operands[1];
  if (const auto bytes = extended_bytes(name)) {
    DataFlow flow = copied(from, to, *bytes);
    flow.zero_above = name[3] == 'z';
    return {{flow}};
  }
  const bool plain =
      is_any(name, {"mov", "movb", "movw", "movl", "movq", "movabs", "movabsb", "movabsw",
                    "movabsl", "movabsq", "movnti", "movntil", "movntiq"});
  if (plain) {
    const unsigned bytes =
        operand_bytes(to).value_or(operand_bytes(from).value_or(bytes_of_suffix(name)));
    return {{copied(from, to, bytes)}};
  }
  if (name.starts_with("lea") && name != "leave")
    return {{{FlowKind::kAddressOf, to, from, operand_bytes(to).value_or(8), true}}};
  if (name.starts_with("xchg"))
    return {{copied(from, to, operand_bytes(from).value_or(8)),
             copied(to, from, operand_bytes(from).value_or(8))}};
  if (name.starts_with("cmpxchg"))
    return {{copied(from, to, operand_bytes(from).value_or(8)), computed(kRax)}};
  if (name.starts_with("xadd"))
    return {{computed(to), copied(to, from, operand_bytes(from).value_or(8))}};
  if (name.starts_with("cmov")) {
    DataFlow flow = copied(from, to, operand_bytes(to).value_or(8));
    flow.condition = condition_of_cmov(name, flow.bytes);
    return {{flow}};
  }
  // What is xored with itself is zero, whatever it was.
  const std::string_view bare = name.starts_with('v') ? name.substr(1) : name;
  if (from == to && (name.starts_with("xor") || name.starts_with("sub") || bare == "pxor" ||
                     bare == "xorps" || bare == "xorpd")) {
    DataFlow flow = copied(Constant{0}, to, operand_bytes(to).value_or(8));
    flow.zero_above = true;
    return {{flow}};
  }
  return std::nullopt;
}

bool is_one_operand_product(std::string_view name, size_t operands) {
  return operands == 1 && (name.starts_with("mul") || name.starts_with("imul") ||
                           name.starts_with("div") || name.starts_with("idiv"));
}

}  // namespace

std::vector<DataFlow> data_flows(const std::string& mnemonic, const std::string& operand_text,
                                 Address next) {
  const Spelling spelled = spelling_of(mnemonic, operand_text);
  const std::string_view name = spelled.name;
  for (const Implicit& row : kImplicit) {
    if (row.name != name) continue;
    std::vector<DataFlow> flows;
    for (const int number : row.registers)
      if (number >= 0) flows.push_back(computed(static_cast<unsigned>(number)));
    return flows;
  }
  const std::vector<Operand> operands = parse_operands(spelled.operands);
  if (const auto flows = string_flows(name, spelled.operands, spelled.repeated)) return *flows;
  if (const auto flows = stack_flows(name, operands, next)) return *flows;
  if (writes_nothing(name)) return {};
  const bool masked = spelled.operands.find('{') != std::string::npos;
  if (!masked) {
    if (const auto flows = vector_flows(name, operands)) return *flows;
    if (const auto flows = move_flows(name, operands)) return *flows;
  }
  if (is_one_operand_product(name, operands.size())) return {computed(kRax), computed(kRdx)};
  if (operands.empty()) return {};
  return {computed(operands.back())};
}

}  // namespace weft::shell
