/// RESP2 and RESP3: commands and their replies, pipelined, with pushed messages in between.
#pragma once

#include "debugger/protocol/pipeline.h"
#include "debugger/protocol/redis/redis_reply.h"
#include "debugger/protocol/redis/redis_request.h"

namespace weft::protocol {

class RedisDecoder final : public Decoder {
 public:
  explicit RedisDecoder(ExchangeSink& sink) : pipeline_(sink) {}

  void bytes(Side side, std::string_view data) override;
  void gap(Side side, uint64_t count) override;
  void call_ends(Side side, bool partial) override;
  void close() override { pipeline_.end_all(kNoAnswer); }
  void no_more_bytes() override;
  bool given_up() const override { return given_up_; }

 private:
  void take_requests(std::string_view data);
  void take_replies(std::string_view data);
  void command_ends();
  void reply_ends();
  void push_ends();
  void give_up();

  Pipeline pipeline_;
  RedisRequestReader request_;
  RedisReplyReader reply_;
  bool requests_lost_ = false;
  bool requests_missing_ = false;  ///< there were commands that were not recorded
  bool replies_off_ = false;       ///< CLIENT REPLY OFF
  bool skip_reply_ = false;        ///< CLIENT REPLY SKIP: the next command has no reply
  bool subscriber_ = false;        ///< messages may come instead of replies
  bool stream_ = false;            ///< replication follows
  bool given_up_ = false;
};

}  // namespace weft::protocol
