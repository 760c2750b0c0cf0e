/// RESP2 and RESP3: commands and their replies, pipelined, with pushed messages in between.
#pragma once

#include "debugger/protocol/pipelined_decoder.h"
#include "debugger/protocol/redis/redis_reply.h"
#include "debugger/protocol/redis/redis_request.h"

namespace weft::protocol {

class RedisDecoder final : public PipelinedDecoder {
 public:
  explicit RedisDecoder(ExchangeSink& sink) : PipelinedDecoder(sink) {}

  void bytes(Side side, std::string_view data) override;
  void gap(Side side, uint64_t count) override;

 private:
  void take_requests(std::string_view data);
  void take_replies(std::string_view data);
  void command_ends();
  void reply_ends();
  void push_ends();

  RedisRequestReader request_;
  RedisReplyReader reply_;
  bool requests_missing_ = false;  ///< there were commands that were not recorded
  bool replies_off_ = false;       ///< CLIENT REPLY OFF
  bool skip_reply_ = false;        ///< CLIENT REPLY SKIP: the next command has no reply
  bool subscriber_ = false;        ///< messages may come instead of replies
  bool stream_ = false;            ///< replication follows
};

}  // namespace weft::protocol
