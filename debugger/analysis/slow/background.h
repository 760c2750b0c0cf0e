/// What ran at the same time as something else: exchanges of others and of nobody, by their texts,
/// and how near to one of them something was.
#pragma once

#include <map>
#include <span>
#include <utility>
#include <vector>

#include "debugger/analysis/questions/request_groups.h"

namespace weft::analysis {

class Background {
 public:
  struct Run {
    Ticks from{}, to{};
    RequestIndex request = kNone;  ///< that it belongs to
    friend auto operator<=>(const Run&, const Run&) = default;
  };

  Background(const Model& model, const RequestGroups& groups);

  /// Texts of the exchanges: "UPDATE orders".
  std::vector<StringIndex> names() const;
  /// Its runs, sorted.
  std::span<const Run> runs(StringIndex what) const;
  /// Ticks between [start, end] and the nearest run of it that is not `except`'s; 0: they overlap.
  Ticks distance(StringIndex what, Ticks start, Ticks end, RequestIndex except) const;

 private:
  void keep_longest(std::map<StringIndex, std::vector<Run>>& all);

  std::map<StringIndex, std::vector<Run>> runs_;
};

}  // namespace weft::analysis
