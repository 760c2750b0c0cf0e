/// Rules about a function's code: where its body begins, how much of the stack it takes. Nothing of
/// LLDB is needed for that.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace weft::source {

/// Addresses of code.
struct CodeRange {
  uint64_t start = 0, end = 0;
  bool holds(uint64_t address) const { return address >= start && address < end; }
};

/// Of the lines of a function, in the order of its code: the number of the one with which its body
/// begins, as LLDB finds it: the first other line than that of the entry. `lines` is not empty.
size_t after_prologue(std::span<const uint32_t> lines);

/// g++ moves unlikely code into a symbol of its own, "f.cold" of "f".
std::string hot_name(std::string_view symbol);
std::string cold_name(std::string_view hot);

/// What an instruction at a function's beginning takes of the stack, in bytes: "pushq", "%rbp" is
/// 8, "subq", "$0x18, %rsp" is 24.
uint64_t stack_bytes(std::string_view mnemonic, const std::string& operands);
/// True for the instructions that only come once a function has set up its frame.
bool ends_frame_setup(std::string_view mnemonic);

/// LLVM's disassembler may take "lock" and the like for an instruction of their own, although the
/// processor executes them with the instruction that follows: it is one, and stops nowhere inside.
bool is_prefix(std::string_view mnemonic, std::string_view operands);

}  // namespace weft::source
