/// Where did the line before this one begin? Out of the line starts that the program came by, in
/// order, in the function in focus and in its caller.
///
///   caller 30 | f 14  15  16  15  16  18 | now at f 19
///                                    └── the line before: reverse-next goes here
///
/// A line's code may have several starts; passed one after the other they are one run, and the run
/// begins at its first. A function's first instruction is no line, but says that a new call of the
/// function begins: what was noted of it before belongs to an earlier call.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "debugger/shell/source/source_debugger.h"
#include "debugger/travel/traveller.h"

namespace weft::shell {

class LineRuns {
 public:
  LineRuns(const FrameLines& frame, const std::optional<FrameLines>& caller);

  /// All addresses to stop at.
  const std::set<Address>& addresses() const { return addresses_; }
  void add(const travel::Hit& hit);

  struct Answer {
    travel::Instant instant;
    bool certain;  ///< the run's beginning was seen; else look from earlier
  };
  std::optional<Answer> answer() const;

 private:
  struct Run {
    uint32_t line;
    travel::Instant first;
  };
  struct Frame {
    FrameLines lines;
    std::vector<Run> runs{};
    bool began = false;  ///< its call was seen
    bool add(const travel::Hit& hit);
    std::optional<Answer> last() const;
  };
  static uint32_t line_at(const FrameLines& lines, Address address);

  std::set<Address> addresses_;
  Frame frame_;
  std::optional<Frame> caller_;
};

}  // namespace weft::shell
