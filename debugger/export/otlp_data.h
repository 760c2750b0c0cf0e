/// What OpenTelemetry's protocol (OTLP) says of a recording, apart from how it is encoded.
///
/// Source: opentelemetry-proto 1.x; the names are those of its messages.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace weft::exports {

/// Which of OTLP's services takes it.
enum class OtlpSignal : uint8_t { kTraces, kMetrics };

/// In the order in which they were added; one that has nothing to say is not among them.
class OtlpAttributes {
 public:
  using Value = std::variant<std::string, int64_t>;
  using Pair = std::pair<std::string, Value>;

  void text(std::string key, std::string value) {
    if (!value.empty()) all_.emplace_back(std::move(key), std::move(value));
  }
  void number(std::string key, int64_t value) { all_.emplace_back(std::move(key), value); }

  const std::vector<Pair>& all() const { return all_; }
  auto operator<=>(const OtlpAttributes&) const = default;

 private:
  std::vector<Pair> all_;
};

using OtlpTraceId = std::array<uint8_t, 16>;
/// As a number: OTLP has its bytes from the highest to the lowest. 0: none.
using OtlpSpanId = uint64_t;

struct OtlpLink {
  OtlpTraceId trace{};
  OtlpSpanId span = 0;
  OtlpAttributes attributes;
};

struct OtlpSpan {
  enum class Kind : uint8_t { kInternal = 1, kServer = 2, kClient = 3 };
  enum class Status : uint8_t { kUnset = 0, kOk = 1, kError = 2 };

  OtlpTraceId trace{};
  OtlpSpanId id = 0, parent = 0;
  std::string name;
  Kind kind = Kind::kInternal;
  uint64_t start_ns = 0, end_ns = 0;  ///< since 1970
  OtlpAttributes attributes;
  std::vector<OtlpLink> links;
  uint32_t dropped_links = 0;
  Status status = Status::kUnset;
  std::string status_message;
};

/// One of the values that a histogram counts, and where it came from.
struct OtlpExemplar {
  double value = 0;
  uint64_t time_ns = 0;
  OtlpTraceId trace{};
  OtlpSpanId span = 0;
};

/// Durations in seconds of things that have the same attributes.
struct OtlpHistogramPoint {
  /// Upper bounds of the buckets but the last one: from 10 us to 10 s.
  static constexpr std::array kBounds = {1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2,
                                         3e-2, 0.1,  0.3,  1.0,  3.0,  10.0};

  OtlpAttributes attributes;
  uint64_t count = 0;
  double sum = 0, least = 0, most = 0;
  std::array<uint64_t, kBounds.size() + 1> buckets{};
  std::array<OtlpExemplar, kBounds.size() + 1> exemplars{};  ///< the longest of each bucket
};

struct OtlpMetric {
  std::string name, description;
  std::vector<OtlpHistogramPoint> points;
};

/// What all of it is about.
struct OtlpResource {
  OtlpAttributes attributes;
  uint64_t start_ns = 0, end_ns = 0;  ///< of the recording
};

}  // namespace weft::exports
