/// Writes the recordings on which `run` measures the analysis (server_trace.h):
///   analysis_bench server TRACE EVENTS     a server's requests
///   analysis_bench request TRACE TASKS     one request of so many tasks
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "tests/bench/server_trace.h"

int main(int count, char** arguments) {
  const std::string_view kind = count == 4 ? arguments[1] : "";
  if (kind != "server" && kind != "request") {
    std::fprintf(stderr, "usage: analysis_bench server|request TRACE COUNT\n");
    return 2;
  }
  weft::trace::TraceInfo info;
  info.program = "/usr/bin/shop";
  info.arguments = {"shop"};
  info.uuid.fill(7);
  info.tsc_hz = 2'600'000'000;
  info.start_tsc = 1'000'000'000;
  auto writer =
      weft::trace::TraceWriter::create(arguments[2], info, weft::trace::Overwrite::kAllow);
  if (!writer) {
    std::fprintf(stderr, "analysis_bench: %s\n", writer.error().message.c_str());
    return 1;
  }
  weft::bench::ServerTrace trace(*writer);
  const uint64_t number = std::strtoull(arguments[3], nullptr, 10);
  const weft::Status status = kind == "server" ? trace.serve(number) : trace.one_request(number);
  if (!status) {
    std::fprintf(stderr, "analysis_bench: %s\n", status.error().message.c_str());
    return 1;
  }
  return 0;
}
