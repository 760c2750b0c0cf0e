#include "debugger/lldb/values/value_tree.h"

#include <algorithm>

#include "debugger/lldb/values/brief_value.h"
#include "debugger/lldb/values/error_words.h"
#include "debugger/lldb/values/program_values.h"

namespace weft::source {
namespace {

using shell::BrowsedValue;

constexpr uint32_t kExpressionMicroseconds = 5'000'000;
constexpr uint32_t kMostMembers = 10'000;

}  // namespace

lldb::SBFrame ValueTree::frame(unsigned index) {
  return process_.GetSelectedThread().GetFrameAtIndex(index);
}

BrowsedValue ValueTree::browsed(lldb::SBValue value) {
  BrowsedValue one;
  one.name = text_of(value.GetName());
  one.type = text_of(value.GetDisplayTypeName());
  lldb::SBStream path;
  if (value.GetExpressionPath(path)) one.expression = text_of(path.GetData());
  if (value.GetError().Fail()) {
    one.error = error_words(text_of(value.GetError().GetCString()));
    return one;
  }
  one.value = brief_value(value, 1);
  if (value.MightHaveChildren() && value.GetNumChildren(1) > 0) {
    opened_.push_back(value);
    one.handle = static_cast<uint32_t>(opened_.size());
  }
  return one;
}

std::vector<BrowsedValue> ValueTree::variables(unsigned index, shell::VariableKind which) {
  std::vector<BrowsedValue> all;
  for (lldb::SBValue value : variables_of(frame(index), which)) all.push_back(browsed(value));
  return all;
}

std::vector<BrowsedValue> ValueTree::members(uint32_t handle, uint32_t from, uint32_t count) {
  std::vector<BrowsedValue> all;
  if (handle == 0 || handle > opened_.size() || from >= kMostMembers) return all;
  lldb::SBValue value = opened_[handle - 1];
  const uint32_t end = from + std::min(count == 0 ? kMostMembers : count, kMostMembers - from);
  const uint32_t members = value.GetNumChildren(end);
  for (uint32_t i = from; i < std::min(end, members); ++i)
    all.push_back(browsed(value.GetChildAtIndex(i)));
  return all;
}

BrowsedValue ValueTree::evaluate(unsigned index, const std::string& expression) {
  lldb::SBFrame at = frame(index);
  lldb::SBValue value = at.GetValueForVariablePath(expression.c_str());
  if (!value.IsValid() || value.GetError().Fail()) {
    lldb::SBExpressionOptions options;
    options.SetTimeoutInMicroSeconds(kExpressionMicroseconds);
    options.SetTryAllThreads(false);
    value = at.EvaluateExpression(expression.c_str(), options);
  }
  if (value.IsValid()) return browsed(value);
  BrowsedValue none;
  none.error = "there is no frame here";
  return none;
}

}  // namespace weft::source
