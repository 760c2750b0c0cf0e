/// The spelling of instructions, as LLVM's disassembler writes them for AT&T's syntax.
#pragma once

#include <initializer_list>
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

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words);

/// So many bytes of a general register change when `bytes` of it are written: half of it makes the
/// other half zero.
constexpr unsigned general_reach(unsigned bytes) {
  return bytes == 4 ? 8 : bytes;
}

/// "ne" of cmovneq.
std::string condition_of_cmov(std::string_view name, unsigned bytes);

}  // namespace weft::shell
