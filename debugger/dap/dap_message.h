/// Messages of the Debug Adapter Protocol: what a request is, and how answers and events look.
/// https://microsoft.github.io/debug-adapter-protocol/specification
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>

#include "weft/base/result.h"

namespace weft::dap {

using Json = nlohmann::ordered_json;

struct Request {
  int64_t seq = 0;
  std::string command{};
  Json arguments = Json::object();
};

/// An error says what is wrong with the message; `seq` is set as far as it could be read.
struct ReadRequest {
  Request request;
  std::string error{};
};
ReadRequest read_request(const std::string& text);

/// Sends messages to the client, numbered. From any thread.
class Client {
 public:
  using Send = std::function<void(const std::string& text)>;
  explicit Client(Send send) : send_(std::move(send)) {}

  void respond(const Request& request, const Json& body);
  void fail(const Request& request, const Error& error);
  void event(const char* name, const Json& body);
  /// Text for the console of the client.
  void say(const std::string& text, const char* category = "console");

 private:
  void put(Json message);

  Send send_;
  std::atomic<int64_t> seq_ = 0;
};

// Reading arguments: a wrong or missing one is the default.
std::string text_in(const Json& object, const char* name);
int64_t number_in(const Json& object, const char* name, int64_t otherwise = 0);
bool flag_in(const Json& object, const char* name);
/// An array, or nothing.
const Json& list_in(const Json& object, const char* name);
const Json& object_in(const Json& object, const char* name);

inline Error usage(std::string message, std::string hint = "") {
  return {ErrorClass::kUsage, std::move(message), std::move(hint)};
}

}  // namespace weft::dap
