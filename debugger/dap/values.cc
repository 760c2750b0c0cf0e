// variables, evaluate; what a name in a scope stands for.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <climits>

#include "debugger/dap/adapter.h"
#include "debugger/report/text/words.h"
#include "debugger/shell/session/task_names.h"
#include "replayer/inspect/escape.h"
#include "replayer/inspect/event_text.h"
#include "replayer/inspect/index_text.h"

namespace weft::dap {
namespace {

using shell::BrowsedValue;

Json value_json(Adapter& adapter, const BrowsedValue& value, const FrameRef& frame) {
  const bool opens = value.handle != 0;
  Json out = {
      {"name", inspect::printable(value.name)},
      {"value", inspect::printable(value.error.empty() ? value.value : "<" + value.error + ">")},
      {"type", inspect::printable(value.type)},
      {"variablesReference",
       opens ? adapter.told.values.add({ValueRef::Kind::kMembers, frame, value.handle}) : 0}};
  if (!value.expression.empty()) out["evaluateName"] = value.expression;
  return out;
}

/// What weft knows of the moment.
std::vector<BrowsedValue> moment_values(Adapter& adapter) {
  const shell::EventLog& events = adapter.session().events();
  const auto moment = adapter.session().moment();
  std::vector<BrowsedValue> all = {
      {.name = "event", .value = fmt::format("{} of {}", moment, events.count())}};
  if (moment < events.end()) {
    all.push_back({.name = "time", .value = report::start_text(events.seconds(moment))});
    all.push_back({.name = "next", .value = inspect::event_text(events.at(moment))});
  }
  const auto task = adapter.shell().focus_task();
  if (!task) return all;
  const analysis::Analysis& analysis = *adapter.shell().analysis();
  all.push_back({.name = "task", .value = shell::numbered_task(analysis, *task)});
  const auto request = analysis.request_of(*task, moment);
  if (request != kNone)
    all.push_back({.name = "request",
                   .value = fmt::format("{}: {}", request + 1,
                                        report::request_text(analysis.model(), request))});
  return all;
}

/// All of a scope; of a value the members from `from` on.
Result<std::vector<BrowsedValue>> values_of(Adapter& adapter, const ValueRef& about, uint32_t from,
                                            uint32_t count) {
  if (about.kind == ValueRef::Kind::kMoment) return moment_values(adapter);
  const auto source = adapter.source();
  if (!source) return source.error();
  if (const Status selected = adapter.select(about.frame); !selected) return selected.error();
  shell::ValueBrowser& values = (*source)->values();
  if (about.kind == ValueRef::Kind::kMembers) return values.members(about.handle, from, count);
  return values.variables(about.frame.index, about.kind == ValueRef::Kind::kArguments
                                                 ? shell::VariableKind::kArguments
                                                 : shell::VariableKind::kLocals);
}

uint32_t unsigned_in(const Json& arguments, const char* name) {
  return static_cast<uint32_t>(std::clamp<int64_t>(number_in(arguments, name), 0, INT_MAX));
}

Result<Json> variables(Adapter& adapter, const Request& request) {
  const ValueRef* found =
      adapter.told.values.find(number_in(request.arguments, "variablesReference"));
  if (found == nullptr) return usage("there is no such value now");
  const ValueRef about = *found;
  const auto values = values_of(adapter, about, unsigned_in(request.arguments, "start"),
                                unsigned_in(request.arguments, "count"));
  if (!values) return values.error();
  Json all = Json::array();
  for (const BrowsedValue& value : *values) all.push_back(value_json(adapter, value, about.frame));
  return Json{{"variables", std::move(all)}};
}

/// The frame that the client means; without one: the one that the shell has selected.
Result<FrameRef> frame_of(Adapter& adapter, const Json& arguments) {
  const auto source = adapter.source();
  if (!source) return source.error();
  const int64_t id = number_in(arguments, "frameId");
  if (id == 0) return FrameRef{(*source)->selected_thread(), (*source)->selected_frame_number()};
  const FrameRef* frame = adapter.told.frames.find(id);
  if (frame == nullptr) return usage("there is no such frame now");
  return *frame;
}

/// A line of the debug console: a command, as `weft debug` has it. It may move the program.
Result<Json> run_line(Adapter& adapter, const std::string& line) {
  const travel::Instant before = adapter.session().here();
  const shell::CommandOutput output = adapter.shell().execute(line);
  if (adapter.session().here() != before)
    adapter.afterwards([&adapter] { adapter.move({}, "goto"); });
  if (!output.succeeded) return usage(output.text + output.error);
  return Json{{"result", output.text}, {"variablesReference", 0}};
}

Result<Json> evaluate(Adapter& adapter, const Request& request) {
  const std::string expression = text_in(request.arguments, "expression");
  if (expression.empty() || expression.find('\n') != std::string::npos)
    return usage("an expression is one line");
  const auto frame = frame_of(adapter, request.arguments);
  const bool in_console = text_in(request.arguments, "context") == "repl";
  if (!frame) return in_console ? run_line(adapter, expression) : frame.error();
  const Status selected = adapter.select(*frame);
  if (in_console) return run_line(adapter, expression);
  if (!selected) return selected.error();
  const BrowsedValue value = (*adapter.source())->values().evaluate(frame->index, expression);
  if (!value.error.empty()) return usage(value.error);
  Json out = value_json(adapter, value, *frame);
  out["result"] = out["value"];
  out.erase("value");
  out.erase("name");
  return out;
}

constexpr std::array kValuesHandlers = {
    Handler{"variables", variables},
    Handler{"evaluate", evaluate},
};

}  // namespace

std::span<const Handler> value_handlers() {
  return kValuesHandlers;
}

Result<std::string> Adapter::expression_of(const Json& arguments) {
  std::string name = text_in(arguments, "name");
  if (name.empty()) name = text_in(arguments, "expression");
  if (name.empty() || name.find('\n') != std::string::npos) return usage("\"name\" is missing");
  const ValueRef* found = told.values.find(number_in(arguments, "variablesReference"));
  if (found == nullptr) {
    const auto frame = frame_of(*this, arguments);
    if (!frame) return frame.error();
    const Status selected = select(*frame);
    return selected ? Result<std::string>(name) : Result<std::string>(selected.error());
  }
  const auto values = values_of(*this, *found, 0, 0);
  if (!values) return values.error();
  const auto value =
      std::ranges::find_if(*values, [&](const BrowsedValue& one) { return one.name == name; });
  if (value == values->end() || value->expression.empty())
    return usage(fmt::format("there is no {} here", inspect::printable(name)));
  return value->expression;
}

}  // namespace weft::dap
