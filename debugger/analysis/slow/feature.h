/// By what slow requests can be told apart from others: a feature, or two together.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "debugger/analysis/model/model.h"

namespace weft::analysis {

enum class FeatureKind : uint8_t {
  kTable,        ///< an SQL table that its exchanges name
  kExchange,     ///< an exchange of this text
  kLongestWait,  ///< its longest exchange names this SQL table
  kExpression,   ///< a task of this expression
  kBackground,   ///< an exchange that was not its own, at the same time
  kTime,         ///< it began in one of these spans of time
};

struct Feature {
  FeatureKind kind = FeatureKind::kTable;
  StringIndex text = kNone;            ///< of kTable, kExchange, kLongestWait, kBackground
  ExpressionIndex expression = kNone;  ///< kExpression
  Ticks within{};                      ///< kBackground: so far apart at most; 0: they overlap
  std::vector<std::pair<Ticks, Ticks>> spans{};  ///< kTime
};

/// A request has it if it has all of its features.
struct Difference {
  std::vector<Feature> features{};  ///< one, or two
  uint32_t slow = 0, others = 0;    ///< how many have it
};

/// What chance does more often is not believed.
inline constexpr double kMayBeChance = 0.1;

}  // namespace weft::analysis
