#include "recorder/runtime/code/instruction.h"

namespace weft::runtime {

namespace {

/// One set of opcodes: bit n of word n / 16 is opcode n.
struct OpcodeSet {
  uint16_t rows[16];
  constexpr bool has(uint8_t opcode) const { return (rows[opcode >> 4] >> (opcode & 15) & 1) != 0; }
};

// Rows are 00, 10, ... f0; the lowest bit is x0.
constexpr OpcodeSet kModrm = {{0x0f0f, 0x0f0f, 0x0f0f, 0x0f0f, 0x0000, 0x0000, 0x0a08, 0x0000,
                               0xfffb, 0x0000, 0x0000, 0x0000, 0x00c3, 0xff0f, 0x0000, 0xc0c0}};
constexpr OpcodeSet kImm8 = {{0x1010, 0x1010, 0x1010, 0x1010, 0x0000, 0x0000, 0x0c00, 0x0000,
                              0x0009, 0x0000, 0x0100, 0x00ff, 0x2143, 0x0000, 0x00f0, 0x0000}};
constexpr OpcodeSet kImm32 = {{0x2020, 0x2020, 0x2020, 0x2020, 0x0000, 0x0000, 0x0300, 0x0000,
                               0x0002, 0x0000, 0x0200, 0x0000, 0x0080, 0x0000, 0x0000, 0x0000}};
constexpr OpcodeSet kInvalid = {{0x40c0, 0xc0c0, 0x8080, 0x8080, 0x0000, 0x0000, 0x0003, 0x0000,
                                 0x0004, 0x0400, 0x0000, 0x0000, 0x4000, 0x0070, 0x0400, 0x0000}};
constexpr OpcodeSet kModrm0f = {{0xa00f, 0xffff, 0xff0f, 0x0000, 0xffff, 0xffff, 0xffff, 0xff7f,
                                 0x0000, 0xffff, 0xf838, 0xffff, 0x00ff, 0xffff, 0xffff, 0xffff}};
constexpr OpcodeSet kImm8of0f = {{0x8000, 0x0000, 0x0000, 0x0000, 0x0000, 0x0000, 0x0000, 0x000f,
                                  0x0000, 0x0000, 0x1010, 0x0400, 0x0074, 0x0000, 0x0000, 0x0000}};

constexpr uint8_t kWide = 8;  // REX.W

class Reader {
 public:
  Reader(const uint8_t* bytes, int available) : bytes_(bytes), available_(available) {}
  bool take(uint8_t* value) {
    if (at_ >= available_ || at_ >= kMaxInstruction) return false;
    *value = bytes_[at_++];
    return true;
  }
  bool skip(int count) {
    at_ += count;
    return at_ <= available_ && at_ <= kMaxInstruction;
  }
  void back() { --at_; }
  uint8_t at() const { return static_cast<uint8_t>(at_); }

