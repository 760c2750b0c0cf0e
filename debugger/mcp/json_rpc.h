/// JSON-RPC 2.0: what a message is, and answers to it. https://www.jsonrpc.org/specification
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <variant>

namespace weft::mcp {

using Json = nlohmann::ordered_json;

enum class RpcCode : int {
  kParse = -32700,
  kInvalidRequest = -32600,
  kNoSuchMethod = -32601,
  kInvalidParams = -32602,
};

struct RpcError {
  RpcCode code;
  std::string message;
};

struct RpcMessage {
  Json id{};  ///< null: a notification, which has no answer
  std::string method{};
  Json params = Json::object();
  bool is_notification() const { return id.is_null(); }
};

/// A message that cannot be answered by its ID is answered with the ID null.
struct BadMessage {
  Json id;
  RpcError error;
};
std::variant<RpcMessage, BadMessage> read_message(const std::string& text);

/// On one line; bytes that are no UTF-8 are replaced.
std::string result_text(const Json& id, const Json& result);
std::string error_text(const Json& id, const RpcError& error);

}  // namespace weft::mcp
