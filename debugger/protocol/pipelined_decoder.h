/// A decoder whose answers come in the order of the requests: what all of these have in common.
#pragma once

#include "debugger/protocol/pipeline.h"

namespace weft::protocol {

class PipelinedDecoder : public Decoder {
 public:
  explicit PipelinedDecoder(ExchangeSink& sink) : pipeline_(sink) {}

  void call_ends(Side side, bool partial) override {
    if (side == Side::kAnswers) {
      pipeline_.answers_call_ends(partial);
    } else if (!partial) {
      requests_lost_ = false;
    }
  }
  void close() override { pipeline_.end_all(kNoAnswer); }
  void no_more_bytes() override {
    if (pipeline_.answers_lost()) pipeline_.end_lost();
  }
  bool given_up() const override { return given_up_; }

 protected:
  void give_up() {
    pipeline_.end_all(kNotUnderstood);
    given_up_ = true;
  }

  Pipeline pipeline_;
  bool requests_lost_ = false;  ///< until the next call
  bool given_up_ = false;
};

}  // namespace weft::protocol
