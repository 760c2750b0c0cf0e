#include "replayer/inspect/summary/trace_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>

namespace weft::inspect {

using trace::TraceInfo;

double TraceReport::duration_seconds() const {
  return reader.info().seconds_at(summary.last_time());
}

double TraceReport::bytes_per_event() const {
  const uint64_t events = summary.events();
  return events == 0 ? 0 : static_cast<double>(stored_bytes) / static_cast<double>(events);
}

double TraceReport::bytes_per_event_without_content() const {
  const uint64_t events = summary.events();
  const uint64_t bytes = stored_bytes - content_bytes;
  return events == 0 ? 0 : static_cast<double>(bytes) / static_cast<double>(events);
}

std::vector<std::pair<uint16_t, uint64_t>> TraceReport::calls_by_count() const {
  std::vector<std::pair<uint16_t, uint64_t>> calls(summary.calls().begin(), summary.calls().end());
  std::sort(calls.begin(), calls.end(), [](const auto& a, const auto& b) {
    return a.second != b.second ? a.second > b.second : a.first < b.first;
  });
  return calls;
}

trace::ProcessEnd end_of(const TraceReport& report) {
  const uint32_t process = report.reader.process();
  return process < report.processes.size() ? report.processes[process].end : report.summary.end();
}

std::string utc_text(int64_t wall_ns) {
  const std::time_t seconds = wall_ns / 1'000'000'000;
  std::tm parts{};
  char text[64];
  if (::gmtime_r(&seconds, &parts) == nullptr ||
      std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &parts) == 0)
    return "unknown";
  return fmt::format("{}.{:03} UTC", text, std::abs(wall_ns / 1'000'000 % 1000));
}

std::string uuid_text(const std::array<uint8_t, 16>& uuid) {
  std::string out;
  for (size_t i = 0; i < uuid.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) out += '-';
    out += fmt::format("{:02x}", uuid[i]);
  }
  return out;
}

}  // namespace weft::inspect
