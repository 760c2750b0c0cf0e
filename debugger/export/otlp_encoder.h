/// OTLP as bytes: JSON or protobuf. What a collector takes is a list of elements, each with the resource
/// that it is about: a file holds all of them, a request over HTTP one.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "debugger/export/otlp_data.h"

namespace weft::exports {

class OtlpEncoder {
 public:
  virtual ~OtlpEncoder() = default;

  virtual const char* content_type() const = 0;
  virtual std::string spans(const OtlpResource& resource, std::span<const OtlpSpan> spans) = 0;
  virtual std::string metrics(const OtlpResource& resource,
                              std::span<const OtlpMetric> metrics) = 0;

  // What stands around elements.
  virtual std::string head(OtlpSignal signal) const = 0;
  virtual std::string separator() const = 0;
  virtual std::string tail() const = 0;

  /// What the answer of a collector says that it has not taken; empty: it took all.
  virtual std::string refused(const std::string& answer) const = 0;
};

std::unique_ptr<OtlpEncoder> otlp_json();      // otlp_json.cc
std::unique_ptr<OtlpEncoder> otlp_protobuf();  // otlp_protobuf.cc

}  // namespace weft::exports
