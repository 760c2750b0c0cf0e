/// Where OTLP goes, element by element (otlp_encoder.h): a file, or a collector.
#pragma once

#include <memory>
#include <string>

#include "debugger/export/otlp_encoder.h"
#include "debugger/report/output/output_file.h"

namespace weft::exports {

class OtlpSink {
 public:
  virtual ~OtlpSink() = default;
  /// A failure is told by finish(); nothing is sent after it.
  virtual void put(const std::string& element) = 0;
  virtual Status finish() = 0;
  /// "shop.json", "http://localhost:4318/v1/traces".
  virtual std::string name() const = 0;
};

/// Only its owner can read it, and it is there as a whole or not at all.
Result<std::unique_ptr<OtlpSink>> otlp_file(const std::string& path, OtlpSignal signal,
                                            const OtlpEncoder& encoder);

/// Sends each element to a collector, by HTTP. `url` is "http://HOST[:PORT][/PATH]"; without a port that
/// of OTLP, 4318; without a path that of the signal, /v1/traces.
Result<std::unique_ptr<OtlpSink>> otlp_collector(const std::string& url, OtlpSignal signal,
                                                 const OtlpEncoder& encoder);

}  // namespace weft::exports
