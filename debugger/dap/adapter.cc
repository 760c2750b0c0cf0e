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

/// The request that a `cancel` is about; 0: what runs, and all before the cancel.
int64_t cancelled_request(const Request& request) {
  if (request.command != "cancel" || request.arguments.contains("progressId")) return 0;
  return number_in(request.arguments, "requestId");
}

class OnReturn {
 public:
  explicit OnReturn(std::function<void()> work) : work_(std::move(work)) {}
  OnReturn(const OnReturn&) = delete;
  ~OnReturn() { work_(); }

 private:
  std::function<void()> work_;
};

}  // namespace

Adapter::Adapter(shell::DebugOptions options, Client::Send send)
    : client(std::move(send)), opened(shell::all_commands()), options_(std::move(options)) {}

void Adapter::handle(const std::string& text) {
  const ReadRequest read = read_request(text);
  if (read.error.empty()) return answer(read.request);
  client.fail(read.request, usage(read.error));
}

void Adapter::answer(const Request& request) {
  if (!begins(request)) return client.fail(request, usage("cancelled"));
  const OnReturn ended([this] {
    const std::lock_guard lock(cancel_lock_);
    answering_ = 0;
  });
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
  const std::lock_guard lock(cancel_lock_);
  const int64_t named = cancelled_request(read.request);
  if (named != 0 && named != answering_) {
    cancelled_.insert(named);  // still to come, or over
    return;
  }
  holding_.insert(read.request.seq);
  opened.hold();  // until it is its turn: see begins()
}

/// False: it was cancelled before its turn came.
bool Adapter::begins(const Request& request) {
  const std::lock_guard lock(cancel_lock_);
  answering_ = request.seq;
  if (const auto held = holding_.find(request.seq); held != holding_.end()) {
    holding_.erase(held);
    opened.release();
  }
  cancelled_.erase(cancelled_request(request));
  return cancelled_.erase(request.seq) == 0;
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
