#include "debugger/report/graph/graph.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>

#include "debugger/report/graph/graph_model.h"
#include "debugger/report/text/opening.h"
#include "replayer/inspect/escape.h"

namespace weft::report {

namespace {

constexpr size_t kTraceIdDigits = 32;

/// By number, or by trace ID: "41", "4bf92f3577b34da6a3ce929d0e0e4736", a whole traceparent.
std::optional<RequestIndex> find_request(const Model& model, const std::string& text) {
  uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && end == text.data() + text.size()) {
    if (number == 0 || number > model.requests.size()) return std::nullopt;
    return RequestIndex(number - 1);
  }
  if (text.size() < kTraceIdDigits) return std::nullopt;
  for (const RequestIndex i : model.requests.numbers()) {
    const std::string_view known = model.strings[model.requests[i].traceparent];
    if (known.find(text) != std::string_view::npos) return i;
  }
  return std::nullopt;
}

Error no_such_request(const Model& model, const GraphOptions& options) {
  const std::string name = inspect::printable(options.request);
  if (model.requests.empty())
    return {ErrorClass::kUsage,
            fmt::format("there is no request {}: {} holds no requests", name, options.path),
            "weft info says what is in it"};
  return {ErrorClass::kUsage,
          fmt::format("there is no request {}: {} holds requests 1 to {}", name, options.path,
                      model.requests.size()),
          "weft requests lists them"};
}

}  // namespace

int run_graph(const GraphOptions& options) {
  auto analysis = Analysis::open(options.path, {.use_index = options.use_index});
  if (!analysis) return inspect::fail(analysis.error(), options.error_out);
  const Model& model = analysis->model();
  if (model.requests.empty() && !analysis->has_async_events())
    return found_nothing(*analysis, no_async_events(*analysis, kNorExchanges), options.error_out);
  const auto request = find_request(model, options.request);
  if (!request) return inspect::fail(no_such_request(model, options), options.error_out);
  const RequestGroups groups(model);
  const Graph graph = make_graph(*analysis, groups, *request, options.all);
  put(options.format == "dot"    ? graph_dot(*analysis, graph)
      : options.format == "json" ? graph_json(*analysis, graph)
                                 : graph_text(*analysis, graph, options.screen),
      options.out);
  return finish(*analysis, options.error_out);
}

}  // namespace weft::report
