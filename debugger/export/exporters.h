/// The exporters: each writes all of its format to a file that is open.
#pragma once

#include <string>

#include "debugger/analysis/questions/analysis.h"
#include "debugger/export/otlp_encoder.h"
#include "debugger/export/otlp_sink.h"
#include "debugger/report/output/output_file.h"

namespace weft::exports {

using namespace analysis;

/// What was written, for the message and the tests.
struct Counts {
  uint64_t slices = 0;  ///< runs and blocked calls on threads
  uint64_t tasks = 0;
  uint64_t requests = 0;
  uint64_t flows = 0;  ///< wakes
};

// chrome_trace.cc
Counts write_chrome_trace(const Analysis& analysis, report::OutputFile& file);
// otlp_spans.cc; of the counts, `slices` are exchanges that the program asked
Counts write_otlp_spans(const Analysis& analysis, OtlpEncoder& encoder, OtlpSink& sink);
// otlp_metrics.cc
struct MetricCounts {
  uint64_t metrics = 0;
  uint64_t points = 0;     ///< histograms: of each set of attributes
  uint64_t durations = 0;  ///< that they count
};
MetricCounts write_otlp_metrics(const Analysis& analysis, OtlpEncoder& encoder, OtlpSink& sink);
// expression_graph.cc
void write_expression_graph(const Analysis& analysis, report::OutputFile& file);
// folded_stacks.cc; `request` kNone: all tasks
void write_folded_stacks(const Analysis& analysis, RequestIndex request, report::OutputFile& file);
// csv_tables.cc
Status write_csv_tables(const Analysis& analysis, const std::string& folder);

}  // namespace weft::exports
