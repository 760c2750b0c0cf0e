#include <CLI/CLI.hpp>
#include <memory>

#include "debugger/command/commands.h"
#include "debugger/export/export.h"

namespace weft::command {
namespace {

constexpr const char* kExportDescription = R"(
DESCRIPTION
  Writes what weft has found out about a recording in a format that other tools
  read. FORMAT is

    perfetto-json  Chrome's trace events, for https://ui.perfetto.dev and
                   chrome://tracing: runs of tasks and calls that blocked as
                   slices on threads, lives of tasks and requests as spans,
                   wakes as flow arrows
    otlp-json      OpenTelemetry's OTLP, for collectors and Jaeger: requests,
                   tasks and what they asked of other services as spans, wakes
                   as links; by the semantic conventions for HTTP and databases.
                   --signal metrics: how long they took, as histograms, by kind
                   of request, expression and query; exemplars have trace IDs
    otlp-proto     the same as protobuf
    dot            for Graphviz: which expressions created which; with
                   --request, the graph of one request as weft graph draws it
    folded         for flame graphs: a line for each stack of expressions, with
                   microseconds. The last frame says what the tasks did:
                   [running], [blocked] in a system call, [ready] and not run,
                   [waiting]. Tasks that wait at the same time are all counted.
    csv            a new folder OUT with a file for each table of weft query
    sqlite         a new database OUT with the same tables

  Only you can read what is written. --redact leaves values out, as weft report
  does. OTLP goes to a file, or with --to to a collector by HTTP (not https):
  http://HOST[:PORT][/PATH], by default port 4318 and the path of OTLP.

EXAMPLES
  weft export --format perfetto-json -o shop.json shop.weft
  weft export --format dot --request 41 -o 41.dot shop.weft
  weft export --format folded -o shop.folded shop.weft
  weft export --format otlp-json -o shop.json shop.weft
  weft export --format otlp-proto --to http://localhost:4318 shop.weft
  weft export --format otlp-proto --signal metrics -o shop.bin shop.weft
  weft export --format sqlite -o shop.db shop.weft && sqlite3 shop.db .schema

EXIT STATUS
  0  success
  2  usage, there is no such request, OUT cannot be written, or the collector
     does not take it
  5  the trace is damaged or unfinished; what is readable was written

SEE ALSO
  weft report, weft query, weft graph)";

void add_export_options(CLI::App& app, int& exit_status) {
  auto options = std::make_shared<exports::ExportOptions>();
  app.add_option("FILE", options->path, "The trace")->required()->type_name("");
  app.add_option("--format", options->format, "The format")
      ->required()
      ->check(CLI::IsMember(
          {"perfetto-json", "otlp-json", "otlp-proto", "dot", "folded", "csv", "sqlite"}))
      ->type_name("FORMAT");
  app.add_option("-o,--output", options->out_path, "The file, or the folder")->type_name("FILE");
  app.add_option("--to", options->collector, "otlp: send it to this collector")->type_name("URL");
  app.add_option("--signal", options->signal, "otlp: traces (default) or metrics")
      ->check(CLI::IsMember({"traces", "metrics"}))
      ->type_name("SIGNAL");
  app.add_option("--request", options->request,
                 "dot, folded: only this request (number or trace ID)")
      ->type_name("N");
  app.add_flag("--redact", options->redact, "Leave values out");
  app.callback([options, &exit_status] { exit_status = exports::run_export(*options); });
}

}  // namespace

Command export_command() {
  return {"export", "write a recording in a format of other tools",
          "[OPTIONS] --format FORMAT -o OUT FILE", kExportDescription, add_export_options};
}

}  // namespace weft::command
