#include "debugger/analysis/questions/analysis.h"

#include "debugger/analysis/index/index_file.h"
#include "debugger/analysis/model/redaction.h"
#include "debugger/analysis/pass/request_builder.h"
#include "debugger/analysis/pass/trace_pass.h"
#include "replayer/trace/trace_reader.h"

namespace weft::analysis {

Result<Analysis> Analysis::open(const std::string& trace_path, const OpenOptions& options) {
  auto reader = trace::TraceReader::open(trace_path);
  if (!reader) return reader.error();
  Analysis analysis;
  analysis.trace_path_ = trace_path;
  analysis.info_ = reader->info();
  const IndexKey key{reader->info().uuid, reader->file_bytes(), reader->total_events(),
                     reader->process()};
  const bool whole = reader->complete();
  if (options.use_index && whole) analysis.model_ = read_index(trace_path, key);
  analysis.came_from_index_ = analysis.model_ != nullptr;
  if (!analysis.came_from_index_) {
    analysis.model_ = std::make_unique<Model>();
    analysis.damage_ = read_trace(*reader, trace_path, *analysis.model_);
    // What is still being recorded, or is damaged, is not worth an index.
    if (options.use_index && !options.read_only && whole && !analysis.damage_)
      write_index(trace_path, key, *analysis.model_);
  }
  if (options.redact) redact(*analysis.model_);
  return analysis;
}

}  // namespace weft::analysis
