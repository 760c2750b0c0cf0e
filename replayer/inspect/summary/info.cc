#include "replayer/inspect/summary/info.h"

#include <span>
#include <vector>

#include "replayer/inspect/failure.h"
#include "replayer/inspect/summary/trace_report.h"
#include "replayer/trace/trace_reader.h"
#include "weft/base/wrapped_text.h"

namespace weft::inspect {

using trace::TraceReader;

namespace {

/// Reads all that can be read; the error of the first chunk that can't is put into the report.
void summarize(TraceReader& reader, const std::string& path, TraceReport& report) {
  if (reader.info().processor.level != cpu::Level::kUnknown)
    report.summary.questions_are_recorded();
  std::vector<std::byte> buffer(trace::kMaxChunkRawBytes);
  for (const trace::ChunkRef& chunk : reader.chunks()) {
    const auto events = std::span(buffer).first(chunk.raw_bytes);
    if (const Status status = reader.decode(chunk, events); !status) {
      report.damage = status.error();
      break;
    }
    for (trace::EventCursor at(events, chunk.first_event); !at.done(); at.next())
      report.summary.add(at.index().value(), at.event());
    report.stored_bytes += chunk.stored_bytes;
    report.content_bytes += chunk.content_bytes;
    report.raw_bytes += chunk.raw_bytes;
  }
  report.summary.finish();
  if (!report.damage && reader.tail_damage())
    report.damage = Error{ErrorClass::kBadTrace, path + ": " + *reader.tail_damage(), ""};
}

}  // namespace

int run_info(const InfoOptions& options) {
  auto reader = TraceReader::open(options.path);
  if (!reader) return fail(reader.error(), options.error_out);
  TraceReport report{.reader = *reader};
  summarize(*reader, options.path, report);
  if (reader->tree().processes().size() > 1) report.processes = trace::list_processes(*reader);
  if (options.count_async) report.async = options.count_async(options.path);
  const std::string text = options.json
                               ? json_of(report, options.path)
                               : text_of(report, options.path, screen_columns(options.out));
  std::fwrite(text.data(), 1, text.size(), options.out);
  std::fflush(options.out);
  return report.damage ? fail(*report.damage, options.error_out) : 0;
}

}  // namespace weft::inspect
