#include "debugger/lldb/values/brief_value.h"

#include <algorithm>

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

}  // namespace weft::source
