#include "debugger/lldb/code_rules.h"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace weft::source {
namespace {

/// LLDB looks as far for the end of a prologue.
constexpr size_t kLinesOfPrologue = 6;
constexpr std::string_view kCold = ".cold";
constexpr std::array<std::string_view, 18> kPrefixes = {
    "lock", "rep", "repe",     "repz", "repne", "repnz", "notrack", "bnd",    "xacquire",
    "cs",   "ds",  "xrelease", "es",   "ss",    "fs",    "gs",      "data16", "addr32"};

}  // namespace

size_t after_prologue(std::span<const uint32_t> lines) {
  for (size_t i = 1; i < std::min(lines.size(), kLinesOfPrologue); ++i) {
    if (lines[i] != lines[0]) return i;
  }
  return lines.size() > 1 ? 1 : 0;
}

std::string hot_name(std::string_view symbol) {
  return std::string(symbol.substr(0, symbol.find(kCold)));
}

std::string cold_name(std::string_view hot) {
  return std::string(hot) + std::string(kCold);
}

uint64_t stack_bytes(std::string_view mnemonic, const std::string& operands) {
  if (mnemonic.starts_with("push")) return sizeof(uint64_t);
  if (!mnemonic.starts_with("sub") || !operands.starts_with('$') ||
      operands.find(", %rsp") == std::string::npos) {
    return 0;
  }
  return std::strtoull(operands.c_str() + 1, nullptr, 0);
}

bool ends_frame_setup(std::string_view mnemonic) {
  return mnemonic.starts_with("call") || mnemonic.starts_with("pop");
}

bool is_prefix(std::string_view mnemonic, std::string_view operands) {
  while (mnemonic.ends_with(' ')) mnemonic.remove_suffix(1);
  return operands.empty() &&
         (mnemonic.starts_with("rex") ||
          std::find(kPrefixes.begin(), kPrefixes.end(), mnemonic) != kPrefixes.end());
}

}  // namespace weft::source
