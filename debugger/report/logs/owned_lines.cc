#include "debugger/report/logs/owned_lines.h"

#include <span>
#include <vector>

#include "replayer/trace/trace_reader.h"
#include "weft/trace/chunk_format.h"

namespace weft::report {
namespace {

using namespace analysis;

OwnedLine owned(const Analysis& analysis, const LogLine& line) {
  const EventIndex event = line.line.first.event;
  const TaskIndex task = analysis.current_task(line.line.first.thread, event);
  if (task == kNone) return {line, kNone, kNone};
  const bool is_thread = analysis.model().tasks[task].id == kNone;
  // At the write itself: just before it, the request may still have been open.
  return {line, is_thread ? TaskIndex() : task, analysis.request_of(task, event + 1)};
}

}  // namespace

Status read_owned_lines(const Analysis& analysis,
                        const std::function<void(const OwnedLine& line)>& take) {
  LogReader lines([&](const LogLine& line) { take(owned(analysis, line)); });
  auto reader = trace::TraceReader::open(analysis.trace_path());
  if (!reader) return reader.error();
  std::vector<std::byte> buffer(trace::kMaxChunkRawBytes);
  for (const trace::ChunkRef& chunk : reader->chunks()) {
    const auto events = std::span(buffer).first(chunk.raw_bytes);
    if (!reader->decode(chunk, events)) break;
    for (trace::EventCursor at(events, chunk.first_event); !at.done(); at.next())
      lines.add(at.index(), at.event());
  }
  lines.finish();
  return {};
}

}  // namespace weft::report
