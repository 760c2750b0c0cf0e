/// x86-64 instructions, as far as weft needs them: how long one is, where its operand in memory is,
/// and whether it can be moved to another address. Intel SDM volume 2, chapter 2 and
/// appendix A.
///
///   prefixes  REX | VEX | EVEX  opcode  modrm  sib  disp  imm
///
/// Pure: no kernel, no runtime; the unit test links it by itself.
#pragma once

#include <cstdint>

#include "weft/trace/event.h"

namespace weft::runtime {

inline constexpr int kMaxInstruction = 15;

/// The escape byte 0f of most instructions with two opcode bytes, and what weft puts in its place
/// to make one trap: no instruction in 64-bit mode, whatever its prefixes are.
inline constexpr uint8_t kEscape = 0x0f, kReplacedEscape = 0x06;

/// Where control goes after an instruction.
enum class Flow : uint8_t {
  kNext,         ///< to the next one
  kConditional,  ///< jcc, loop, jrcxz: to the next one or to `target`
  kJump,         ///< jmp to `target`
  kCall,         ///< call of `target`
  kAway,         ///< ret, indirect jmp: not to the next one
  kSpecial,      ///< system call, int, indirect call, xbegin...: its own address matters
};

struct Instruction {
  uint8_t length;
  uint8_t map;  ///< 0: one byte; 1: 0f; 2: 0f38; 3: 0f3a; 5, 6: EVEX maps
  uint8_t opcode;
  uint8_t opcode_at;  ///< offset of the opcode byte
  uint8_t modrm_at;   ///< offset, 0 = there is none
  uint8_t disp_at;    ///< offset of the displacement, or of a branch's distance
  uint8_t disp_bytes;
  uint8_t rex;      ///< REX bits (W 8, R 4, X 2, B 1), also those of VEX and EVEX
  uint8_t segment;  ///< 0, or the prefix byte: 0x64 fs, 0x65 gs
  uint8_t repeat;   ///< 0, or the prefix byte: 0xf2, 0xf3
  bool operand16;   ///< prefix 66
  bool address32;   ///< prefix 67
  bool vector;      ///< VEX or EVEX
  bool evex;
  bool rip_relative;  ///< the operand in memory is
  bool replaced;      ///< its escape byte 0f was replaced by weft (question.h)
  Flow flow;
};

/// Decodes the instruction at `bytes`, of which `available` may be read. False if there is none, or
/// one that this decoder does not know (AMD's XOP, invalid opcodes).
bool decode(const uint8_t* bytes, int available, Instruction* result);

/// Where a direct branch at `address` goes.
uint64_t branch_target(const Instruction& instruction, const uint8_t* bytes, uint64_t address);

/// The address of the operand in memory that the instruction at `address` loads or stores; 0 if it
/// has none, or one that cannot be told (gather). `registers.fs_base` must hold.
uint64_t memory_operand(const Instruction& instruction, const uint8_t* bytes, uint64_t address,
                        const trace::Registers& registers);

/// movs, stos, scas...: with a repeat prefix it can be interrupted in the middle.
bool is_string_operation(const Instruction& instruction);

}  // namespace weft::runtime
