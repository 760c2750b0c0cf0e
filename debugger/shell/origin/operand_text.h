/// The spelling of instructions, as LLVM's disassembler writes them for AT&T's syntax.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "debugger/shell/origin/data_flow.h"

namespace weft::shell {

/// An instruction without its prefixes.
struct Spelling {
  std::string name;
  std::string operands;
  bool repeated = false;  ///< rep, repe, repne
};
Spelling spelling_of(const std::string& mnemonic, const std::string& operands);

/// In the order in which they are written. One that means nothing here is std::monostate.
std::vector<Operand> parse_operands(const std::string& text);

/// How much an operand holds; empty: it does not say.
std::optional<unsigned> operand_bytes(const Operand& operand);

/// "ne" of cmovneq.
std::string condition_of_cmov(std::string_view name, unsigned bytes);

}  // namespace weft::shell
