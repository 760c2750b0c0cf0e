/// The figures of several recordings of one version, beside those of another.
///
/// One recording a side tells what changed, but not how much two runs of the same version differ.
/// With more, that is known: what is beyond the noise lies outside of everything that the other
/// side did. Where only one side has several, what lies within its range is noise, and of the rest
/// it is not known.
///
///   A   1.1  1.2  1.3                 A   1.1  1.2  1.3
///   B             1.3  1.4            B                  1.5  1.6
///       overlap: within the noise         apart: beyond it
#pragma once

#include <map>
#include <string>
#include <vector>

#include "debugger/analysis/questions/analysis.h"

namespace weft::report {

enum class Measure : uint8_t {
  kCount,      ///< tasks, or requests
  kMedian,     ///< seconds that one took
  kSlowest,    ///< 99th percentile
  kRunning,    ///< seconds that one ran, on average
  kBlocked,    ///< ... was in calls that blocked
  kReady,      ///< ... was ready and did not run
  kWaiting,    ///< ... waited
  kWholeTime,  ///< seconds of the recording
  kEvents,
};
inline constexpr uint8_t kMeasures = 9;
/// A smaller change of a mean, relative to the larger one, is not looked at, noise or not.
inline constexpr double kLeastChange = 0.02;
const char* measure_name(Measure measure);
bool is_seconds(Measure measure);

/// What is measured: an expression ("fetch (shop.cc)"), "requests", "the recording".
struct FigureKey {
  std::string what;
  Measure measure = Measure::kCount;
  friend auto operator<=>(const FigureKey&, const FigureKey&) = default;
};
/// One value for each recording that has it; of counts for all of them: what does not occur in a
/// recording ran zero times.
using Figures = std::map<FigureKey, std::vector<double>>;

/// Of one more recording.
void add_figures(const analysis::Analysis& analysis, Figures& figures);

enum class Verdict : uint8_t {
  kOnlyBefore,
  kOnlyAfter,
  kBeyondNoise,
  kWithinNoise,
  kNoiseUnknown,  ///< a side has one value only
};

struct Change {
  FigureKey key{};
  std::vector<double> before{}, after{};
  Verdict verdict = Verdict::kWithinNoise;
  double size = 0;  ///< in seconds of all tasks together; of counts, 0

  double mean_before() const;
  double mean_after() const;
};

/// What differs, the largest first; what is the same in all recordings is left out, and changes of
/// less than kLeastChange.
std::vector<Change> compare(const Figures& before, const Figures& after);

}  // namespace weft::report
