#include "debugger/mcp/json_rpc.h"

namespace weft::mcp {
namespace {

std::string one_line(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

bool is_id(const Json& id) {
  return id.is_string() || id.is_number_integer();
}

BadMessage invalid(const Json& id, const char* what) {
  return {id, {RpcCode::kInvalidRequest, what}};
}

}  // namespace

std::variant<RpcMessage, BadMessage> read_message(const std::string& text) {
  constexpr int kDeepest = 64;  // what nests deeper would be copied by as many nested calls
  bool too_deep = false;
  const auto limit = [&](int depth, Json::parse_event_t /*event*/, Json& /*parsed*/) {
    too_deep = too_deep || depth > kDeepest;
    return !too_deep;
  };
  const Json json = Json::parse(text, limit, false);
  if (json.is_discarded() || too_deep)
    return BadMessage{nullptr, {RpcCode::kParse, "the message is not JSON"}};
  if (!json.is_object()) return invalid(nullptr, "the message is not an object");
  const Json id = json.contains("id") && is_id(json["id"]) ? json["id"] : Json();
  if (json.value("jsonrpc", Json()) != "2.0") return invalid(id, "\"jsonrpc\" is not \"2.0\"");
  if (json.contains("id") && id.is_null())
    return invalid(nullptr, "\"id\" is neither a text nor an integer");
  if (!json.contains("method")) {
    const bool is_answer = json.contains("result") || json.contains("error");
    return invalid(
        id, is_answer ? "nothing was asked that this could answer" : "\"method\" is missing");
  }
  if (!json["method"].is_string()) return invalid(id, "\"method\" is not a text");
  RpcMessage message{id, json["method"].get<std::string>()};
  if (json.contains("params")) message.params = json["params"];
  if (!message.params.is_object())
    return BadMessage{id, {RpcCode::kInvalidParams, "\"params\" is not an object"}};
  return message;
}

std::string result_text(const Json& id, const Json& result) {
  return one_line({{"jsonrpc", "2.0"}, {"id", id}, {"result", result}});
}

std::string error_text(const Json& id, const RpcError& error) {
  return one_line(
      {{"jsonrpc", "2.0"},
       {"id", id},
       {"error", {{"code", static_cast<int>(error.code)}, {"message", error.message}}}});
}

}  // namespace weft::mcp
