#include "debugger/report/graph/find_request.h"

#include <fmt/format.h>

#include <charconv>

#include "debugger/report/text/words.h"
#include "replayer/inspect/escape.h"

namespace weft::report {

namespace {

constexpr size_t kTraceIdDigits = 32;

Error no_such_request(const Analysis& analysis, const std::string& text) {
  const std::string name = inspect::printable(text);
  const size_t requests = analysis.model().requests.size();
  if (requests == 0)
    return {
        ErrorClass::kUsage,
        fmt::format("there is no request {}: {} holds no requests", name, analysis.trace_path()),
        "weft info says what is in it"};
  return {ErrorClass::kUsage,
          fmt::format("there is no request {}: {} holds requests 1 to {}", name,
                      analysis.trace_path(), requests),
          "weft requests lists them"};
}

}  // namespace

Result<RequestIndex> find_request(const Analysis& analysis, const std::string& text) {
  const Model& model = analysis.model();
  uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && end == text.data() + text.size()) {
    if (number == 0 || number > model.requests.size()) return no_such_request(analysis, text);
    return RequestIndex(number - 1);
  }
  if (text.size() < kTraceIdDigits) return no_such_request(analysis, text);
  for (const RequestIndex i : model.requests.numbers()) {
    const std::string_view known = model.strings[model.requests[i].traceparent];
    if (known.find(text) != std::string_view::npos) return i;
  }
  return no_such_request(analysis, text);
}

}  // namespace weft::report
