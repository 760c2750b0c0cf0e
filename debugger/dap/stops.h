/// The breakpoints of the client: which of LLDB's and of weft's stand for each, and what is to be done
/// where one is reached.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "debugger/shell/session/shell.h"

namespace weft::dap {

enum class StopKind : uint8_t { kSource, kFunction, kEvent, kData };

/// How often a breakpoint is passed before it stops: "5" and ">= 5" from the fifth time on, "== 5" only
/// then, "% 5" each fifth time. Empty: always.
class HitCondition {
 public:
  /// An error says what is wrong.
  static Result<HitCondition> parse(const std::string& text);
  bool holds(uint64_t hits) const;

 private:
  enum class Test : uint8_t { kAlways, kFrom, kAfter, kOnly, kEach };
  Test test_ = Test::kAlways;
  uint64_t count_ = 0;
};

struct ClientStop {
  StopKind kind = StopKind::kSource;
  std::string owner{};  ///< kSource: the file; kEvent: the filter
  std::vector<int>
      numbers{};      ///< LLDB's breakpoints; of kData the watchpoint, of kEvent weft's own
  std::string log{};  ///< what is written in place of a stop; empty: it stops
  HitCondition hit_condition{};
  uint64_t hits = 0;
  int64_t id = 0;  ///< for the client
};

class Stops {
 public:
  /// Its number for the client.
  int64_t add(ClientStop stop);
  /// Takes away those of that kind and owner, from LLDB and the shell too.
  void remove(shell::Shell& shell, StopKind kind, const std::string& owner = "");
  /// The one that LLDB's or weft's number stands for; null: it is none of the client's.
  ClientStop* find(StopKind kind, int number);
  const std::vector<ClientStop>& all() const { return stops_; }

 private:
  std::vector<ClientStop> stops_;
  int64_t last_id_ = 0;
};

}  // namespace weft::dap
