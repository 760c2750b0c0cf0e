#include "debugger/report/graph/graph.h"

#include "debugger/report/graph/find_request.h"
#include "debugger/report/graph/graph_model.h"
#include "debugger/report/text/opening.h"

namespace weft::report {

int run_graph(const GraphOptions& options) {
  auto analysis = Analysis::open(options.path, {.use_index = options.use_index});
  if (!analysis) return inspect::fail(analysis.error(), options.error_out);
  const Model& model = analysis->model();
  if (model.requests.empty() && !analysis->has_async_events())
    return found_nothing(*analysis, no_async_events(*analysis, kNorExchanges), options.error_out);
  const auto request = find_request(*analysis, options.request);
  if (!request) return inspect::fail(request.error(), options.error_out);
  const RequestGroups groups(model);
  const Graph graph = make_graph(*analysis, groups, *request, options.all);
  put(options.format == "dot"    ? graph_dot(*analysis, graph)
      : options.format == "json" ? graph_json(*analysis, graph)
                                 : graph_text(*analysis, graph, options.screen),
      options.out);
  return finish(*analysis, options.error_out);
}

}  // namespace weft::report
