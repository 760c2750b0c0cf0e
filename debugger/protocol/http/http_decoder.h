/// HTTP/1.0 and 1.1: requests and responses, keep-alive, pipelining, chunks, 100-continue, HEAD,
/// CONNECT and upgrades (after which nothing is understood any more).
#pragma once

#include "debugger/protocol/http/http_head.h"
#include "debugger/protocol/http/http_message.h"
#include "debugger/protocol/pipelined_decoder.h"

namespace weft::protocol {

class HttpDecoder final : public PipelinedDecoder {
 public:
  explicit HttpDecoder(ExchangeSink& sink) : PipelinedDecoder(sink) {}

  void bytes(Side side, std::string_view data) override;
  void gap(Side side, uint64_t count) override;
  void call_ends(Side side, bool partial) override;
  void close() override;

 private:
  void take_requests(std::string_view data);
  void take_responses(std::string_view data);
  void request_head(std::string_view text);
  void request_ends();
  bool response_head(std::string_view text);
  void response_ends(When when);
  void lose_request();
  void lose_response();
  void find_response(std::string_view data);
  void push_response();

  HttpMessages requests_;
  HttpMessages responses_;
  HttpHead head_;
  std::string what_;  ///< of the request that is being read
  std::string traceparent_;
  std::string outcome_;  ///< of the response that is being read, from its head on
  bool failed_ = false;
  bool interim_ = false;  ///< 1xx: the real response follows
  bool request_call_begins_ = true;
  bool response_call_begins_ = true;
  bool response_partial_ = false;
  bool upgraded_ = false;
};

}  // namespace weft::protocol
