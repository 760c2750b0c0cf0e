/// list_exchanges TRACE [--wakes]: what ConnectionTracker makes of a trace, for tests and for
/// people who work on it. A line for each exchange (or each wake), then a summary with the speed.
#include <fmt/format.h>
#include <time.h>

#include <cstdio>
#include <cstring>
#include <map>
#include <string>

#include "debugger/connections/tracker/connection_tracker.h"
#include "replayer/inspect/escape.h"
#include "replayer/trace/trace_reader.h"

namespace {

using namespace weft::connections;

class Printer {
 public:
  Printer(const weft::trace::TraceInfo& info, const ConnectionTracker& tracker)
      : info_(info), tracker_(tracker) {}

  void print(const Exchange& exchange) const {
    const Connection& connection = tracker_.connections()[exchange.connection];
    fmt::print(
        "#{} {} {} conn {} fd {} peer {} [{}..{}] +{:.6f} {:.6f}s {} B -> {} B  {}  =>  {}{}{}",
        exchange.number,
        exchange.push       ? "push"
        : exchange.incoming ? "in"
                            : "out",
        weft::protocol::kProtocolNames[static_cast<size_t>(exchange.protocol)], connection.number,
        connection.fd, weft::inspect::printable(connection.peer), exchange.begin().event.value(),
        exchange.end().event.value(), info_.seconds_at(exchange.begin().time),
        info_.seconds(exchange.end().time - exchange.begin().time), exchange.request_bytes,
        exchange.answer_bytes, weft::inspect::printable(exchange.what),
        weft::inspect::printable(exchange.outcome), exchange.failed ? " FAILED" : "",
        exchange.finished ? "" : " UNFINISHED");
    if (!exchange.tables.empty())
      fmt::print("  tables: {}", weft::inspect::printable(exchange.tables));
    if (!exchange.statement.empty())
      fmt::print("  sql: {}", weft::inspect::printable(exchange.statement));
    fmt::print("\n");
  }
  void print(const Wake& wake) const {
    fmt::print("[{}] T{} fd {} {} <- {} [{}] T{}\n", wake.woken.event.value(),
               wake.woken.thread.value(), wake.fd, wake.readiness ? "ready" : "returned",
               kCauseNames[static_cast<size_t>(wake.kind)], wake.cause.event.value(),
               wake.cause.thread.value());
  }

 private:
  const weft::trace::TraceInfo& info_;
  const ConnectionTracker& tracker_;
};

double processor_seconds() {
  timespec now;
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

struct Totals {
  double tracker_seconds = 0;
  uint64_t events = 0;
  std::map<std::string, uint64_t> wakes;
};

void add_chunk(ConnectionTracker& tracker, std::span<const std::byte> events,
               weft::trace::EventIndex first, const Printer* wakes, Totals& totals) {
  const double start = processor_seconds();
  for (weft::trace::EventCursor at(events, first); !at.done(); at.next()) {
    tracker.add(at.index(), at.event());
    ++totals.events;
    for (const Wake& wake : tracker.wakes()) {
      if (wakes == nullptr) continue;
      wakes->print(wake);
      ++totals.wakes[kCauseNames[static_cast<size_t>(wake.kind)]];
    }
  }
  totals.tracker_seconds += processor_seconds() - start;
}

void print_summary(const ConnectionTracker& tracker, const Totals& totals) {
  std::map<std::string, uint64_t> counts;
  for (size_t i = 0; i < tracker.exchanges().size(); ++i) {
    const Exchange exchange = tracker.exchanges().at(i);
    const std::string kind = std::string(exchange.push       ? "push "
                                         : exchange.incoming ? "incoming "
                                                             : "outgoing ") +
                             weft::protocol::kProtocolNames[static_cast<size_t>(exchange.protocol)];
    ++counts[kind];
    if (!exchange.finished) ++counts[kind + " unfinished"];
    if (exchange.failed) ++counts[kind + " failed"];
    if (exchange.outcome == weft::protocol::kNotRecorded) ++counts[kind + " not recorded"];
  }
  for (const auto& [kind, count] : counts) fmt::print("total {}: {}\n", kind, count);
  for (const auto& [kind, count] : totals.wakes) fmt::print("wakes {}: {}\n", kind, count);
  fmt::print("connections: {}\nleft out: {}\n", tracker.connections().size(),
             tracker.exchanges().left_out());
  fmt::print("{} events, {:.3f} s of a processor, {:.2f} million events/s\n", totals.events,
             totals.tracker_seconds,
             static_cast<double>(totals.events) / totals.tracker_seconds / 1e6);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  const bool wakes = argc > 2 && std::strcmp(argv[2], "--wakes") == 0;
  const bool quiet = argc > 2 && std::strcmp(argv[2], "--summary") == 0;
  auto reader = weft::trace::TraceReader::open(argv[1]);
  if (!reader) {
    fmt::print(stderr, "{}\n", reader.error().message);
    return 5;
  }
  ConnectionTracker tracker;
  const Printer printer(reader->info(), tracker);
  Totals totals;
  for (const auto& chunk : reader->chunks()) {
    const auto events = reader->decode(chunk);
    if (!events) return 5;
    add_chunk(tracker, *events, chunk.first_event, wakes ? &printer : nullptr, totals);
  }
  tracker.finish();
  for (size_t i = 0; i < tracker.exchanges().size() && !wakes && !quiet; ++i)
    printer.print(tracker.exchanges().at(i));
  print_summary(tracker, totals);
  return 0;
}
