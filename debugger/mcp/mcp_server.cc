#include "debugger/mcp/mcp_server.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "debugger/mcp/pages.h"
#include "debugger/messages/message_stream.h"
#include "debugger/shell/commands/commands.h"
#include "replayer/inspect/escape.h"
#include "replayer/inspect/index_text.h"
#include "weft/base/human_text.h"
#include "weft/base/version.h"

namespace weft::mcp {
namespace {

/// Versions of the protocol, the newest first. That of 2025-03-26 is left out: it asks for batches.
constexpr std::array kVersions = {"2025-11-25", "2025-06-18", "2024-11-05"};

constexpr const char* kInstructions =
    "weft shows one recorded run of a program: which requests were slow and what they waited for, "
    "and the program itself at any moment, forward and back in time. The recording never changes. "
    "A moment is the number of an event; goto moves there, and where, print and the other tools "
    "speak of that moment. Slow: slowest, then graph of one request, then search_events for what "
    "ran at the same time. Hang: stuck. Crash: goto crash, where, last_value. Anything else: why.";

constexpr std::array kSchemaTypes = {"string", "integer", "boolean"};

Json property(const Parameter& parameter) {
  Json out = {{"type", kSchemaTypes[static_cast<size_t>(parameter.kind)]},
              {"description", parameter.description}};
  if (parameter.kind == ParameterKind::kNumber) out["minimum"] = 0;
  return out;
}

Json description_of(const Tool& tool) {
  Json properties = Json::object(), required = Json::array();
  for (const Parameter& one : tool.parameters) {
    properties[one.name] = property(one);
    if (one.need == Need::kRequired) required.push_back(one.name);
  }
  properties[Arguments::kPage] = {{"type", "integer"},
                                  {"description", "Which page of the answer (default: 1)"},
                                  {"minimum", 1}};
  Json schema = {{"type", "object"}, {"properties", properties}, {"additionalProperties", false}};
  if (!required.empty()) schema["required"] = required;
  return {{"name", tool.name},
          {"title", tool.title},
          {"description", tool.description},
          {"inputSchema", schema},
          {"annotations",
           {{"readOnlyHint", true}, {"destructiveHint", false}, {"openWorldHint", false}}}};
}

/// What a session is about, to have it again.
struct Standpoint {
  travel::Instant here;
  std::optional<analysis::TaskIndex> task;
  std::vector<travel::Instant> past, future;
  std::map<std::string, travel::Instant> bookmarks;

  explicit Standpoint(const Recording& recording)
      : here(recording.session->here()),
        task(recording.shell->chosen_task),
        past(recording.shell->past),
        future(recording.shell->future),
        bookmarks(recording.shell->bookmarks) {}

