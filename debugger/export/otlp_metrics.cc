// Durations as histograms, each bucket with the trace ID of the longest that it counts:
//
//   http.server.request.duration     requests that came in by HTTP, by method and status
//   weft.request.duration            other requests, by what they ask for or are called
//   weft.task.duration               tasks by expression and outcome
//   http.client.request.duration,
//   db.client.operation.duration,
//   weft.client.exchange.duration    what was asked of others, by what was asked
//
// Only what has ended is counted. The names are those of OpenTelemetry's semantic conventions, where there
// are any.
#include <algorithm>
#include <map>
#include <vector>

#include "debugger/analysis/model/expressions.h"
#include "debugger/export/exporters.h"
#include "debugger/export/otlp_names.h"
#include "debugger/report/text/words.h"

namespace weft::exports {
namespace {

class OtlpMetrics {
 public:
  OtlpMetrics(const Analysis& analysis, OtlpEncoder& encoder, OtlpSink& sink)
      : analysis_(analysis),
        model_(analysis.model()),
        names_(analysis),
        encoder_(encoder),
        sink_(sink) {}

  MetricCounts write() {
    for (const RequestIndex i : model_.requests.numbers()) add_request(i);
    for (const TaskIndex i : model_.tasks.numbers()) add_task(i);
    for (const ExchangeIndex i : model_.exchanges.numbers()) add_exchange(i);
    MetricCounts counts{.metrics = metrics_.size()};
    std::vector<OtlpMetric> all;
    for (auto& [name, points] : metrics_) {
      OtlpMetric& metric = all.emplace_back(name.first, name.second);
      for (auto& [attributes, point] : points) {
        point.attributes = attributes;
        counts.durations += point.count;
        metric.points.push_back(std::move(point));
      }
      counts.points += metric.points.size();
    }
    sink_.put(encoder_.metrics(names_.resource(), all));
    return counts;
  }

 private:
  using Name = std::pair<std::string, std::string>;  ///< and what it is
  using Points = std::map<OtlpAttributes, OtlpHistogramPoint>;

  void add(Points& points, const OtlpAttributes& attributes, Ticks start, Ticks end,
           OtlpExemplar exemplar) {
    exemplar.value = analysis_.seconds(std::max(start, end) - start);
    exemplar.time_ns = names_.nanoseconds(end);
    OtlpHistogramPoint& point = points[attributes];
    point.least = point.count == 0 ? exemplar.value : std::min(point.least, exemplar.value);
    point.most = std::max(point.most, exemplar.value);
    point.sum += exemplar.value;
    ++point.count;
    const auto bound = std::ranges::lower_bound(point.kBounds, exemplar.value);  // value <= bound
    const auto bucket = static_cast<size_t>(bound - point.kBounds.begin());
    if (point.buckets[bucket]++ == 0 || point.exemplars[bucket].value < exemplar.value)
      point.exemplars[bucket] = exemplar;
  }

  void add_request(RequestIndex number) {
    const Request& request = model_.requests[number];
    if (request.kind == RequestKind::kRootTask || request.end == kNone) return;
    OtlpAttributes attributes;
    bool is_http = false;
    if (request.exchange == kNone) {
      attributes.text("weft.request.name", names_.text(request.name));
    } else {
      const Exchange& exchange = model_.exchanges[request.exchange];
      is_http = names_.protocol(exchange) == "http";
      names_.describe_kind(attributes, exchange);
    }
    add(metrics_[is_http ? Name("http.server.request.duration", "Requests that came in by HTTP")
                         : Name("weft.request.duration", "Requests that the program served")],
        attributes, request.start, request.finish,
        {.trace = names_.trace(number), .span = names_.span(number)});
  }

  void add_task(TaskIndex number) {
    const Task& task = model_.tasks[number];
    if (task.kind == TaskKind::kKernelThread || task.ended == kNone) return;
    const Expression& expression = model_.expressions[task.expression];
    OtlpAttributes attributes;
    attributes.text("weft.expression", expression_name(model_, task.expression));
    names_.describe(attributes, model_.places[expression.place]);
    attributes.text("weft.outcome", report::outcome_name(task.outcome));
    add(metrics_[Name("weft.task.duration", "Lives of async tasks, by expression")], attributes,
        task.created_time, task.ended_time,
        {.trace = names_.trace(task.request), .span = names_.span(number)});
  }

  void add_exchange(ExchangeIndex number) {
    const Exchange& exchange = model_.exchanges[number];
    if (exchange.incoming || exchange.last == kNone) return;
    const std::string protocol = names_.protocol(exchange);
    const char* name = protocol == "http"      ? "http.client.request.duration"
                       : is_database(protocol) ? "db.client.operation.duration"
                                               : "weft.client.exchange.duration";
    OtlpAttributes attributes;
    names_.describe_kind(attributes, exchange);
    add(metrics_[Name(name, "What was asked of others")], attributes, exchange.start,
        exchange.finish, {.trace = names_.trace(exchange.request), .span = names_.span(number)});
  }

  const Analysis& analysis_;
  const Model& model_;
  OtlpNames names_;
  OtlpEncoder& encoder_;
  OtlpSink& sink_;
  std::map<Name, Points> metrics_;
};

}  // namespace

MetricCounts write_otlp_metrics(const Analysis& analysis, OtlpEncoder& encoder, OtlpSink& sink) {
  return OtlpMetrics(analysis, encoder, sink).write();
}

}  // namespace weft::exports
