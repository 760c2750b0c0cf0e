/// `weft export`: a recording in the formats of other tools.
///
///   perfetto-json  slices on threads, spans of tasks and requests, flows of wakes: for Perfetto
///   otlp-json      OpenTelemetry: spans of requests, tasks and exchanges, links of wakes; or histograms
///                  of durations
///   otlp-proto     the same as protobuf
///   dot            the graph of one request, or of all expressions: Graphviz
///   folded         a line for each stack of expressions, with its time: flame graphs
///   csv            a folder with a file for each table of `weft query`
///   sqlite         the same tables as a database
#pragma once

#include <cstdio>
#include <string>

namespace weft::exports {

struct ExportOptions {
  std::string path{};       ///< the trace
  std::string format{};     ///< one of the above
  std::string out_path{};   ///< a file; of csv, a folder
  std::string collector{};  ///< otlp: a URL, in place of out_path
  std::string signal{};     ///< otlp: "traces" (empty), "metrics"
  std::string request{};    ///< dot and folded: only this one, by number or trace ID; empty: all
  bool redact = false;      ///< leaves values out (redaction.h)
  bool use_index = true;
  std::FILE* out = stdout;
  std::FILE* error_out = stderr;
};

/// Returns the exit status: 0; 2 usage, or it cannot be written; 5 the trace is damaged: what is
/// readable was written.
int run_export(const ExportOptions& options);

}  // namespace weft::exports
