/// PostgreSQL, protocol 3.0. An exchange is what the server answers with one ReadyForQuery:
///
///   Query                                    a simple query
///   Parse, Bind, Describe, Execute ... Sync  the extended one; named after what is executed
///   startup ... ReadyForQuery                "connect user=app database=shop"
///   SSLRequest, GSSENCRequest                answered by one byte
#pragma once

#include "debugger/protocol/pipelined_decoder.h"
#include "debugger/protocol/postgres/postgres_frame.h"
#include "debugger/protocol/postgres/postgres_statements.h"

namespace weft::protocol {

class PostgresDecoder final : public PipelinedDecoder {
 public:
  explicit PostgresDecoder(ExchangeSink& sink) : PipelinedDecoder(sink) {
    requests_.expect_untyped();
  }

  void bytes(Side side, std::string_view data) override;
  void gap(Side side, uint64_t count) override;
  void call_ends(Side side, bool partial) override;
  void close() override { pipeline_.end_all(outcome_.empty() ? kNoAnswer : outcome_); }

 private:
  void take_requests(std::string_view data);
  void take_answers(std::string_view data);
  bool begin_request();
  void request_frame();
  void startup_frame();
  void extended_frame();
  void end_cycle(std::string_view sql, std::string_view prefix);
  void answer_frame();
  void take_error();
  void take_notification();
  void one_byte_answer(char answer);
  void end_answer();
  void give_up();

  PostgresFrames requests_;
  PostgresFrames answers_;
  PostgresStatements statements_;
  std::string sql_;     ///< of the cycle that is open: what is executed first
  std::string parsed_;  ///< ... what is parsed first
  uint64_t executions_ = 0;
  uint64_t request_bytes_ = 0;
  std::string outcome_;  ///< of the answer that is being read
  bool failed_ = false;
  bool cycle_open_ = false;
};

}  // namespace weft::protocol
