// threads, stackTrace, scopes: the threads of the program, and its suspended tasks as threads.
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>

#include "debugger/analysis/model/expressions.h"
#include "debugger/dap/adapter.h"
#include "debugger/shell/session/task_names.h"
#include "debugger/shell/session/task_stacks.h"
#include "replayer/inspect/escape.h"
#include "replayer/inspect/index_text.h"

namespace weft::dap {
namespace {

using analysis::Analysis;
using analysis::TaskIndex;

constexpr size_t kMostTasks = 256;  ///< LLDB is shown so many

std::string thread_name(Adapter& adapter, trace::ThreadNumber thread) {
  const std::string number = fmt::format("T{}", thread.value());
  const Analysis* analysis = adapter.shell().analysis();
  if (analysis == nullptr) return number;
  const auto moment = adapter.session().moment();
  const TaskIndex task = analysis->current_task(thread, moment);
  if (task == kNone || analysis->model().tasks[task].id == kNone) return number;
  return fmt::format("{}: {}", number, shell::numbered_task(*analysis, task));
}

Result<Json> threads(Adapter& adapter, const Request& /*request*/) {
  Json all = Json::array();
  const auto program = adapter.session().travel(
      [](travel::Traveller& traveller) { return traveller.program().threads(); });
  for (const process::ProgramThread& thread : program)
    all.push_back({{"id", travel::ShownThread(thread.number).id()},
                   {"name", thread_name(adapter, thread.number)}});
  const Analysis* analysis = adapter.shell().analysis();
  if (analysis != nullptr && analysis->has_async_events()) {
    auto tasks =
        shell::suspended_tasks(*analysis, adapter.session().events(), adapter.session().moment());
    if (tasks.size() > kMostTasks) tasks.resize(kMostTasks);
    for (const remote::SuspendedTask& task : tasks)
      all.push_back({{"id", task.thread().id()}, {"name", task.name}});
  }
  return Json{{"threads", std::move(all)}};
}

/// Where a file lies, and whether it is the one that was recorded.
Json source_json(Adapter& adapter, const std::string& path) {
  Json out = {{"name", inspect::printable(path.substr(path.rfind('/') + 1))}, {"path", path}};
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) {
    out["origin"] = "not here";
    out["presentationHint"] = "deemphasize";
  } else if (int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec >
             adapter.session().events().info().start_wall_ns) {
    out["origin"] = "changed since the recording";
  }
  return out;
}

Json frame_json(Adapter& adapter, const shell::StackFrame& frame, travel::ShownThread thread) {
  const std::string name = frame.arguments.empty()
                               ? frame.function
                               : fmt::format("{}({})", frame.function, frame.arguments);
  Json out = {{"id", adapter.told.frames.add({thread, frame.index})},
              {"name", inspect::printable(name)},
              {"line", frame.line == 0 ? 0 : adapter.line_for_client(frame.line)},
              {"column", 0}};
  if (frame.line != 0) out["source"] = source_json(adapter, frame.path);
  if (frame.owner != shell::CodeOwner::kProgram) out["presentationHint"] = "subtle";
  return out;
}

/// Of what runs on a thread: the tasks that await it, outwards.
void add_awaiting(Adapter& adapter, trace::ThreadNumber thread, Json& frames) {
  const Analysis* analysis = adapter.shell().analysis();
  if (analysis == nullptr || !analysis->has_async_events()) return;
  const auto moment = adapter.session().moment();
  const TaskIndex task = analysis->current_task(thread, moment);
  if (task == kNone) return;
  const auto levels = analysis->logical_stack(task, moment);
  for (size_t i = 1; i < levels.size(); ++i) {
    const analysis::Place& place = analysis->model().places[levels[i].place];
    const std::string file(analysis->model().strings[place.file]);
    Json frame = {{"id", adapter.told.frames.add({thread, 0, FrameRef::Memory::kNone})},
                  {"name", "awaited by " + shell::numbered_task(*analysis, levels[i].task)},
                  {"line", place.line == 0 ? 0 : adapter.line_for_client(place.line)},
                  {"column", place.column}};
    if (!file.empty()) frame["source"] = source_json(adapter, file);
    frames.push_back(std::move(frame));
  }
}

Result<Json> stack_trace(Adapter& adapter, const Request& request) {
  const auto source = adapter.source();
  if (!source) return source.error();
  const auto thread = thread_in(request.arguments);
  if (!thread) return thread.error();
  if (const Status selected = adapter.select({*thread, 0}); !selected) return selected.error();
  Json all = Json::array();
  for (const shell::StackFrame& frame : (*source)->stack())
    all.push_back(frame_json(adapter, frame, *thread));
  if (!thread->is_task()) add_awaiting(adapter, thread->thread(), all);
  const auto total = static_cast<int64_t>(all.size());
  const int64_t start = std::clamp<int64_t>(number_in(request.arguments, "startFrame"), 0, total);
  const int64_t levels = number_in(request.arguments, "levels");
  const int64_t end = levels > 0 ? start + std::min(levels, total - start) : total;
  Json shown = Json::array();
  for (int64_t i = start; i < end; ++i) shown.push_back(all[static_cast<size_t>(i)]);
  return Json{{"stackFrames", std::move(shown)}, {"totalFrames", total}};
}

Result<Json> scopes(Adapter& adapter, const Request& request) {
  const FrameRef* found = adapter.told.frames.find(number_in(request.arguments, "frameId"));
  if (found == nullptr) return usage("there is no such frame now");
  const FrameRef frame = *found;
  Json all = Json::array();
  const auto add = [&](const char* name, const char* hint, ValueRef::Kind kind) {
    Json scope = {{"name", name},
                  {"variablesReference", adapter.told.values.add({kind, frame})},
                  {"expensive", false}};
    if (hint != nullptr) scope["presentationHint"] = hint;
    all.push_back(std::move(scope));
  };
  if (frame.memory == FrameRef::Memory::kThere) {
    add("Locals", "locals", ValueRef::Kind::kLocals);
    add("Arguments", "arguments", ValueRef::Kind::kArguments);
  }
  add("Moment", nullptr, ValueRef::Kind::kMoment);
  return Json{{"scopes", std::move(all)}};
}

constexpr std::array kStackHandlers = {
    Handler{"threads", threads},
    Handler{"stackTrace", stack_trace},
    Handler{"scopes", scopes},
};

}  // namespace

std::span<const Handler> stack_handlers() {
  return kStackHandlers;
}

}  // namespace weft::dap
