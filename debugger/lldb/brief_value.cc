#include "debugger/lldb/brief_value.h"

#include <algorithm>
#include <array>

namespace weft::source {
namespace {

constexpr uint32_t kMostMembers = 8;

std::string members(lldb::SBValue value, int depth) {
  const uint32_t count = value.GetNumChildren(kMostMembers + 1);
  if (count == 0) return "{}";
  if (depth == 0) return "{...}";
  std::string text;
  for (uint32_t i = 0; i < std::min(count, kMostMembers); ++i) {
    lldb::SBValue member = value.GetChildAtIndex(i);
    const std::string name = text_of(member.GetName());
    text += text.empty() ? "{" : ", ";
    if (!name.empty() && name[0] != '[') text += name + " = ";
    text += brief_value(member, depth - 1);
  }
  return text + (count > kMostMembers ? ", ...}" : "}");
}

/// "total_1_2" -> "total": two numbers after underscores.
std::string without_scope(const std::string& name) {
  size_t end = name.size();
  for (int number = 0; number < 2; ++number) {
    const size_t digits = name.find_last_not_of("0123456789", end - 1);
    if (digits == std::string::npos || digits + 1 == end || digits == 0 || name[digits] != '_')
      return name;
    end = digits;
  }
  return name.substr(0, end);
}

}  // namespace

std::string brief_value(lldb::SBValue value, int depth) {
  if (value.GetError().Fail()) return "<unavailable>";  // optimized away
  if (value.GetType().IsReferenceType()) value = value.Dereference();
  const std::string summary = text_of(value.GetSummary());
  if (summary.starts_with("size=") && value.GetNumChildren(1) > 0)
    return summary + " " + members(value, depth);
  if (!summary.empty()) return summary;
  const std::string plain = text_of(value.GetValue());
  return plain.empty() ? members(value, depth) : plain;
}

std::string frame_member_name(const std::string& name) {
  // Flags and pointers of the coroutine itself; awaiters; temporaries.
  constexpr std::array kAdded = {"_Coro", "__", "Is_", "Fs_", "Aw", "D.", "_D", "Yd"};
  for (const char* prefix : kAdded) {
    if (!name.starts_with(prefix)) continue;
    const std::string_view rest = std::string_view(name).substr(2);
    const bool named_by_user =
        std::string_view(prefix) == "Aw" && (rest.empty() || rest[0] < '0' || rest[0] > '9');
    if (!named_by_user) return "";
  }
  return without_scope(name);
}

}  // namespace weft::source
