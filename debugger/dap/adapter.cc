#include "debugger/dap/adapter.h"

#include <fmt/format.h>
#include <unistd.h>

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

}  // namespace

void Adapter::handle(const std::string& text) {
  const ReadRequest read = read_request(text);
  if (read.error.empty()) return answer(read.request);
  client.fail(read.request, usage(read.error));
}

void Adapter::answer(const Request& request) {
  const Handler* handler = find_handler(request.command);
  if (handler == nullptr)
    return client.fail(request, usage(fmt::format("there is no request '{}'",
                                                  inspect::printable(request.command))));
  if (handler->needs == Needs::kRecording && session_ == nullptr)
    return client.fail(request, usage("no recording is open", "launch opens one"));
  afterwards_ = nullptr;
  const Result<Json> body = handler->run(*this, request);
  if (!body) return client.fail(request, body.error());
  client.respond(request, *body);
  if (const auto work = std::exchange(afterwards_, nullptr)) work();
}

void Adapter::glance(const std::string& text) {
  const ReadRequest read = read_request(text);
  constexpr std::array kUrgent = {"pause", "cancel", "disconnect", "terminate"};
  for (const char* command : kUrgent) {
    if (read.request.command != command) continue;
    if (read.request.command == "pause") pause_wanted = true;
    interrupt();
  }
}

void Adapter::interrupt() {
  const std::lock_guard lock(interrupt_lock_);
  if (session_ != nullptr) session_->interrupt();
}

void Adapter::abandon() {
  const std::lock_guard lock(interrupt_lock_);
  if (session_ != nullptr) session_->remove_copies();
  ::_exit(1);
}

Status Adapter::open(const shell::DebugOptions& options) {
  auto session = shell::DebugSession::open(options);
  if (!session) return session.error();
  auto shell = std::make_unique<shell::Shell>(**session, shell::all_commands());
  const std::lock_guard lock(interrupt_lock_);
  told = {};
  stops = {};
  shell_ = std::move(shell);
  session_ = std::move(*session);
  return {};
}

Result<shell::SourceDebugger*> Adapter::source() {
  shell::SourceDebugger* source = session_->source();
  if (source != nullptr) return source;
  return usage(session_->source_error());
}

travel::ShownThread Adapter::running_thread() {
  return session_->travel(
      [](travel::Traveller& traveller) { return traveller.program().current_thread(); });
}

Status Adapter::select(const FrameRef& frame) {
  const auto debugger = source();
  if (!debugger) return debugger.error();
  if (frame.thread.is_task()) shell_->show_tasks();
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
