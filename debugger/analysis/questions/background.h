/// What ran in the background: exchanges of root tasks and of nobody, by their texts, and how near
/// to one of them something else was.
#pragma once

#include <map>
#include <span>
#include <utility>
#include <vector>

#include "debugger/analysis/questions/request_groups.h"

namespace weft::analysis {

class Background {
 public:
  Background(const Model& model, const RequestGroups& groups);

  /// Texts of the exchanges: "UPDATE orders".
  std::vector<StringIndex> names() const;
  /// Its runs from start to end, sorted.
  std::span<const std::pair<Ticks, Ticks>> runs(StringIndex what) const;
  /// Ticks between [start, end] and the nearest run of it; 0: they overlap.
  Ticks distance(StringIndex what, Ticks start, Ticks end) const;

 private:
  std::map<StringIndex, std::vector<std::pair<Ticks, Ticks>>> runs_;  ///< sorted by start
};

}  // namespace weft::analysis
