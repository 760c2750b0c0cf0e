/// All exchanges of a trace: a question and its answer, on a connection of the program's.
///
/// Numbered from 0 in the order in which their requests began. Kept compactly, because there may be
/// millions: 52 bytes each, texts once, 16 bytes for each call that began or ended some.
#pragma once

#include <cstdint>
#include <string_view>

#include "debugger/connections/log/block_list.h"
#include "debugger/connections/log/mark.h"
#include "debugger/connections/log/text_pool.h"
#include "debugger/protocol/exchange_sink.h"
#include "debugger/protocol/protocol.h"

namespace weft::connections {

/// An exchange as callers see it. Texts are bytes of the program or its peers (escape them before
/// they are shown) and stay valid as long as the log.
struct Exchange {
  uint32_t number = 0;
  uint32_t connection = 0;  ///< ConnectionList's number
  protocol::Protocol protocol = protocol::Protocol::kUnknown;
  bool incoming = false;  ///< the program was asked; else it asked
  bool push = false;      ///< no request was seen: a pushed message
  bool asked = false;     ///< the whole request is there
  bool finished = false;  ///< the whole answer is there, or it is known that there is none
  bool failed = false;    ///< as the protocol says (5xx, -ERR, ErrorResponse), or no answer

  Mark ready;  ///< when an event loop was told that the connection has bytes to read
  Mark request_first, request_last;  ///< calls that read (or sent) the first and last byte
  Mark answer_first, answer_last;
  Mark gave_up;  ///< the call that ended the wait for an answer: the connection was closed
  uint64_t request_bytes = 0, answer_bytes = 0;  ///< at most UINT32_MAX

  std::string_view what, outcome;
  std::string_view statement, tables, traceparent;

  /// First and last thing that is known of it.
  Mark begin() const { return request_first ? request_first : answer_first; }
  Mark end() const {
    if (answer_last || gave_up) return answer_last ? answer_last : gave_up;
    return request_last ? request_last : request_first;
  }
};

/// What the last event did to an exchange.
struct ExchangeStep {
  enum class Kind : uint8_t { kRequestBegins, kRequestEnds, kAnswerBegins, kAnswerEnds };
  uint32_t exchange;
  Kind kind;
};

/// Who asks in an exchange.
enum class Asker : uint8_t { kOtherEnd, kProgram };
/// What an exchange begins with: a request, or (kPush) an answer that nobody asked for.
enum class BeginsWith : uint8_t { kRequest, kPush };

class ExchangeLog {
 public:
  static constexpr uint32_t kNone = UINT32_MAX;

  /// @param limit  exchanges that are kept; more are only counted
  explicit ExchangeLog(size_t limit) : limit_(limit), texts_(kMaxTextBytes) {}

  size_t size() const { return records_.size(); }
  Exchange at(size_t number) const;
  /// Exchanges beyond the limit.
  uint64_t left_out() const { return left_out_; }

  // For ConnectionStream.
  uint32_t begin(uint32_t connection, protocol::Protocol protocol, Asker asker, BeginsWith first);
  void mark_ready(uint32_t number, const Mark& mark);
  void mark_request(uint32_t number, const Mark& mark);
  void mark_answer(uint32_t number, const Mark& mark);
  void end_request(uint32_t number, const protocol::RequestText& text);
  void end_answer(uint32_t number, const protocol::AnswerText& text, const Mark& at_least);
  void give_up(uint32_t number, const Mark& mark);

 private:
  static constexpr size_t kMaxTextBytes = 192 * 1024 * 1024;
  enum Flag : uint8_t { kIncoming = 1, kPush = 2, kAsked = 4, kFinished = 8, kFailed = 16 };

  struct Record {
    uint32_t connection, what, outcome, more;
    uint32_t ready, request_first, request_last, answer_first, answer_last, gave_up;
    uint32_t request_bytes, answer_bytes;
    uint8_t flags;
    protocol::Protocol protocol;
  };
  static_assert(sizeof(Record) == 52);
  struct More {
    TextPool::Id statement, tables, traceparent;
  };

  Record* find(uint32_t number);
  /// A Mark in 16 bytes: 40 bits of event, 24 of thread.
  struct PackedMark {
    uint64_t where;
    trace::Ticks time;
  };
  static_assert(sizeof(PackedMark) == 16);
  uint32_t put(const Mark& mark);
  Mark get(uint32_t mark) const;

  size_t limit_;
  uint64_t left_out_ = 0;
  BlockList<Record> records_;
  BlockList<PackedMark> marks_;
  BlockList<More> more_;
  TextPool texts_;
};

}  // namespace weft::connections