 private:
  const uint8_t* bytes_;
  int available_;
  int at_ = 0;
};

bool take_prefixes(Reader* reader, Instruction* out) {
  uint8_t byte;
  while (reader->take(&byte)) {
    switch (byte) {
      case 0x66:
        out->operand16 = true;
        break;
      case 0x67:
        out->address32 = true;
        break;
      case 0xf2:
      case 0xf3:
        out->repeat = byte;
        break;
      case 0x64:
      case 0x65:
        out->segment = byte;
        break;
      case 0x26:
      case 0x2e:
      case 0x36:
      case 0x3e:
      case 0xf0:
        break;
      default:
        if ((byte & 0xf0) == 0x40) {  // the last one in front of the opcode counts
          out->rex = byte & 0xf;
          continue;
        }
        reader->back();
        return true;
    }
    out->rex = 0;
  }
  return false;
}

/// After c5, c4 or 62.
bool take_vector_prefix(Reader* reader, uint8_t kind, Instruction* out) {
  uint8_t p0, p1, p2;
  out->vector = true;
  out->evex = kind == 0x62;
  if (!reader->take(&p0)) return false;
  if (kind == 0xc5) {
    out->map = 1;
    out->rex = static_cast<uint8_t>((~p0 >> 5) & 4);
  } else {
    if (!reader->take(&p1)) return false;
    if (out->evex && !reader->take(&p2)) return false;
    out->map = p0 & (out->evex ? 7 : 0x1f);
    out->rex = static_cast<uint8_t>((~p0 >> 5 & 7) | (p1 >> 4 & 8));
  }
  return out->map >= 1 && out->map <= 6 && out->map != 4 && reader->take(&out->opcode);
}

/// Second bytes of the instructions that weft replaces (question.h).
bool may_be_replaced(uint8_t opcode) {
  return opcode == 0x31 || opcode == 0xa2 || opcode == 0x01 || opcode == 0x03 || opcode == 0xae ||
         opcode == 0xc7;
}

bool take_opcode(Reader* reader, Instruction* out) {
  uint8_t byte;
  if (!reader->take(&byte)) return false;
  if (byte == 0xc4 || byte == 0xc5 || byte == 0x62) {
    if (!take_vector_prefix(reader, byte, out)) return false;
  } else if (byte != kEscape && byte != kReplacedEscape) {
    out->opcode = byte;
    if (kInvalid.has(byte)) return false;
  } else {
    out->replaced = byte == kReplacedEscape;
    if (!reader->take(&byte)) return false;
    out->map = byte == 0x38 ? 2 : byte == 0x3a ? 3 : 1;
    out->opcode = byte;
    if (out->map != 1 && !reader->take(&out->opcode)) return false;
    if (out->replaced && (out->map != 1 || !may_be_replaced(out->opcode))) return false;
  }
  out->opcode_at = static_cast<uint8_t>(reader->at() - 1);
  return true;
}

bool has_modrm(const Instruction& in) {
  if (in.map == 0) return kModrm.has(in.opcode);
  if (in.map == 1) return in.vector ? in.opcode != 0x77 || in.evex : kModrm0f.has(in.opcode);
  return true;
}

/// modrm, sib and displacement; `modrm` for callers that need its register field.
bool take_modrm(Reader* reader, Instruction* out, uint8_t* modrm) {
  uint8_t sib = 0;
  out->modrm_at = reader->at();
  if (!reader->take(modrm)) return false;
  const int mod = *modrm >> 6, rm = *modrm & 7;
  // mov to and from control and debug registers: mod is ignored.
  if (mod == 3 || (out->map == 1 && !out->vector && (out->opcode & 0xfc) == 0x20)) return true;
  if (rm == 4 && !reader->take(&sib)) return false;
  const bool no_base = mod == 0 && (rm == 5 || (rm == 4 && (sib & 7) == 5));
  out->rip_relative = no_base && rm == 5;
  out->disp_at = reader->at();
  out->disp_bytes = mod == 1 ? 1 : mod == 2 || no_base ? 4 : 0;
  return reader->skip(out->disp_bytes);
}

int immediate_bytes(const Instruction& in, uint8_t modrm) {
  const bool wide = (in.rex & kWide) != 0;
  const int full = in.operand16 && !wide ? 2 : 4;
  if (in.map == 3) return 1;
  if (in.map == 1) {
    // SSE4a's extrq and insertq with two immediate bytes
    if (in.opcode == 0x78 && !in.vector && (in.operand16 || in.repeat == 0xf2)) return 2;
    return kImm8of0f.has(in.opcode) && !(in.vector && (in.opcode & 0xf0) == 0xa0) ? 1 : 0;
  }
  if (in.map != 0) return 0;
  const bool test = (modrm & 0x30) == 0;
  switch (in.opcode) {
    case 0xf6:
      return test ? 1 : 0;
    case 0xf7:
      return test ? full : 0;
    case 0xc2:
    case 0xca:
      return 2;
    case 0xc8:
      return 3;
    case 0xa0:
    case 0xa1:
    case 0xa2:
    case 0xa3:
      return in.address32 ? 4 : 8;
    default:
      break;
  }
  if (in.opcode >= 0xb8 && in.opcode <= 0xbf) return wide ? 8 : full;
  return kImm8.has(in.opcode) ? 1 : kImm32.has(in.opcode) ? full : 0;
}

Flow flow_of_one_byte(const Instruction& in, uint8_t modrm) {
  const int digit = modrm >> 3 & 7;
  switch (in.opcode) {
    case 0xe0:
    case 0xe1:
    case 0xe2:
    case 0xe3:
      return Flow::kConditional;
    case 0xe8:
      return Flow::kCall;
    case 0xe9:
    case 0xeb:
      return Flow::kJump;
    case 0xc2:
    case 0xc3:
    case 0xca:
    case 0xcb:
      return Flow::kAway;
    case 0xcc:
    case 0xcd:
    case 0xcf:
    case 0xf1:
    case 0xf4:
      return Flow::kSpecial;
    case 0xc6:
    case 0xc7:
      return modrm == 0xf8 ? Flow::kSpecial : Flow::kNext;  // xabort, xbegin
    case 0xff:
      if (digit == 2 || digit == 3) return Flow::kSpecial;
      return digit == 4 || digit == 5 ? Flow::kAway : Flow::kNext;
    default:
      return (in.opcode & 0xf0) == 0x70 ? Flow::kConditional : Flow::kNext;
  }
}

Flow flow_of(const Instruction& in, uint8_t modrm) {
  if (in.vector) return Flow::kNext;
  if (in.replaced) return Flow::kSpecial;
  if (in.map == 0) return flow_of_one_byte(in, modrm);
  if (in.map != 1) return Flow::kNext;
  if ((in.opcode & 0xf0) == 0x80) return Flow::kConditional;
  switch (in.opcode) {
    case 0x05:
    case 0x07:
    case 0x34:
    case 0x35:  // syscall, sysret, sysenter, sysexit
    case 0x0a:
    case 0x0b:
    case 0xaa:
    case 0xb9:
    case 0xff:  // weft's own in traces of format 1 and 2 (question.h), ud2, rsm, ud1, ud0
      return Flow::kSpecial;
    default:
      return Flow::kNext;
  }
}

uint64_t read_register(const trace::Registers& r, int number) {
  const uint64_t values[16] = {r.rax, r.rcx, r.rdx, r.rbx, r.rsp, r.rbp, r.rsi, r.rdi,
                               r.r8,  r.r9,  r.r10, r.r11, r.r12, r.r13, r.r14, r.r15};
  return values[number];
}

int64_t signed_bytes(const uint8_t* bytes, int count) {
  uint64_t value = 0;
  for (int i = 0; i < count; ++i) value |= uint64_t{bytes[i]} << (8 * i);
  const int unused = 64 - 8 * count;
  return count == 0 ? 0 : static_cast<int64_t>(value << unused) >> unused;
}

/// Instructions with an operand that looks like memory and is none: lea, nop, prefetch; gather and
/// scatter, whose addresses are in vector registers; EVEX, whose short displacement is scaled.
bool touches_no_known_address(const Instruction& in) {
  if (in.map == 0) return in.opcode == 0x8d;
  if (in.evex && in.disp_bytes == 1) return true;
  if (in.map == 1 && !in.vector)
    return in.opcode == 0x0d || (in.opcode >= 0x18 && in.opcode <= 0x1f);
  return in.vector && in.map == 2 && ((in.opcode & 0xfc) == 0x90 || (in.opcode & 0xf0) == 0xa0);
}

}  // namespace

bool decode(const uint8_t* bytes, int available, Instruction* result) {
  Instruction in{};
  Reader reader(bytes, available);
  uint8_t modrm = 0;
  if (!take_prefixes(&reader, &in) || !take_opcode(&reader, &in)) return false;
  // 8f with a register field is AMD's XOP.
  if (has_modrm(in)) {
    if (!take_modrm(&reader, &in, &modrm)) return false;
    if (in.map == 0 && in.opcode == 0x8f && (modrm & 0x38) != 0) return false;
  }
  in.flow = flow_of(in, modrm);
  const bool direct =
      in.flow == Flow::kConditional || in.flow == Flow::kJump || in.flow == Flow::kCall;
  if (direct) {
    in.disp_at = reader.at();
    in.disp_bytes = in.map == 1 || in.opcode == 0xe8 || in.opcode == 0xe9 ? 4 : 1;
    if (!reader.skip(in.disp_bytes)) return false;
  } else if (!reader.skip(immediate_bytes(in, modrm))) {
    return false;
  }
  in.length = reader.at();
  *result = in;
  return true;
}

uint64_t branch_target(const Instruction& in, const uint8_t* bytes, uint64_t address) {
  return address + in.length +
         static_cast<uint64_t>(signed_bytes(bytes + in.disp_at, in.disp_bytes));
}

uint64_t memory_operand(const Instruction& in, const uint8_t* bytes, uint64_t address,
                        const trace::Registers& registers) {
  if (in.modrm_at == 0 || touches_no_known_address(in)) return 0;
  const uint8_t modrm = bytes[in.modrm_at];
  if (modrm >> 6 == 3) return 0;
  auto value = static_cast<uint64_t>(signed_bytes(bytes + in.disp_at, in.disp_bytes));
  if (in.rip_relative) {
    value += address + in.length;
  } else if ((modrm & 7) != 4) {
    value += read_register(registers, (modrm & 7) | (in.rex & 1) << 3);
  } else {
    const uint8_t sib = bytes[in.modrm_at + 1];
    const int index = (sib >> 3 & 7) | (in.rex & 2) << 2;
    if ((sib & 7) != 5 || modrm >> 6 != 0)
      value += read_register(registers, (sib & 7) | (in.rex & 1) << 3);
    if (index != 4) value += read_register(registers, index) << (sib >> 6);
  }
  if (in.address32) value &= 0xffff'ffff;
  if (in.segment == 0x64) value += registers.fs_base;
  return in.segment == 0x65 ? 0 : value;
}

bool is_string_operation(const Instruction& in) {
  if (in.map != 0 || in.vector) return false;
  const uint8_t pair = in.opcode & 0xfe;
  return pair == 0x6c || pair == 0x6e || pair == 0xa4 || pair == 0xa6 || pair == 0xaa ||
         pair == 0xac || pair == 0xae;
}

}  // namespace weft::runtime
