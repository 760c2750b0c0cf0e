/// For libFuzzer targets of the protocol decoders: any bytes, in any pieces, with any gaps.
///
/// An input is a list of calls, each a byte (bit 0: the answers' side, bit 1: a gap follows, bit 2:
/// a partial call, bit 3: twice as many bytes), a byte with the count of bytes, the bytes, and a
/// byte with the size of the gap (squared). A finding is a crash, a sanitizer report, a text beyond
/// its limit, an exchange that is told out of order, or more than a few seconds.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "debugger/protocol/detect/detect.h"

namespace weft::protocol::fuzz {

/// Holds decoders to what exchange_sink.h promises.
class StrictSink final : public ExchangeSink {
 public:
  uint32_t begin_request() override { return add({}); }
  void end_request(uint32_t id, const RequestText& text, When) override {
    check(id < seen_.size() && !seen_[id].asked && !seen_[id].done);
    check(text.what.size() <= kMaxWhat + 40 && text.statement.size() <= kMaxStatement);
    check(text.tables.size() <= kMaxTables && text.traceparent.size() <= 64);
    seen_[id].asked = true;
  }
  void begin_answer(uint32_t id) override {
    check(id < seen_.size() && !seen_[id].answering && !seen_[id].done);
    seen_[id].answering = true;
  }
  void end_answer(uint32_t id, const AnswerText& text, When when) override {
    check(id < seen_.size() && !seen_[id].done);
    check(when == When::kBefore || seen_[id].answering);
    check(text.outcome.size() <= kMaxOutcome + 40);
    seen_[id].done = true;
  }
  void request_goes_on(uint32_t id) override { check(id < seen_.size() && !seen_[id].done); }
  void answer_goes_on(uint32_t id) override {
    check(id < seen_.size() && seen_[id].answering && !seen_[id].done);
  }
  uint32_t begin_push(std::string_view what) override {
    check(what.size() <= kMaxWhat);
    return add({.asked = true});
  }

  void expect_all_done() const {
    check(std::all_of(seen_.begin(), seen_.end(), [](const Seen& one) { return one.done; }));
  }

 private:
  struct Seen {
    bool asked = false, answering = false, done = false;
  };
  static void check(bool promise) {
    if (!promise) std::abort();
  }
  uint32_t add(Seen seen) {
    seen_.push_back(seen);
    return static_cast<uint32_t>(seen_.size() - 1);
  }
  std::vector<Seen> seen_;
};

inline void talk(Protocol protocol, const uint8_t* data, size_t bytes) {
  StrictSink sink;
  const auto decoder = make_decoder(protocol, sink);
  std::string_view rest(reinterpret_cast<const char*>(data), bytes);
  while (rest.size() >= 2) {
    const auto how = static_cast<uint8_t>(rest[0]);
    const size_t count = (static_cast<uint8_t>(rest[1]) << ((how & 8) != 0 ? 1 : 0)) + 0u;
    rest.remove_prefix(2);
    const std::string_view part = rest.substr(0, count);
    rest.remove_prefix(part.size());
    const Side side = (how & 1) != 0 ? Side::kAnswers : Side::kRequests;
    decoder->bytes(side, part);
    if ((how & 2) != 0 && !rest.empty()) {
      const auto gap = static_cast<uint64_t>(static_cast<uint8_t>(rest[0]));
      decoder->gap(side, gap * gap);
      rest.remove_prefix(1);
    }
    decoder->call_ends(side, (how & 4) != 0);
  }
  decoder->no_more_bytes();
  decoder->close();
  sink.expect_all_done();
}

}  // namespace weft::protocol::fuzz
