#include "debugger/shell/origin/operand_text.h"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace weft::shell {
namespace {

constexpr std::array<std::string_view, 8> kOldNames = {"ax", "cx", "dx", "bx",
                                                       "sp", "bp", "si", "di"};

std::optional<unsigned> number_in(std::string_view text) {
  if (text.empty() || text.size() > 2) return std::nullopt;
  unsigned value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + static_cast<unsigned>(c - '0');
  }
  return value;
}

std::optional<RegisterPart> old_register(std::string_view name) {
  for (unsigned number = 0; number < kOldNames.size(); ++number) {
    const std::string_view old = kOldNames[number];
    if (name == old) return RegisterPart{number, 0, 2};
    if (name.size() == 3 && name.substr(1) == old) {
      if (name[0] == 'r') return RegisterPart{number, 0, 8};
      if (name[0] == 'e') return RegisterPart{number, 0, 4};
    }
    if (name.size() == 3 && name.substr(0, 2) == old && name[2] == 'l')  // sil
      return RegisterPart{number, 0, 1};
    if (number < 4 && name.size() == 2 && name[0] == old[0]) {
      if (name[1] == 'l') return RegisterPart{number, 0, 1};
      if (name[1] == 'h') return RegisterPart{number, 1, 1};
    }
  }
  return std::nullopt;
}

/// r8, r8d, r8w, r8b.
std::optional<RegisterPart> new_register(std::string_view name) {
  unsigned bytes = 8;
  const char last = name.empty() ? ' ' : name.back();
  if (last == 'd' || last == 'w' || last == 'b') {
    bytes = last == 'd' ? 4 : last == 'w' ? 2 : 1;
    name.remove_suffix(1);
  }
  const auto number = number_in(name.substr(std::min<size_t>(1, name.size())));
  if (!name.starts_with('r') || !number || *number < 8 || *number > 15) return std::nullopt;
  return RegisterPart{*number, 0, bytes};
}

std::optional<RegisterPart> vector_register(std::string_view name) {
  if (name.size() < 4 || name.substr(1, 2) != "mm") return std::nullopt;
  const auto number = number_in(name.substr(3));
  if (!number || *number >= kVectors) return std::nullopt;
  for (const auto& [letter, bytes] : {std::pair{'x', 16u}, std::pair{'y', 32u}, {'z', 64u}}) {
    if (name[0] == letter) return RegisterPart{kFirstVector + *number, 0, bytes};
  }
  return std::nullopt;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

int64_t number_of(std::string_view text) {
  const std::string copy(text);
  if (copy.starts_with('-')) return std::strtoll(copy.c_str(), nullptr, 0);
  return static_cast<int64_t>(std::strtoull(copy.c_str(), nullptr, 0));
}

/// The parts of "%rbp,%rax,4".
bool parse_inside(std::string_view inside, MemoryOperand& memory) {
  for (unsigned part = 0; part < 3 && !inside.empty(); ++part) {
    const size_t comma = inside.find(',');
    const std::string_view word = trimmed(inside.substr(0, comma));
    inside = comma == inside.npos ? "" : inside.substr(comma + 1);
    if (word.empty()) continue;
    if (part == 2) {
      memory.scale = static_cast<unsigned>(number_of(word));
    } else if (word == "%rip") {
      memory.after_instruction = true;
    } else {
      const auto named = word.starts_with('%') ? register_part(word.substr(1)) : std::nullopt;
      if (!named || named->number >= kFirstVector || named->bytes != 8) return false;
      (part == 0 ? memory.base : memory.index) = named->number;
    }
  }
  return true;
}

Operand parse_operand(std::string_view text) {
  text = trimmed(text.substr(0, text.find('{')));  // %ymm16 {%k1} {z}
  if (text.starts_with('*')) text.remove_prefix(1);
  if (text.starts_with('$')) return Constant{number_of(text.substr(1))};
  MemoryOperand memory;
  if (text.starts_with("%fs:")) memory.thread_local_storage = true;
  if (text.starts_with("%fs:") || text.starts_with("%es:") || text.starts_with("%ds:")) {
    text.remove_prefix(4);
  } else if (text.starts_with('%')) {
    const auto part = register_part(text.substr(1));
    return part ? Operand(*part) : Operand();
  }
  const size_t open = text.find('(');
  memory.displacement = number_of(text.substr(0, open));
  if (open == text.npos) return memory;
  const std::string_view inside = text.substr(open + 1, text.find(')', open) - open - 1);
  return parse_inside(inside, memory) ? Operand(memory) : Operand();
}

}  // namespace

