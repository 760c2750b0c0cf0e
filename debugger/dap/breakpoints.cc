// setBreakpoints, setFunctionBreakpoints, setExceptionBreakpoints, dataBreakpointInfo,
// setDataBreakpoints. Each request says all of its kind: what was there before goes.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "debugger/dap/adapter.h"
#include "debugger/dap/event_stops.h"

namespace weft::dap {
namespace {

/// A breakpoint that could not be set, and why.
Json refused(const std::string& why) {
  return {{"verified", false}, {"message", why}};
}

/// What all kinds have: log message, count of hits.
Result<ClientStop> described(const Json& wanted, StopKind kind, std::string owner) {
  const auto hit_condition = HitCondition::parse(text_in(wanted, "hitCondition"));
  if (!hit_condition) return hit_condition.error();
  ClientStop stop{.kind = kind, .owner = std::move(owner), .log = text_in(wanted, "logMessage")};
  stop.hit_condition = *hit_condition;
  return stop;
}

/// Where LLDB has put it.
Json placed(const Adapter& adapter, shell::SourceDebugger& source, const ClientStop& stop,
            int64_t id) {
  Json out = {{"id", id}, {"verified", false}};
  for (const shell::SourceBreakpoint& one : source.breakpoints()) {
    if (std::ranges::count(stop.numbers, one.id) == 0 || one.addresses.empty()) continue;
    out["verified"] = true;
    if (const auto line = source.line_of(*one.addresses.begin()))
      out["line"] = adapter.line_for_client(line->line);
  }
  if (!out["verified"].get<bool>()) out["message"] = "there is no code of the program here";
  return out;
}

Json set_one(Adapter& adapter, shell::SourceDebugger& source, const Json& wanted,
             const shell::BreakRequest& request, const std::string& owner) {
  auto stop = described(wanted, owner.empty() ? StopKind::kFunction : StopKind::kSource, owner);
  if (!stop) return refused(stop.error().message);
  const shell::BreakAnswer answer = source.break_at(request);
  if (!answer.output.succeeded) return refused(answer.output.error);
  stop->numbers = answer.ids;
  const int64_t id = adapter.stops.add(*stop);
  return placed(adapter, source, *stop, id);
}

Result<Json> set_breakpoints(Adapter& adapter, const Request& request) {
  const auto source = adapter.source();
  if (!source) return source.error();
  const std::string path = text_in(object_in(request.arguments, "source"), "path");
  if (path.empty()) return usage("source.path is missing");
  adapter.stops.remove(adapter.shell(), StopKind::kSource, path);
  Json all = Json::array();
  for (const Json& wanted : list_in(request.arguments, "breakpoints")) {
    const int64_t line = adapter.line_of_client(number_in(wanted, "line"));
    if (line < 1 || line > UINT32_MAX) {
      all.push_back(refused("there is no such line"));
      continue;
    }
    all.push_back(set_one(adapter, **source, wanted,
                          {.place = path,
                           .condition = text_in(wanted, "condition"),
                           .line = static_cast<uint32_t>(line)},
                          path));
  }
  return Json{{"breakpoints", std::move(all)}};
}

Result<Json> set_function_breakpoints(Adapter& adapter, const Request& request) {
  const auto source = adapter.source();
  if (!source) return source.error();
  adapter.stops.remove(adapter.shell(), StopKind::kFunction);
  Json all = Json::array();
  for (const Json& wanted : list_in(request.arguments, "breakpoints")) {
    const std::string name = text_in(wanted, "name");
    const bool is_name = !name.empty() && name[0] != '-' && name.find('\n') == std::string::npos;
    all.push_back(is_name ? set_one(adapter, **source, wanted,
                                    {.place = name, .condition = text_in(wanted, "condition")}, "")
                          : refused("this is no name of a function"));
  }
  return Json{{"breakpoints", std::move(all)}};
}

Json set_event_stop(Adapter& adapter, const std::string& filter, const std::string& condition) {
  const auto text = event_filter_text(filter, condition);
  if (!text) return refused(text.error().message);
  auto parsed = shell::EventFilter::parse(*text, adapter.shell().trace_context());
  if (!parsed) return refused(parsed.error().message + ": " + parsed.error().hint);
  const int number = adapter.shell().event_breakpoints.add(std::move(*parsed));
  const int64_t id = adapter.stops.add({.kind = StopKind::kEvent, .numbers = {number}});
  return {{"id", id}, {"verified", true}};
}

Result<Json> set_exception_breakpoints(Adapter& adapter, const Request& request) {
  adapter.stops.remove(adapter.shell(), StopKind::kEvent);
  Json all = Json::array();
  for (const Json& filter : list_in(request.arguments, "filters"))
    all.push_back(filter.is_string() ? set_event_stop(adapter, filter.get<std::string>(), "")
                                     : refused("a filter must be a text"));
  for (const Json& option : list_in(request.arguments, "filterOptions"))
    all.push_back(
        set_event_stop(adapter, text_in(option, "filterId"), text_in(option, "condition")));
  return Json{{"breakpoints", std::move(all)}};
}

/// What can be watched, in the bytes of one debug register.
bool can_be_watched(uint64_t bytes) {
  return bytes == 1 || bytes == 2 || bytes == 4 || bytes == 8;
}

Result<Json> data_breakpoint_info(Adapter& adapter, const Request& request) {
  const auto source = adapter.source();
  if (!source) return source.error();
  const auto expression = adapter.expression_of(request.arguments);
  if (!expression) return expression.error();
  const shell::ValuePlace place = (*source)->place_of(*expression);
  if (!place.error.empty()) return Json{{"dataId", nullptr}, {"description", place.error}};
  if (!can_be_watched(place.bytes))
    return Json{{"dataId", nullptr},
                {"description", fmt::format("{} has {} bytes: 1, 2, 4 or 8 can be watched; name a "
                                            "part of it",
                                            *expression, place.bytes)}};
  return Json{{"dataId", fmt::format("{}/{}", place.address.text(), place.bytes)},
              {"description",
               fmt::format("{} ({} bytes at {})", *expression, place.bytes, place.address.text())},
              {"accessTypes", {"write", "readWrite"}},
              {"canPersist", false}};
}

/// The numbers in a dataId; empty: it is none.
std::optional<std::pair<uint64_t, uint64_t>> watched_place(const std::string& id) {
  const size_t slash = id.find('/');
  if (!id.starts_with("0x") || slash == std::string::npos) return std::nullopt;
  const std::string digits = id.substr(2, slash - 2);
  constexpr size_t kMostDigits = 16;
  if (digits.empty() || digits.size() > kMostDigits ||
      digits.find_first_not_of("0123456789abcdef") != std::string::npos) {
    return std::nullopt;
  }
  const auto bytes = shell::to_number(id.substr(slash + 1));
  if (!bytes || !can_be_watched(*bytes)) return std::nullopt;
  constexpr int kHex = 16;
  return std::pair(std::stoull(digits, nullptr, kHex), *bytes);
}

Json set_watch(Adapter& adapter, shell::SourceDebugger& source, const Json& wanted) {
  const auto place = watched_place(text_in(wanted, "dataId"));
  if (!place) return refused("this is no dataId of dataBreakpointInfo");
  auto stop = described(wanted, StopKind::kData, "");
  if (!stop) return refused(stop.error().message);
  const auto before = source.watches();
  const bool reads = text_in(wanted, "accessType") != "write" && wanted.contains("accessType");
  const shell::CommandOutput set =
      source.command(fmt::format("watchpoint set expression -w {} -s {} -- {:#x}",
                                 reads ? "read_write" : "write", place->second, place->first));
  if (!set.succeeded) return refused(set.error);
  for (const shell::SourceWatch& watch : source.watches()) {
    const bool is_new = std::ranges::none_of(
        before, [&watch](const shell::SourceWatch& old) { return old.id == watch.id; });
    if (is_new) stop->numbers.push_back(watch.id);
  }
  if (stop->numbers.empty()) return refused("LLDB has set no watchpoint");
  source.set_condition(stop->numbers[0], text_in(wanted, "condition"));
  return {{"id", adapter.stops.add(*stop)}, {"verified", true}};
}

Result<Json> set_data_breakpoints(Adapter& adapter, const Request& request) {
  const auto source = adapter.source();
  if (!source) return source.error();
  adapter.stops.remove(adapter.shell(), StopKind::kData);
  Json all = Json::array();
  for (const Json& wanted : list_in(request.arguments, "breakpoints"))
    all.push_back(set_watch(adapter, **source, wanted));
  return Json{{"breakpoints", std::move(all)}};
}

constexpr std::array kBreakpointsHandlers = {
    Handler{"setBreakpoints", set_breakpoints},
    Handler{"setFunctionBreakpoints", set_function_breakpoints},
    Handler{"setExceptionBreakpoints", set_exception_breakpoints},
    Handler{"dataBreakpointInfo", data_breakpoint_info},
    Handler{"setDataBreakpoints", set_data_breakpoints},
};

}  // namespace

std::span<const Handler> breakpoint_handlers() {
  return kBreakpointsHandlers;
}

}  // namespace weft::dap
