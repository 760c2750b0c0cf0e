/// memcached's text protocol: classic commands and meta commands, pipelined.
///
///   set key:1 0 60 3\r\nabc\r\n      STORED\r\n                          "set key:1 <3 bytes>"
///   get key:1 key:2\r\n              VALUE key:1 0 3\r\nabc\r\nEND\r\n   "get key:1 key:2" -> 1 value
///   mg key:1 v\r\n                   VA 3\r\nabc\r\n                     "mg key:1 v" -> <3 bytes>
///
/// Quiet meta commands (flag q), whose answers may be left out, are not understood; nor is the
/// binary protocol, which memcached itself has given up.
#pragma once

#include <string>
#include <string_view>

#include "debugger/protocol/line_reader.h"
#include "debugger/protocol/pipelined_decoder.h"

namespace weft::protocol {

/// Does a connection to memcached begin like this?
bool is_memcached_request(std::string_view first_bytes);

class MemcachedDecoder final : public PipelinedDecoder {
 public:
  explicit MemcachedDecoder(ExchangeSink& sink) : PipelinedDecoder(sink) {}

  void bytes(Side side, std::string_view data) override;
  void gap(Side side, uint64_t count) override;

 private:
  void take_requests(std::string_view data);
  void take_command(std::string_view line);
  void command_ends();
  void take_answers(std::string_view data);
  void take_answer_line(std::string_view line);
  void answer_ends(std::string_view outcome, bool failed);

  LineReader command_{2048};
  uint64_t data_left_ = 0;  ///< bytes of the request's data to come, with its line end
  uint64_t request_bytes_ = 0;
  std::string what_;
  bool no_reply_ = false;
  bool inside_ = false;  ///< a command has begun and not ended

  LineReader answer_{512};
  uint64_t value_left_ = 0;   ///< bytes of the value to come, with its line end
  uint64_t value_bytes_ = 0;  ///< of a meta command's value
  uint64_t answer_bytes_ = 0;
  uint64_t values_ = 0, statistics_ = 0;
  bool meta_value_ = false;  ///< the answer ends with the value
  bool answering_ = false;   ///< an answer has begun and not ended
};

}  // namespace weft::protocol