std::optional<RegisterPart> register_part(std::string_view name) {
  if (const auto part = old_register(name)) return part;
  if (const auto part = new_register(name)) return part;
  return vector_register(name);
}

std::string register_name(unsigned number) {
  if (number >= kFirstVector) return "xmm" + std::to_string(number - kFirstVector);
  return number < kOldNames.size() ? "r" + std::string(kOldNames[number])
                                   : "r" + std::to_string(number);
}

uint64_t register_value(const trace::Registers& r, unsigned number) {
  const std::array<uint64_t, kFirstVector> values = {r.rax, r.rcx, r.rdx, r.rbx, r.rsp, r.rbp,
                                                     r.rsi, r.rdi, r.r8,  r.r9,  r.r10, r.r11,
                                                     r.r12, r.r13, r.r14, r.r15};
  return values.at(number);
}

Address address_of(const MemoryOperand& operand, const trace::Registers& registers, Address next) {
  uint64_t address = static_cast<uint64_t>(operand.displacement);
  if (operand.after_instruction) address += next.value();
  if (operand.thread_local_storage) address += registers.fs_base;
  if (operand.base) address += register_value(registers, *operand.base);
  if (operand.index) address += register_value(registers, *operand.index) * operand.scale;
  return Address(address);
}

Spelling spelling_of(const std::string& mnemonic, const std::string& operands) {
  std::string text(trimmed(mnemonic));
  text += ' ';
  text += trimmed(operands);
  std::replace(text.begin(), text.end(), '\t', ' ');
  Spelling spelled;
  for (std::string_view rest = text; !rest.empty();) {
    rest = trimmed(rest);
    const std::string_view word = rest.substr(0, rest.find(' '));
    const bool repeats = is_one_of(word, {"rep", "repe", "repz", "repne", "repnz"});
    spelled.name = std::string(word);
    spelled.operands = std::string(trimmed(rest.substr(word.size())));
    if (!repeats &&
        !is_one_of(word, {"lock", "notrack", "bnd", "data16", "rex64", "xacquire", "xrelease"})) {
      break;
    }
    spelled.repeated = spelled.repeated || repeats;
    rest = rest.substr(word.size());
  }
  return spelled;
}

std::vector<Operand> parse_operands(const std::string& text) {
  std::vector<Operand> operands;
  int depth = 0;
  size_t begin = 0;
  for (size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && text[i] == '(') ++depth;
    if (i < text.size() && text[i] == ')') --depth;
    if (i < text.size() && (text[i] != ',' || depth > 0)) continue;
    const std::string_view one = trimmed(std::string_view(text).substr(begin, i - begin));
    if (!one.empty()) operands.push_back(parse_operand(one));
    begin = i + 1;
  }
  return operands;
}

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::optional<unsigned> operand_bytes(const Operand& operand) {
  const auto* part = std::get_if<RegisterPart>(&operand);
  return part != nullptr ? std::optional(part->bytes) : std::nullopt;
}

std::string condition_of_cmov(std::string_view name, unsigned bytes) {
  std::string condition(name.substr(4));
  const char suffix = bytes == 2 ? 'w' : bytes == 4 ? 'l' : 'q';
  if (condition.size() > 1 && condition.back() == suffix) condition.pop_back();
  return condition;
}

std::optional<bool> condition_holds(std::string_view condition, uint64_t rflags) {
  const bool carry = (rflags & 1) != 0, parity = (rflags & 4) != 0, zero = (rflags & 0x40) != 0,
             sign = (rflags & 0x80) != 0, overflow = (rflags & 0x800) != 0;
  const std::pair<std::string_view, bool> rows[] = {
      {"o", overflow},
      {"no", !overflow},
      {"b", carry},
      {"ae", !carry},
      {"e", zero},
      {"ne", !zero},
      {"be", carry || zero},
      {"a", !carry && !zero},
      {"s", sign},
      {"ns", !sign},
      {"p", parity},
      {"np", !parity},
      {"l", sign != overflow},
      {"ge", sign == overflow},
      {"le", zero || sign != overflow},
      {"g", !zero && sign == overflow},
  };
  for (const auto& [name, holds] : rows) {
    if (name == condition) return holds;
  }
  return std::nullopt;
}

}  // namespace weft::shell