  void restore(Recording& recording) const {
    recording.session->clear_interrupt();
    if (recording.session->here() != here) (void)recording.session->go(here, "as before the call");
    recording.shell->chosen_task = task;
    recording.shell->past = past;
    recording.shell->future = future;
    recording.shell->bookmarks = bookmarks;
  }
};

}  // namespace

McpServer::McpServer(shell::DebugOptions options)
    : opened(shell::all_commands()), options_(std::move(options)) {}

Status McpServer::open(const std::string& path) {
  shell::DebugOptions options = options_;
  options.trace_path = path;
  return opened.open(options);
}

const McpServer::Method* McpServer::find_method(const std::string& name) {
  static constexpr std::array kMethods = {
      Method{"initialize", &McpServer::initialize}, Method{"ping", &McpServer::ping},
      Method{"tools/list", &McpServer::list_tools}, Method{"tools/call", &McpServer::call_tool}};
  for (const Method& method : kMethods) {
    if (name == method.name) return &method;
  }
  return nullptr;
}

std::string McpServer::answer(const std::string& text) {
  const auto read = read_message(text);
  if (const auto* bad = std::get_if<BadMessage>(&read)) return error_text(bad->id, bad->error);
  const auto& message = std::get<RpcMessage>(read);
  if (message.is_notification()) {
    forget_cancelled(message);
    return "";
  }
  const Method* method = find_method(message.method);
  if (method == nullptr)
    return error_text(message.id, {RpcCode::kNoSuchMethod,
                                   fmt::format("there is no method \"{}\"", message.method)});
  const bool early = message.method != "initialize" && message.method != "ping";
  if (early && !initialized_)
    return error_text(message.id, {RpcCode::kInvalidRequest, "initialize must come first"});
  if (!begin(message.id)) return "";
  const Reply reply = (this->*method->run)(message.params);
  if (!end(message.id)) return "";
  if (const auto* error = std::get_if<RpcError>(&reply)) return error_text(message.id, *error);
  return result_text(message.id, std::get<Json>(reply));
}

/// False: the client has cancelled it already.
bool McpServer::begin(const Json& id) {
  const std::lock_guard lock(running_lock_);
  if (cancelled_.erase(id.dump()) != 0) return false;
  running_ = id;
  opened.begin();
  return true;
}

/// False: the client has cancelled it, and expects no answer.
bool McpServer::end(const Json& id) {
  const std::lock_guard lock(running_lock_);
  running_ = nullptr;
  if (std::exchange(running_is_held_, false)) opened.release();
  return cancelled_.erase(id.dump()) == 0;
}

void McpServer::glance(const std::string& text) {
  constexpr std::string_view kCancelled = "notifications/cancelled";
  if (text.find(kCancelled) == std::string::npos) return;
  const auto read = read_message(text);
  const auto* message = std::get_if<RpcMessage>(&read);
  if (message == nullptr || message->method != kCancelled ||
      !message->params.contains("requestId")) {
    return;
  }
  const Json& id = message->params["requestId"];
  const std::lock_guard lock(running_lock_);
  const bool is_new = cancelled_.insert(id.dump()).second;
  if (running_.is_null() || running_ != id || !is_new) return;
  running_is_held_ = true;
  opened.hold();  // until end()
}

/// The request came before the word that cancels it: it has been answered, or left out.
void McpServer::forget_cancelled(const RpcMessage& notification) {
  const std::lock_guard lock(running_lock_);
  if (notification.params.contains("requestId"))
    cancelled_.erase(notification.params["requestId"].dump());
}

McpServer::Reply McpServer::initialize(const Json& params) {
  const Json asked = params.value("protocolVersion", Json());
  if (!asked.is_string())
    return RpcError{RpcCode::kInvalidParams, "\"protocolVersion\" is missing"};
  std::string version = kVersions[0];
  for (const char* one : kVersions) {
    if (asked == one) version = one;
  }
  initialized_ = true;
  return Json{{"protocolVersion", version},
              {"capabilities", {{"tools", Json::object()}}},
              {"serverInfo", {{"name", "weft"}, {"title", "weft"}, {"version", kVersion}}},
              {"instructions", kInstructions}};
}

McpServer::Reply McpServer::ping(const Json& /*params*/) {
  return Json::object();
}

McpServer::Reply McpServer::list_tools(const Json& params) {
  if (params.contains("cursor"))
    return RpcError{RpcCode::kInvalidParams, "there is no such cursor: all tools are on one page"};
  Json tools = Json::array();
  for (const Tool& tool : all_tools()) tools.push_back(description_of(tool));
  return Json{{"tools", std::move(tools)}};
}

McpServer::Reply McpServer::call_tool(const Json& params) {
  const Json name = params.value("name", Json());
  if (!name.is_string()) return RpcError{RpcCode::kInvalidParams, "\"name\" is missing"};
  const Tool* tool = find_tool(name.get<std::string>());
  if (tool == nullptr)
    return RpcError{RpcCode::kInvalidParams,
                    fmt::format("there is no tool \"{}\"", name.get<std::string>())};
  const auto arguments =
      Arguments::check(params.value("arguments", Json::object()), tool->parameters);
  if (!arguments) return call_result(failed(arguments.error()), 1);
  return call_result(run(*tool, *arguments), arguments->page());
}

Answer McpServer::run(const Tool& tool, const Arguments& arguments) {
  if (tool.run != nullptr) return tool.run(*this, arguments);
  if (recording() == nullptr) return failed("no recording is open\n  open one: open");
  return look(tool, arguments);
}

Answer McpServer::look(const Tool& tool, const Arguments& arguments) {
  Recording& looked_at = *recording();
  const Standpoint before(looked_at);
  Answer answer = tool.look(looked_at, arguments);
  for (const std::string& note : looked_at.session->changed_files()) {
    if (tool.name == std::string_view("where")) answer.text += "note: " + note + "\n";
  }
  if (!answer.succeeded || opened.held()) before.restore(looked_at);
  return answer;
}

Json McpServer::call_result(Answer answer, uint64_t page) {
  std::string text;
  std::string pages;
  if (!answer.succeeded) {
    text = "error: " + page_of(answer.text, 1).text;
  } else {
    const Page one = answer.pages > 0
                         ? Page{answer.text, page, page <= answer.pages ? answer.pages : 0}
                         : page_of(answer.text, page);
    if (page == 0 || one.count == 0) {
      answer.succeeded = false;
      text = fmt::format("error: there is no page {}", page);
    } else {
      text = one.text;
      if (one.count > 1)
        pages = fmt::format("page {} of {}{}\n", page, one.count,
                            page < one.count ? fmt::format(": page {} has more", page + 1) : "");
    }
  }
  if (!text.empty() && text.back() != '\n') text += '\n';
  if (const Recording* open = recording()) {
    text += fmt::format("---\nevent {} of {}\n{}", open->session->moment(),
                        open->session->events().count(), pages);
    if (answer.succeeded && !answer.command.empty())
      text += fmt::format("in a terminal: {}\n", answer.command);
  }
  return {{"content", {{{"type", "text"}, {"text", text}}}}, {"isError", !answer.succeeded}};
}

int serve_mcp(const shell::DebugOptions& options, int in, int out) {
  McpServer server(options);
  if (!options.trace_path.empty()) {
    if (const Status opened = server.open(options.trace_path); !opened)
      return report_error(opened.error());
  }
  messages::MessageStream stream(
      in, out, messages::Framing::kLines,
      [&server](const std::string& text) { server.glance(text); },
      {[&server] { server.opened.hold(); }, [&server] { server.opened.abandon(); }});
  while (const auto message = stream.next()) {
    const std::string answer = message->error.empty()
                                   ? server.answer(message->text)
                                   : error_text(nullptr, {RpcCode::kParse, message->error});
    if (!answer.empty()) stream.send(answer);
  }
  return 0;
}

}  // namespace weft::mcp
