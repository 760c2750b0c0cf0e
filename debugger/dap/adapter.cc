#include "debugger/dap/adapter.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "debugger/shell/commands/commands.h"
#include "replayer/inspect/escape.h"

namespace weft::dap {
namespace {

const Handler* find_handler(const std::string& command) {
  for (const auto table : {lifecycle_handlers(), breakpoint_handlers(), motion_handlers(),
                           stack_handlers(), value_handlers(), target_handlers()}) {
    for (const Handler& handler : table) {
      if (command == handler.command) return &handler;
    }
  }
  return nullptr;
}

/// What ends what runs: seen as it comes.
bool is_urgent(const Request& request) {
  constexpr std::array kUrgent = {"pause", "cancel", "disconnect", "terminate"};
  return std::ranges::find(kUrgent, request.command) != kUrgent.end();
}

}  // namespace

Adapter::Adapter(shell::DebugOptions options, Client::Send send)
    : client(std::move(send)), opened(shell::all_commands()), options_(std::move(options)) {}

void Adapter::handle(const std::string& text) {
  const ReadRequest read = read_request(text);
  if (read.error.empty()) return answer(read.request);
  client.fail(read.request, usage(read.error));
}

void Adapter::answer(const Request& request) {
  if (is_urgent(request)) opened.release();
  opened.begin();
  const Handler* handler = find_handler(request.command);
  if (handler == nullptr)
    return client.fail(request, usage(fmt::format("there is no request '{}'",
                                                  inspect::printable(request.command))));
  if (handler->needs == Needs::kRecording && opened.recording() == nullptr)
    return client.fail(request, usage("no recording is open", "launch opens one"));
  afterwards_ = nullptr;
  const Result<Json> body = handler->run(*this, request);
  if (!body) return client.fail(request, body.error());
  client.respond(request, *body);
  if (const auto work = std::exchange(afterwards_, nullptr)) work();
}

void Adapter::glance(const std::string& text) {
  const ReadRequest read = read_request(text);
  if (!read.error.empty() || !is_urgent(read.request)) return;
  if (read.request.command == "pause") pause_wanted = true;
  opened.hold();  // until it is its turn: see answer()
}

Status Adapter::open(const shell::DebugOptions& options) {
  if (const Status status = opened.open(options); !status) return status;
  told = {};
  stops = {};
  return {};
}

Result<shell::SourceDebugger*> Adapter::source() {
  shell::SourceDebugger* source = session().source();
  if (source != nullptr) return source;
  return usage(session().source_error());
}

travel::ShownThread Adapter::running_thread() {
  return session().travel(
      [](travel::Traveller& traveller) { return traveller.program().current_thread(); });
}

Status Adapter::select(const FrameRef& frame) {
  const auto debugger = source();
  if (!debugger) return debugger.error();
  if (frame.thread.is_task()) shell().show_tasks();
  if (!(*debugger)->select_thread(frame.thread)) return usage("there is no such thread now");
  if (frame.memory == FrameRef::Memory::kNone)
    return usage("a task that awaits has no variables on this stack", "choose the task itself");
  const shell::CommandOutput selected =
      (*debugger)->command(fmt::format("frame select {}", frame.index));
  return selected.succeeded ? Status() : usage(selected.error);
}

Result<travel::ShownThread> thread_in(const Json& arguments) {
  const auto thread = travel::ShownThread::of_id(number_in(arguments, "threadId", 1));
  if (!thread) return usage("there is no such thread");
  return *thread;
}

}  // namespace weft::dap
