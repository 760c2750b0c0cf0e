#include <nlohmann/json.hpp>

#include "replayer/inspect/event_text.h"
#include "replayer/inspect/summary/trace_report.h"

namespace weft::inspect {

using nlohmann::ordered_json;
using trace::EventKind;
using trace::TraceInfo;

namespace {

ordered_json end_json(const TraceReport& report) {
  using How = trace::ProcessEnd::How;
  const trace::ProcessEnd end = end_of(report);
  switch (end.how) {
    case How::kExited:
      return {{"how", "exit"}, {"status", end.value}};
    case How::kKilled:
      return {{"how", "killed"}, {"signal", end.value}, {"signal_name", signal_name(end.value)}};
    case How::kStillRuns:
      return {{"how", "running"}};
    case How::kNotKnown:
      return {{"how", "unknown"}};
    case How::kNotInLog:
      break;
  }
  return {{"how", report.damage ? "unknown" : "stopped"}};
}

ordered_json processes_json(const TraceReport& report) {
  ordered_json all = ordered_json::array();
  for (const trace::ProcessRow& row : report.processes) {
    ordered_json one = {
        {"number", row.number},     {"pid", row.pid},         {"shared_events", row.shared_events},
        {"events", row.own_events}, {"program", row.program}, {"end", end_words(row.end)}};
    if (row.number != 0) one["parent"] = row.parent;
    all.push_back(std::move(one));
  }
  return all;
}

void put_summary(ordered_json& out, const TraceReport& report) {
  const TraceSummary& summary = report.summary;
  out["threads"] = summary.threads();
  out["events"] = summary.events();
  out["events_by_kind"] = ordered_json::object();
  for (int kind = 1; kind <= trace::kMaxEventKind; ++kind) {
    const auto count = summary.events_of(static_cast<EventKind>(kind));
    if (count > 0) out["events_by_kind"][kind_name(static_cast<EventKind>(kind))] = count;
  }
  out["calls"] = ordered_json::object();
  for (const auto& [number, count] : report.calls_by_count())
    out["calls"][call_name(number)] = count;
  out["failed_calls"] = summary.failed_calls();
  if (report.async) {
    out["async"] = {{"tasks", report.async->tasks},
                    {"requests", report.async->requests},
                    {"resumes", report.async->resumes},
                    {"unknown_causes", report.async->unknown_causes}};
  }
  out["images"] = ordered_json::array();
  for (const Image& image : summary.images())
    out["images"].push_back({{"path", image.path}, {"event", image.event}});
  out["files"] = ordered_json::array();
  for (const MappedFile& file : summary.files()) {
    out["files"].push_back({{"path", file.path},
                            {"bytes", file.bytes},
                            {"mappings", file.mappings},
                            {"recorded_bytes", file.recorded},
                            {"build_id", file.build_id}});
  }
  out["unusual"] = ordered_json::array();
  for (const Note& note : summary.notes()) {
    out["unusual"].push_back(
        {{"text", note.text}, {"count", note.count}, {"first_event", note.first_event}});
  }
}

}  // namespace

std::string json_of(const TraceReport& report, const std::string& path) {
  const TraceInfo& info = report.reader.info();
  ordered_json out;
  out["trace"] = path;
  out["format_version"] = info.format_version;
  out["weft_version"] = info.weft_version;
  out["uuid"] = uuid_text(info.uuid);
  out["program"] = info.program;
  out["arguments"] = info.arguments;
  out["environment"] = info.environment;
  out["directory"] = info.working_directory;
  out["started"] = utc_text(info.start_wall_ns);
  out["started_ns"] = info.start_wall_ns;
  out["duration_seconds"] = report.duration_seconds();
  out["end"] = end_json(report);
  out["machine"] = {{"host", info.host_name},
                    {"kernel", info.kernel_release},
                    {"cpu", info.cpu_model},
                    {"tsc_hz", info.tsc_hz}};
  if (info.processor.level != cpu::Level::kUnknown)
    out["machine"]["shown_as"] = cpu::name_of(info.processor.level);
  out["complete"] = report.reader.complete() && !report.damage;
  if (!report.processes.empty()) out["processes"] = processes_json(report);
  out["damage"] = report.damage ? ordered_json(report.damage->message) : ordered_json(nullptr);
  out["chunks"] = report.reader.chunks().size();
  out["raw_bytes"] = report.raw_bytes;
  out["compressed_bytes"] = report.stored_bytes;
  out["content_bytes"] = report.content_bytes;
  out["file_bytes"] = report.reader.file_bytes();
  out["bytes_per_event"] = report.bytes_per_event();
  out["bytes_per_event_without_content"] = report.bytes_per_event_without_content();
  put_summary(out, report);
  return out.dump(2, ' ', true, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace weft::inspect
