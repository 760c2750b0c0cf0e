/// The figures of several recordings of one version, beside those of another.
///
/// One recording a side tells what changed, but not how much two runs of the same version differ.
/// With more, that is known: what is beyond the noise lies outside of everything that the other
/// side did.
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
const char* measure_name(Measure measure);
bool is_seconds(Measure measure);

/// What is measured: an expression ("fetch (shop.cc)"), "requests", "the recording".
struct FigureKey {
  std::string what;
  Measure measure = Measure::kCount;
  friend auto operator<=>(const FigureKey&, const FigureKey&) = default;
};
/// One value for each recording that has it.
using Figures = std::map<FigureKey, std::vector<double>>;

void add_figures(const analysis::Analysis& analysis, Figures& figures);

enum class Verdict : uint8_t {
  kOnlyBefore,
  kOnlyAfter,
  kBeyondNoise,
  kWithinNoise,
  kNoiseUnknown,  ///< one recording a side
};

struct Change {
  FigureKey key{};
  std::vector<double> before{}, after{};
  Verdict verdict = Verdict::kWithinNoise;
  double size = 0;  ///< in seconds of all tasks together; of counts, 0

  double mean_before() const;
  double mean_after() const;
};

/// What differs, the largest first; what is the same in all recordings is left out.
std::vector<Change> compare(const Figures& before, const Figures& after, size_t recordings_before,
                            size_t recordings_after);

}  // namespace weft::report
