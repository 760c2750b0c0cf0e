// The fields of events that filters can ask for.
#include <array>

#include "debugger/shell/events/event_filter.h"
#include "replayer/inspect/event_text.h"
#include "weft/syscall/table.h"
#include "weft/trace/hook.h"

namespace weft::shell {
namespace {

using trace::EventKind;
using trace::EventView;

bool is_call(const EventView& event) {
  return event.kind() == EventKind::kSyscall;
}
bool has_arguments(const EventView& event) {
  return trace::is_call(event.header().kind);
}

std::string hook_name(const EventView& event) {
  return trace::kHookRows[event.header().call].name;
}

std::optional<FieldValue> call_field(const EventView& event) {
  if (is_call(event)) return text_value(inspect::call_name(event.header().call));
  if (event.kind() == EventKind::kHook) return text_value(hook_name(event));
  return std::nullopt;
}

/// The first argument that the system-call table calls a descriptor.
std::optional<FieldValue> fd_field(const EventView& event) {
  const syscall::Row* row = is_call(event) ? syscall::find(event.header().call) : nullptr;
  for (unsigned i = 0; row != nullptr && i < event.argument_count(); ++i) {
    if (row->args[i].kind == syscall::ArgKind::kFd)
      return number_value(static_cast<uint64_t>(static_cast<int32_t>(event.argument(i))));
  }
  return std::nullopt;
}

/// All that the event moved between the program and the world.
std::optional<FieldValue> bytes_field(const EventView& event) {
  std::string bytes;
  const auto append = [&bytes](std::span<const std::byte> more) {
    bytes.append(reinterpret_cast<const char*>(more.data()), more.size());
  };
  if (event.kind() == EventKind::kData) {
    append(event.data().bytes);
  } else if (has_arguments(event)) {
    for (const trace::EffectView& effect : event.effects()) append(effect.bytes);
  } else {
    return std::nullopt;
  }
  return text_value(std::move(bytes));
}

std::optional<FieldValue> output_field(const EventView& event) {
  if (!is_call(event) || (event.header().flags & trace::kStandardOutput) == 0) return std::nullopt;
  return bytes_field(event);
}

std::optional<FieldValue> signal_field(const EventView& event) {
  const EventKind kind = event.kind();
  if (kind != EventKind::kSignal && kind != EventKind::kFault && kind != EventKind::kKilled)
    return std::nullopt;
  return FieldValue{event.header().result, inspect::signal_name(event.header().result)};
}

std::optional<FieldValue> error_field(const EventView& event) {
  if (!is_call(event)) return std::nullopt;
  const std::string name = inspect::error_name(event.header().result);
  if (name.empty()) return std::nullopt;
  return FieldValue{-event.header().result, name};
}

template <unsigned kIndex>
std::optional<FieldValue> argument_field(const EventView& event) {
  if (!has_arguments(event) || kIndex >= event.argument_count()) return std::nullopt;
  return number_value(event.argument(kIndex));
}

struct FieldRow {
  std::string_view name;
  std::optional<FieldValue> (*get)(const EventView&);
};

constexpr std::array<FieldRow, 17> kFields = {{
    {"call", call_field},
    {"kind",
     [](const EventView& event) -> std::optional<FieldValue> {
       return text_value(inspect::kind_name(event.kind()));
     }},
    {"thread",
     [](const EventView& event) -> std::optional<FieldValue> {
       return number_value(event.header().thread);
     }},
    {"result",
     [](const EventView& event) -> std::optional<FieldValue> {
       return number_value(static_cast<uint64_t>(event.header().result));
     }},
    {"error", error_field},
    {"fd", fd_field},
    {"bytes", bytes_field},
    {"output", output_field},
    {"signal", signal_field},
    {"site",
     [](const EventView& event) -> std::optional<FieldValue> {
       if (!has_arguments(event)) return std::nullopt;
       return number_value(event.site());
     }},
    {"arg0", argument_field<0>},
    {"arg1", argument_field<1>},
    {"arg2", argument_field<2>},
    {"arg3", argument_field<3>},
    {"arg4", argument_field<4>},
    {"arg5", argument_field<5>},
    {"text",
     [](const EventView& event) -> std::optional<FieldValue> {
       return text_value(inspect::event_text(event));
     }},
}};

std::optional<uint16_t> hook_by_name(std::string_view name) {
  for (uint16_t number = 1; number <= trace::kMaxHookKind; ++number) {
    if (name == trace::kHookRows[number].name) return number;
  }
  return std::nullopt;
}

EventFilter::Test kind_is(EventKind kind, std::optional<uint16_t> call) {
  return [kind, call](EventIndex, const EventView& event) {
    return event.kind() == kind && (!call || event.header().call == *call);
  };
}

}  // namespace

std::vector<std::string> event_field_names() {
  std::vector<std::string> names = {"event"};
  for (const FieldRow& row : kFields) names.emplace_back(row.name);
  return names;
}

Field event_field(std::string_view name) {
  if (name == "event")
    return [](EventIndex index, const EventView&) { return number_value(index.value()); };
  for (const FieldRow& row : kFields) {
    if (row.name == name)
      return [get = row.get](EventIndex, const EventView& event) { return get(event); };
  }
  return nullptr;
}

EventFilter::Test event_named(std::string_view name) {
  if (const auto call = inspect::call_by_name(name)) return kind_is(EventKind::kSyscall, call);
  if (const auto hook = hook_by_name(name)) return kind_is(EventKind::kHook, hook);
  if (const auto kind = inspect::kind_by_name(name)) return kind_is(*kind, std::nullopt);
  return nullptr;
}

}  // namespace weft::shell
