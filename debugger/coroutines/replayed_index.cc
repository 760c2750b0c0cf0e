#include "debugger/coroutines/replayed_index.h"

#include "debugger/analysis/index/index_file.h"
#include "debugger/analysis/model/model.h"
#include "debugger/analysis/pass/trace_pass.h"
#include "replayer/trace/trace_reader.h"

namespace weft::coroutines {

Status write_replayed_index(const std::string& trace_path, const analysis::ReplayedHooks& hooks) {
  auto reader = trace::TraceReader::open(trace_path);
  if (!reader) return reader.error();
  analysis::Model model;
  if (const auto damage = analysis::read_trace(*reader, trace_path, model, &hooks)) return *damage;
  if (!reader->complete()) {
    return Error{ErrorClass::kBadTrace, trace_path + " is unfinished: no index can be kept of it",
                 ""};
  }
  const analysis::IndexKey key{reader->info().uuid, reader->file_bytes(), reader->total_events()};
  if (analysis::write_index(trace_path, key, model)) return {};
  return Error{ErrorClass::kUsage, "the index of " + trace_path + " could not be written",
               "make the folder of the trace, or ~/.cache/weft, writable"};
}

}  // namespace weft::coroutines
