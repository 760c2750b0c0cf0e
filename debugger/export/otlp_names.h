/// How OpenTelemetry calls what is in a recording: IDs, times, attributes.
///
/// A request with a trace ID (W3C traceparent) keeps it. Others, and tasks that work for no request, get
/// one that is made of the recording's UUID: an export is the same each time.
///
/// Source of the attributes: semantic conventions 1.27 for HTTP, databases, code and threads.
#pragma once

#include <string>
#include <string_view>

#include "debugger/analysis/questions/analysis.h"
#include "debugger/export/otlp_data.h"

namespace weft::exports {

using namespace analysis;

/// True for the protocols of databases and caches: their exchanges are named as "db.…".
bool is_database(std::string_view protocol);

class OtlpNames {
 public:
  explicit OtlpNames(const Analysis& analysis) : analysis_(analysis), model_(analysis.model()) {}

  OtlpResource resource() const;
  /// Since 1970.
  uint64_t nanoseconds(Ticks time) const;

  /// Of a request, or of what works for none (kNone).
  OtlpTraceId trace(RequestIndex request) const;
  /// The span at the top of what works for the request; 0: there is none.
  OtlpSpanId span(RequestIndex request) const;
  OtlpSpanId span(TaskIndex task) const;
  OtlpSpanId span(ExchangeIndex exchange) const;
  /// The span of another process that asked: only a header that came in names one. 0: none.
  OtlpSpanId caller(const Request& request) const;

  std::string protocol(const Exchange& exchange) const;
  /// What an exchange is an example of, by the conventions of its protocol: few values.
  void describe_kind(OtlpAttributes& attributes, const Exchange& exchange) const;
  /// All that it says about itself.
  void describe(OtlpAttributes& attributes, const Exchange& exchange) const;
  /// Where its code is.
  void describe(OtlpAttributes& attributes, const Place& place) const;

  std::string text(StringIndex index) const { return std::string(model_.strings[index]); }

 private:
  const Analysis& analysis_;
  const Model& model_;
};

}  // namespace weft::exports
