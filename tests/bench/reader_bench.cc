/// How fast a trace is decoded and read. WEFT_BENCH_TRACE names the trace.
#include <benchmark/benchmark.h>

#include <cstdlib>

#include "replayer/trace/trace_reader.h"

namespace {

void decode_all_chunks(benchmark::State& state) {
  const char* path = std::getenv("WEFT_BENCH_TRACE");
  if (path == nullptr) return state.SkipWithError("WEFT_BENCH_TRACE names no trace");
  auto reader = weft::trace::TraceReader::open(path);
  if (!reader) return state.SkipWithError(reader.error().message.c_str());
  for (auto _ : state) {
    for (const weft::trace::ChunkRef& chunk : reader->chunks()) {
      const auto events = reader->decode(chunk);
      if (!events) return state.SkipWithError(events.error().message.c_str());
      benchmark::DoNotOptimize((*events).data());
    }
  }
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(reader->total_events()));
}
BENCHMARK(decode_all_chunks)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
