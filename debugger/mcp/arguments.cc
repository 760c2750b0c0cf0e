#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "debugger/mcp/tool.h"
#include "replayer/inspect/escape.h"

namespace weft::mcp {
namespace {

constexpr size_t kLongestText = 4096;

constexpr std::array kKindNames = {"a text", "a number from 0 on", "true or false"};

Error wrong(const std::string& message) {
  return {ErrorClass::kUsage, message, "see the tool's inputSchema"};
}

bool has_control_character(const std::string& text) {
  return std::ranges::any_of(text, [](unsigned char c) { return c < ' ' || c == 0x7f; });
}

/// The value in the form in which it is kept; null: it is of another kind.
Json as_kind(const Json& value, ParameterKind kind) {
  if (kind == ParameterKind::kFlag) return value.is_boolean() ? value : Json();
  if (kind == ParameterKind::kText) {
    if (value.is_number_integer()) return value.dump();
    const bool usable =
        value.is_string() && value.get_ref<const std::string&>().size() <= kLongestText;
    return usable && !has_control_character(value.get<std::string>()) ? value : Json();
  }
  if (value.is_number_unsigned()) return value;
  if (value.is_number_integer()) return value.get<int64_t>() >= 0 ? value : Json();
  const auto number = value.is_string() ? shell::to_number(value.get<std::string>()) : std::nullopt;
  return number ? Json(*number) : Json();
}

}  // namespace

Result<Arguments> Arguments::check(const Json& given, std::span<const Parameter> parameters) {
  Arguments checked;
  if (!given.is_object()) return wrong("the arguments are not an object");
  for (const auto& [name, value] : given.items()) {
    const auto found = std::ranges::find_if(
        parameters, [&, &key = name](const Parameter& one) { return key == one.name; });
    if (found == parameters.end() && name != kPage)
      return wrong(fmt::format("there is no argument \"{}\"", inspect::printable(name)));
    const ParameterKind kind = found == parameters.end() ? ParameterKind::kNumber : found->kind;
    if (value.is_null()) continue;
    Json kept = as_kind(value, kind);
    if (kept.is_null())
      return wrong(fmt::format("the argument \"{}\" must be {}{}", name,
                               kKindNames[static_cast<size_t>(kind)],
                               kind == ParameterKind::kText ? " of one line" : ""));
    checked.values_[name] = std::move(kept);
  }
  for (const Parameter& one : parameters) {
    if (one.need == Need::kRequired && !checked.values_.contains(one.name))
      return wrong(fmt::format("the argument \"{}\" is missing", one.name));
  }
  return checked;
}

std::optional<std::string> Arguments::text(const char* name) const {
  if (!values_.contains(name)) return std::nullopt;
  return values_[name].get<std::string>();
}

std::optional<uint64_t> Arguments::number(const char* name) const {
  if (!values_.contains(name)) return std::nullopt;
  return values_[name].get<uint64_t>();
}

bool Arguments::flag(const char* name) const {
  return values_.contains(name) && values_[name].get<bool>();
}

}  // namespace weft::mcp
