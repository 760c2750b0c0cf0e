/// What a W3C traceparent says.
#pragma once

#include <optional>
#include <string_view>

#include "weft/trace/traceparent.h"

namespace weft::analysis {

/// Both in hexadecimal; views of the text that was read.
struct TraceParent {
  std::string_view trace_id;   ///< 32 digits: of the request, in all services that work for it
  std::string_view parent_id;  ///< 16 digits: of the span that asked
};

/// Nothing: by the rules of the W3C it says nothing, and is to be ignored.
constexpr std::optional<TraceParent> parse_traceparent(std::string_view text) {
  if (!trace::is_traceparent(text.data(), text.size())) return std::nullopt;
  return TraceParent{text.substr(trace::kTraceIdAt, trace::kTraceIdDigits),
                     text.substr(trace::kParentIdAt, trace::kParentIdDigits)};
}

}  // namespace weft::analysis
