/// What the trace file costs the recorder: time and bytes for each event of a server. With
/// WEFT_BENCH_TRACE, the same for the events of that trace.
#include <benchmark/benchmark.h>

#include <cstdlib>

#include "recorder/trace/chunk_encoder.h"
#include "replayer/trace/trace_reader.h"
#include "tests/unit/trace/sample_events.h"

namespace {

using namespace weft::trace;

constexpr uint32_t kClockKhz = 2'600'000;

void encode(benchmark::State& state, const std::vector<std::byte>& log) {
  std::vector<std::byte> chunk;
  uint64_t events = 0;
  uint64_t bytes = 0;
  uint64_t content_bytes = 0;
  const auto finish = [&](ChunkEncoder& encoder) {
    events += encoder.event_count();
    encoder.finish(chunk);
    ChunkHeader header;
    std::memcpy(&header, chunk.data(), sizeof header);
    bytes += chunk.size() - header.content_bytes;
    content_bytes += header.content_bytes;
  };
  for (auto _ : state) {
    ChunkEncoder::Shared shared;
    ChunkEncoder encoder({&shared, nullptr, kClockKhz}, {});
    for (size_t at = 0; at < log.size();) {
      EventHeader header;
      std::memcpy(&header, log.data() + at, sizeof header);
      if (encoder.raw_bytes() + event_bytes(header.size) > kChunkRawBytes) finish(encoder);
      encoder.add(header, log.data() + at + sizeof header);
      at += event_bytes(header.size);
    }
    finish(encoder);
  }
  const auto count = static_cast<double>(events);
  state.SetItemsProcessed(static_cast<int64_t>(events));
  state.counters["bytes_per_event"] = static_cast<double>(bytes) / count;
  state.counters["content_bytes"] =
      static_cast<double>(content_bytes) / static_cast<double>(state.iterations());
}

void encode_server(benchmark::State& state) {
  static const test::EventLog log = test::redis_like(2000, 1);
  encode(state, log.bytes());
}
BENCHMARK(encode_server)->Unit(benchmark::kMillisecond);

void encode_trace(benchmark::State& state) {
  const char* path = std::getenv("WEFT_BENCH_TRACE");
  if (path == nullptr) return state.SkipWithError("WEFT_BENCH_TRACE names no trace");
  auto reader = TraceReader::open(path);
  if (!reader) return state.SkipWithError(reader.error().message.c_str());
  std::vector<std::byte> log;
  for (const ChunkRef& chunk : reader->chunks()) {
    const auto events = reader->decode(chunk);
    if (!events) return state.SkipWithError(events.error().message.c_str());
    log.insert(log.end(), (*events).begin(), (*events).end());
  }
  encode(state, log);
}
BENCHMARK(encode_trace)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
