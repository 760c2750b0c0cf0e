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
  if (format == "otlp-json") {
    const Counts counts = write_otlp_spans(analysis, file);
    return fmt::format("{} spans: {} requests, {} tasks, {} exchanges; {} links",
                       counts.requests + counts.tasks + counts.slices, counts.requests,
                       counts.tasks, counts.slices, counts.flows);
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

Result<std::string> write_out(const Analysis& analysis, const ExportOptions& options,
                              RequestIndex request) {
  if (options.format == "csv" || options.format == "sqlite") {
    const Status status = options.format == "csv" ? write_csv_tables(analysis, options.out_path)
                                                  : query::save_tables(analysis, options.out_path);
    if (!status) return status.error();
    return std::string("the tables of weft query");
  }
  auto file = report::OutputFile::open(options.out_path);
  if (!file) return file.error();
  const std::string said = write_format(analysis, options.format, request, *file);
  if (const Status status = file->finish(); !status) return status.error();
  return said;
}

}  // namespace

int run_export(const ExportOptions& options) {
  if (report::is_same_file(options.path, options.out_path))
    return inspect::fail(
        {ErrorClass::kUsage, inspect::printable(options.out_path) + " is the trace itself",
         "Give -o another file"},
        options.error_out);
  const bool takes_request = options.format == "dot" || options.format == "folded";
  if (!options.request.empty() && !takes_request)
    return inspect::fail({ErrorClass::kUsage, "--request is not for --format " + options.format,
                          "Leave it out, or choose dot or folded"},
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
  const auto said = write_out(*analysis, options, request);
  if (!said) return inspect::fail(said.error(), options.error_out);
  report::put(fmt::format("weft: wrote {} ({})\n", inspect::printable(options.out_path), *said),
              options.out);
  return report::finish(*analysis, options.error_out);
}

}  // namespace weft::exports
