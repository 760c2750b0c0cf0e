#include "debugger/export/export.h"

#include <fmt/format.h>

#include "debugger/export/exporters.h"
#include "debugger/query/save_tables.h"
#include "debugger/report/graph/graph_model.h"
#include "debugger/report/text/opening.h"
#include "debugger/report/text/request_texts.h"
#include "replayer/inspect/escape.h"
#include "weft/base/human_text.h"

namespace weft::exports {

namespace {

/// Writes one file in a format that is one file. Returns what there is to say about it.
std::string write_format(const Analysis& analysis, const std::string& format, RequestIndex request,
                         report::OutputFile& file) {
  if (format == "perfetto-json") {
    const Counts counts = write_chrome_trace(analysis, file);
    return fmt::format("{} slices, {} tasks, {} requests, {} wakes", counts.slices, counts.tasks,
                       counts.requests, counts.flows);
  }
  if (format == "folded") {
    write_folded_stacks(analysis, request, file);
  } else if (request == kNone) {
    write_expression_graph(analysis, file);
  } else {
    const RequestGroups groups(analysis.model());
    file.write(report::graph_dot(analysis, report::make_graph(analysis, groups, request, false)));
  }
  return bytes_text(file.bytes());
}

bool is_otlp(const ExportOptions& options) {
  return options.format == "otlp-json" || options.format == "otlp-proto";
}

/// What was written, and where it went.
struct Written {
  std::string place, what;
};

Result<Written> write_otlp(const Analysis& analysis, const ExportOptions& options) {
  const auto encoder = options.format == "otlp-json" ? otlp_json() : otlp_protobuf();
  const OtlpSignal signal =
      options.signal == "metrics" ? OtlpSignal::kMetrics : OtlpSignal::kTraces;
  auto sink = options.collector.empty() ? otlp_file(options.out_path, signal, *encoder)
                                        : otlp_collector(options.collector, signal, *encoder);
  if (!sink) return sink.error();
  std::string what;
  if (signal == OtlpSignal::kMetrics) {
    const MetricCounts counts = write_otlp_metrics(analysis, *encoder, **sink);
    what = fmt::format("{} metrics: {} histograms of {} durations", counts.metrics, counts.points,
                       counts.durations);
  } else {
    const Counts counts = write_otlp_spans(analysis, *encoder, **sink);
    what = fmt::format("{} spans: {} requests, {} tasks, {} exchanges; {} links",
                       counts.requests + counts.tasks + counts.slices, counts.requests,
                       counts.tasks, counts.slices, counts.flows);
  }
  if (const Status status = (*sink)->finish(); !status) return status.error();
  return Written{(*sink)->name(), what};
}

Result<Written> write_out(const Analysis& analysis, const ExportOptions& options,
                          RequestIndex request) {
  if (options.format == "csv" || options.format == "sqlite") {
    const Status status = options.format == "csv" ? write_csv_tables(analysis, options.out_path)
                                                  : query::save_tables(analysis, options.out_path);
    if (!status) return status.error();
    return Written{options.out_path, "the tables of weft query"};
  }
  if (is_otlp(options)) return write_otlp(analysis, options);
  auto file = report::OutputFile::open(options.out_path);
  if (!file) return file.error();
  const std::string what = write_format(analysis, options.format, request, *file);
  if (const Status status = file->finish(); !status) return status.error();
  return Written{options.out_path, what};
}

/// Options that do not go together.
Status check_options(const ExportOptions& options) {
  const auto wrong = [](const std::string& what, const char* hint) {
    return Error{ErrorClass::kUsage, what, hint};
  };
  const bool takes_request = options.format == "dot" || options.format == "folded";
  if (!options.request.empty() && !takes_request)
    return wrong("--request is not for --format " + options.format,
                 "Leave it out, or choose dot or folded");
  for (const auto& [given, name] :
       {std::pair(options.collector, "--to"), std::pair(options.signal, "--signal")}) {
    if (!given.empty() && !is_otlp(options))
      return wrong(fmt::format("{} is not for --format {}", name, options.format),
                   "Leave it out, or choose otlp-json or otlp-proto");
  }
  if (options.collector.empty() == options.out_path.empty())
    return wrong(options.collector.empty() ? "it is not said where to write to"
                                           : "-o and --to are both given",
                 is_otlp(options) ? "Give -o FILE, or --to URL" : "Give -o FILE");
  return {};
}

}  // namespace

int run_export(const ExportOptions& options) {
  if (const Status checked = check_options(options); !checked)
    return inspect::fail(checked.error(), options.error_out);
  if (!options.out_path.empty() && report::is_same_file(options.path, options.out_path))
    return inspect::fail(
        {ErrorClass::kUsage, inspect::printable(options.out_path) + " is the trace itself",
         "Give -o another file"},
        options.error_out);
  auto analysis =
      Analysis::open(options.path, {.use_index = options.use_index, .redact = options.redact});
  if (!analysis) return inspect::fail(analysis.error(), options.error_out);
  RequestIndex request = kNone;
  if (!options.request.empty()) {
    const auto found = report::find_request(analysis->model(), options.request);
    if (!found)
      return inspect::fail(report::no_such_request(*analysis, options.request), options.error_out);
    request = *found;
  }
  const auto written = write_out(*analysis, options, request);
  if (!written) return inspect::fail(written.error(), options.error_out);
  report::put(fmt::format("weft: {} {} ({})\n", options.collector.empty() ? "wrote" : "sent to",
                          inspect::printable(written->place), written->what),
              options.out);
  return report::finish(*analysis, options.error_out);
}

}  // namespace weft::exports
