/// The lines that the program wrote while it worked for each request, for the page. A pass over the events.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "debugger/analysis/questions/analysis.h"

namespace weft::page {

using namespace analysis;

class RequestLogs {
 public:
  static constexpr size_t kMostLines = 300;       ///< of a request: the first ones
  static constexpr size_t kMostLineBytes = 500;   ///< of a line
  static constexpr size_t kMostBytes = 16 << 20;  ///< of all lines

  struct Line {
    EventIndex event;
    Ticks time{};
    TaskIndex task = kNone;
    ThreadNumber thread{0};
    std::string stream, text;
    uint64_t missing = 0;  ///< bytes of it that are not in `text`
  };
  struct Lines {
    std::vector<Line> kept;
    uint64_t left_out = 0;  ///< later ones
  };

  /// What cannot be read is left out: the analysis says so.
  explicit RequestLogs(const Analysis& analysis);

  /// Null: it wrote none.
  const Lines* of(RequestIndex request) const;

 private:
  std::unordered_map<RequestIndex, Lines> lines_;
};

}  // namespace weft::page
