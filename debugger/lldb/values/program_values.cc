#include "debugger/lldb/values/program_values.h"

#include <fmt/format.h>

#include <cstddef>

#include "debugger/lldb/values/brief_value.h"
#include "debugger/lldb/values/error_words.h"
#include "debugger/lldb/values/program_names.h"

namespace weft::source {
namespace {

using shell::VariableKind;

/// What compilers declare in a coroutine.
bool is_added(const std::string& name) {
  return name.empty() || name == "frame_ptr" || name.starts_with("_Coro_") || name == "__promise" ||
         name == "__coro_frame";
}

std::string line_of(lldb::SBValue value) {
  lldb::SBStream text;
  value.GetDescription(text);
  std::string line = text_of(text.GetData());
  while (!line.empty() && line.back() == '\n') line.pop_back();
  return line + "\n";
}

void add_named(std::vector<lldb::SBValue>& all, lldb::SBValueList values) {
  for (uint32_t i = 0; i < values.GetSize(); ++i) {
    lldb::SBValue value = values.GetValueAtIndex(i);
    if (!is_added(text_of(value.GetName()))) all.push_back(value);
  }
}

/// g++: parameters of a coroutine are in its frame, and are no variables of the function that
/// resumes it.
void add_coroutine_parameters(std::vector<lldb::SBValue>& all, lldb::SBFrame frame) {
  lldb::SBValue members = frame.FindVariable("frame_ptr").Dereference();
  for (uint32_t i = 0; members.IsValid() && i < members.GetNumChildren(); ++i) {
    lldb::SBValue member = members.GetChildAtIndex(i);
    const std::string name = text_of(member.GetName());
    if (!is_added(name) && frame_member_name(name) == name) all.push_back(member);
  }
}

/// The type that the watched memory has; LLDB tells from version 17 on.
template <class Watchpoint>
lldb::SBType type_of(Watchpoint& watch) {
  if constexpr (requires { watch.GetType(); }) return watch.GetType();
  return {};
}

}  // namespace

std::string change_text(lldb::SBWatchpoint watch, lldb::SBTarget target,
                        const std::vector<std::byte>& before) {
  lldb::SBType type = type_of(watch);
  if (!type.IsValid() || type.GetByteSize() != before.size())
    type = target.GetBasicType(before.size() == 8   ? lldb::eBasicTypeUnsignedLong
                               : before.size() == 4 ? lldb::eBasicTypeUnsignedInt
                               : before.size() == 2 ? lldb::eBasicTypeUnsignedShort
                                                    : lldb::eBasicTypeUnsignedChar);
  lldb::SBError error;
  lldb::SBData data;
  data.SetData(error, before.data(), before.size(), target.GetByteOrder(),
               static_cast<uint8_t>(target.GetAddressByteSize()));
  lldb::SBValue old = target.CreateValueFromData("old", data, type);
  lldb::SBValue now =
      target.CreateValueFromAddress("now", lldb::SBAddress(watch.GetWatchAddress(), target), type);
  return fmt::format("old value: {}\nnew value: {}\n", brief_value(old, kShownLevels),
                     brief_value(now, kShownLevels));
}

std::vector<lldb::SBValue> variables_of(lldb::SBFrame frame, VariableKind which) {
  std::vector<lldb::SBValue> all;
  if (which != VariableKind::kLocals) {
    add_coroutine_parameters(all, frame);
    add_named(all, frame.GetVariables(true, false, false, true));
  }
  if (which != VariableKind::kArguments)
    add_named(all, frame.GetVariables(false, true, false, true));
  return all;
}

std::string variables_text(lldb::SBFrame frame, VariableKind which) {
  std::string text;
  for (lldb::SBValue value : variables_of(frame, which)) text += line_of(value);
  return text;
}

std::string type_text(lldb::SBFrame frame, lldb::SBTarget target, const std::string& what,
                      shell::TypeDetail detail) {
  lldb::SBType type = target.FindFirstType(what.c_str());
  if (!type.IsValid()) {
    lldb::SBValue value = frame.GetValueForVariablePath(what.c_str());
    if (!value.IsValid() || value.GetError().Fail()) value = frame.EvaluateExpression(what.c_str());
    if (value.IsValid() && value.GetError().Success()) type = value.GetType();
  }
  if (!type.IsValid()) return "";
  if (detail == shell::TypeDetail::kName)
    return fmt::format("type = {}\n", text_of(type.GetDisplayTypeName()));
  lldb::SBStream text;
  type.GetDescription(text, lldb::eDescriptionLevelFull);
  return fmt::format("type = {}\n", text_of(text.GetData()));
}

Located locate(lldb::SBFrame frame, const std::string& expression) {
  lldb::SBValue value = frame.GetValueForVariablePath(expression.c_str());
  if (!value.IsValid() || value.GetError().Fail())
    value = frame.EvaluateExpression(expression.c_str());
  if (!value.IsValid() || value.GetError().Fail())
    return {{error_words(text_of(value.GetError().GetCString()))}, {}};
  if (value.GetType().IsReferenceType()) value = value.Dereference();
  const uint64_t address = value.GetLoadAddress();
  if (address == LLDB_INVALID_ADDRESS || value.GetByteSize() == 0)
    return {{fmt::format("{} lies nowhere in memory", expression)}, {}};
  return {{"", Address(address), value.GetByteSize()}, value.GetType()};
}

std::string named_value(lldb::SBFrame frame, const std::string& expression) {
  lldb::SBValue value = frame.GetValueForVariablePath(expression.c_str());
  if (!value.IsValid() || value.GetError().Fail()) {
    lldb::SBExpressionOptions options;
    options.SetSuppressPersistentResult(true);
    value = frame.EvaluateExpression(expression.c_str(), options);
  }
  if (!value.IsValid() || value.GetError().Fail())
    return fmt::format("{} has no value here\n", expression);
  return line_of(value.Clone(expression.c_str()));
}

std::string coroutine_locals(lldb::SBProcess process, lldb::SBTarget target,
                             Address frame_address) {
  lldb::SBError error;
  const uint64_t resume = process.ReadPointerFromMemory(frame_address.value(), error);
  lldb::SBFunction function = target.ResolveLoadAddress(resume).GetFunction();
  if (error.Fail() || !function.IsValid()) return "";
  const std::string symbol = text_of(function.GetMangledName());
  lldb::SBType type =
      target.FindFirstType((symbol.substr(0, symbol.find('.')) + ".coro_frame_ty").c_str());
  if (!type.IsValid()) {
    type = function.GetType().GetFunctionArgumentTypes().GetTypeAtIndex(0).GetPointeeType();
    // The first argument may as well be one of the user's.
    if (text_of(type.GetName()).find("Frame") == std::string::npos) return "";
  }
  lldb::SBValue frame =
      target.CreateValueFromAddress("frame", lldb::SBAddress(frame_address.value(), target), type);
  std::string text;
  for (uint32_t i = 0; i < frame.GetNumChildren(); ++i) {
    lldb::SBValue member = frame.GetChildAtIndex(i);
    const std::string name = frame_member_name(text_of(member.GetName()));
    if (name.empty()) continue;
    text += fmt::format("  ({}) {} = {}\n", text_of(member.GetDisplayTypeName()), name,
                        brief_value(member, kShownLevels));
  }
  return text;
}

}  // namespace weft::source
