#include "debugger/dap/dap_message.h"

namespace weft::dap {
namespace {

constexpr int kFailureId = 1;  ///< of an error's format: there is one only

}  // namespace

ReadRequest read_request(const std::string& text) {
  constexpr int kDeepest = 64;  // what nests deeper would be copied by as many nested calls
  bool too_deep = false;
  const auto limit = [&](int depth, Json::parse_event_t /*event*/, Json& /*parsed*/) {
    too_deep = too_deep || depth > kDeepest;
    return !too_deep;
  };
  const Json json = Json::parse(text, limit, false);
  ReadRequest read;
  if (json.is_discarded() || too_deep || !json.is_object()) {
    read.error = "the message is not a JSON object";
    return read;
  }
  read.request.seq = number_in(json, "seq");
  read.request.command = text_in(json, "command");
  if (text_in(json, "type") != "request") {
    read.error = "the message is not a request";
  } else if (read.request.command.empty()) {
    read.error = "\"command\" is missing";
  } else if (json.contains("arguments") && !json["arguments"].is_null()) {
    read.request.arguments = json["arguments"];
    if (!read.request.arguments.is_object()) read.error = "\"arguments\" is not an object";
  }
  return read;
}

void Client::put(Json message) {
  message["seq"] = ++seq_;
  send_(message.dump(-1, ' ', false, Json::error_handler_t::replace));
}

void Client::respond(const Request& request, const Json& body) {
  put({{"type", "response"},
       {"request_seq", request.seq},
       {"command", request.command},
       {"success", true},
       {"body", body}});
}

void Client::fail(const Request& request, const Error& error) {
  const std::string text = error.hint.empty() ? error.message : error.message + "\n  " + error.hint;
  put({{"type", "response"},
       {"request_seq", request.seq},
       {"command", request.command},
       {"success", false},
       {"message", text},
       {"body",
        {{"error", {{"id", kFailureId}, {"format", "{text}"}, {"variables", {{"text", text}}}}}}}});
}

void Client::event(const char* name, const Json& body) {
  put({{"type", "event"}, {"event", name}, {"body", body}});
}

void Client::say(const std::string& text, const char* category) {
  event("output", {{"category", category}, {"output", text}});
}

std::string text_in(const Json& object, const char* name) {
  const auto at = object.find(name);
  return at != object.end() && at->is_string() ? at->get<std::string>() : "";
}

int64_t number_in(const Json& object, const char* name, int64_t otherwise) {
  const auto at = object.find(name);
  return at != object.end() && at->is_number_integer() ? at->get<int64_t>() : otherwise;
}

bool flag_in(const Json& object, const char* name) {
  const auto at = object.find(name);
  return at != object.end() && at->is_boolean() && at->get<bool>();
}

const Json& list_in(const Json& object, const char* name) {
  static const Json nothing = Json::array();
  const auto at = object.find(name);
  return at != object.end() && at->is_array() ? *at : nothing;
}

const Json& object_in(const Json& object, const char* name) {
  static const Json nothing = Json::object();
  const auto at = object.find(name);
  return at != object.end() && at->is_object() ? *at : nothing;
}

}  // namespace weft::dap
