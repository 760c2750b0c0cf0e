/// `weft mcp`: a Model Context Protocol server, for agents.
/// https://modelcontextprotocol.io/specification
///
/// It offers tools only (tool.h), on the same session that `weft debug` has. It writes nothing but
/// what all commands write: the index file beside the trace, and in $TMPDIR what a replay needs. An
/// answer is one page of text, and three lines about it:
///
///   [73596] * thread T0, begin of request 551
///   ...
///   ---
///   event 73596 of 80626
///   page 1 of 3: page 2 has more
///   in a terminal: weft debug -c 'goto 73596' -c where shop.weft
///
/// A call that fails, or that the client cancels, leaves the session where it was.
#pragma once

#include <mutex>
#include <set>
#include <string>

#include "debugger/mcp/json_rpc.h"
#include "debugger/mcp/tool.h"

namespace weft::mcp {

class McpServer : public Desk {
 public:
  /// `options` are those of every recording that is opened; its path may be empty.
  explicit McpServer(shell::DebugOptions options);

  Recording* recording() override { return opened.recording(); }
  Status open(const std::string& path) override;

  /// Each message of the client; empty: it has no answer.
  std::string answer(const std::string& text);
  /// From any thread, as soon as a message is there: a cancellation must not wait.
  void glance(const std::string& text);

  shell::ClientSession opened;

 private:
  /// A result, or an error.
  using Reply = std::variant<Json, RpcError>;
  struct Method {
    const char* name;
    Reply (McpServer::*run)(const Json& params);
  };
  static const Method* find_method(const std::string& name);

  Reply initialize(const Json& params);
  Reply ping(const Json& params);
  Reply list_tools(const Json& params);
  Reply call_tool(const Json& params);

  Answer run(const Tool& tool, const Arguments& arguments);
  Answer look(const Tool& tool, const Arguments& arguments);
  Json call_result(Answer answer, uint64_t page);
  bool begin(const Json& id);
  bool end(const Json& id);
  void forget_cancelled(const RpcMessage& notification);

  shell::DebugOptions options_;
  bool initialized_ = false;

  std::mutex running_lock_;       ///< of what follows
  Json running_;                  ///< the ID of the request that is being answered
  bool running_is_held_ = false;  ///< the client has cancelled it
  std::set<std::string> cancelled_;
};

/// Serves a client on these descriptors until it closes. The path of the trace may be empty.
int serve_mcp(const shell::DebugOptions& options, int in, int out);

}  // namespace weft::mcp
