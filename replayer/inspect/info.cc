#include "replayer/inspect/info.h"

#include <algorithm>
#include <cmath>
#include <ctime>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "replayer/inspect/escape.h"
#include "replayer/inspect/event_text.h"
#include "replayer/inspect/failure.h"
#include "replayer/inspect/trace_summary.h"
#include "replayer/trace/trace_reader.h"

namespace weft::inspect {

using nlohmann::ordered_json;
using trace::EventKind;
using trace::TraceInfo;
using trace::TraceReader;

namespace {

constexpr size_t kShownCalls = 12;
constexpr size_t kShownNotes = 20;

/// All that both ways of printing draw from.
struct Report {
  const TraceReader& reader;
  TraceSummary summary{};
  uint64_t stored_bytes = 0;    ///< of the chunks
  uint64_t content_bytes = 0;   ///< of these, the contents of mapped files
  uint64_t raw_bytes = 0;       ///< of the events that could be read
  std::optional<Error> damage{};  ///< why not all is readable
};

/// Reads all that can be read; the error of the first chunk that can't is put into the report.
void summarize(TraceReader& reader, const std::string& path, Report& report) {
  std::vector<std::byte> buffer(trace::kMaxChunkRawBytes);
  for (const trace::ChunkRef& chunk : reader.chunks()) {
    const auto events = std::span(buffer).first(chunk.raw_bytes);
    if (const Status status = reader.decode(chunk, events); !status) {
      report.damage = status.error();
      break;
    }
    for (trace::EventCursor at(events, chunk.first_event); !at.done(); at.next())
      report.summary.add(at.index(), at.event());
    report.stored_bytes += chunk.stored_bytes;
    report.content_bytes += chunk.content_bytes;
    report.raw_bytes += chunk.raw_bytes;
  }
  report.summary.finish();
  if (!report.damage && reader.tail_damage())
    report.damage = Error{ErrorClass::kBadTrace, path + ": " + *reader.tail_damage(), ""};
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

std::string end_text(const Report& report) {
  const auto& end = report.summary.end();
  if (!end) return report.damage ? "not in the readable part" : "recording stopped before the end";
  return end->kind == static_cast<uint8_t>(EventKind::kExit)
             ? fmt::format("exit status {}", end->result)
             : fmt::format("killed by {}", signal_name(end->result));
}

double duration_seconds(const Report& report) {
  const TraceInfo& info = report.reader.info();
  return seconds_since_start(report.summary.last_time(), info.start_tsc, info.tsc_hz);
}

double bytes_per_event(const Report& report) {
  const uint64_t events = report.summary.events();
  return events == 0 ? 0 : static_cast<double>(report.stored_bytes) / static_cast<double>(events);
}

/// The same without the contents of mapped files, which come once, however long the program runs.
double bytes_per_event_without_content(const Report& report) {
  const uint64_t events = report.summary.events();
  const uint64_t bytes = report.stored_bytes - report.content_bytes;
  return events == 0 ? 0 : static_cast<double>(bytes) / static_cast<double>(events);
}

/// Calls, the most frequent first.
std::vector<std::pair<uint16_t, uint64_t>> calls_by_count(const TraceSummary& summary) {
  std::vector<std::pair<uint16_t, uint64_t>> calls(summary.calls().begin(), summary.calls().end());
  std::stable_sort(calls.begin(), calls.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  return calls;
}

std::string shell_words(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) {
    const bool plain = !word.empty() && word.find_first_not_of(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=+./:,@%") == std::string::npos;
    if (!out.empty()) out += ' ';
    out += plain ? word : fmt::format("\"{}\"", escape(word));
  }
  return out;
}

class TextReport {
 public:
  explicit TextReport(const Report& report)
      : report_(report), info_(report.reader.info()), summary_(report.summary) {}

  std::string make(const std::string& path) {
    line("trace", "{}", printable(path));
    put_recording();
    put_sizes();
    put_events();
    put_calls();
    put_files();
    put_notes();
    return std::move(out_);
  }

 private:
  template <class... Args>
  void line(const char* name, fmt::format_string<Args...> format, Args&&... args) {
    out_ += fmt::format("{:<12} {}\n", name, fmt::format(format, std::forward<Args>(args)...));
  }

  void put_recording() {
    line("uuid", "{}", uuid_text(info_.uuid));
    line("program", "{}", printable(info_.program));
    line("arguments", "{}", shell_words(info_.arguments));
    line("directory", "{}", printable(info_.working_directory));
    line("environment", "{} variables (--json shows them)", info_.environment.size());
    line("started", "{}", utc_text(info_.start_wall_ns));
    line("duration", "{:.3f} s", duration_seconds(report_));
    line("ended", "{}", end_text(report_));
    line("machine", "{}, Linux {}, {}", printable(info_.host_name), printable(info_.kernel_release),
         printable(info_.cpu_model));
    line("clock", "{:.3f} MHz", static_cast<double>(info_.tsc_hz) / 1e6);
    line("recorded by", "weft {}, format version {}", printable(info_.weft_version),
         info_.format_version);
    for (size_t i = 1; i < summary_.images().size(); ++i)
      line("exec", "{} at event {}", printable(summary_.images()[i].path), summary_.images()[i].event);
  }

  void put_sizes() {
    line("size", "{} in the file, {} raw", bytes_text(report_.reader.file_bytes()),
         bytes_text(report_.raw_bytes));
    out_ += fmt::format("  {:>10}  contents of mapped files\n", bytes_text(report_.content_bytes));
    out_ += fmt::format("  {:>10}  everything else: {:.2f} bytes an event\n",
                        bytes_text(report_.stored_bytes - report_.content_bytes),
                        bytes_per_event_without_content(report_));
    line("threads", "{}", summary_.threads());
  }

  void put_events() {
    line("events", "{}", summary_.events());
    for (int kind = 1; kind <= trace::kMaxEventKind; ++kind) {
      const auto count = summary_.events_of(static_cast<EventKind>(kind));
      if (count > 0)
        out_ += fmt::format("  {:>10}  {}\n", count, kind_name(static_cast<EventKind>(kind)));
    }
  }

  void put_calls() {
    const auto calls = calls_by_count(summary_);
    if (calls.empty()) return;
    line("calls", "{} different, {} failed", calls.size(), summary_.failed_calls());
    for (size_t i = 0; i < std::min(calls.size(), kShownCalls); ++i)
      out_ += fmt::format("  {:>10}  {}\n", calls[i].second, call_name(calls[i].first));
    if (calls.size() > kShownCalls)
      out_ += fmt::format("  {:>10}  more (--json shows them)\n", calls.size() - kShownCalls);
  }

  void put_files() {
    if (summary_.files().empty()) return;
    line("files", "{} mapped", summary_.files().size());
    for (const MappedFile& file : summary_.files()) {
      out_ += fmt::format("  {:>10}  {}{}\n", bytes_text(file.bytes), printable(file.path),
                          file.build_id.empty() ? "" : "  build-id " + file.build_id);
    }
  }

  void put_notes() {
    line("unusual", "{}", summary_.notes().empty() ? "nothing" : "");
    for (size_t i = 0; i < std::min(summary_.notes().size(), kShownNotes); ++i) {
      const Note& note = summary_.notes()[i];
      out_ += fmt::format("  {:>9}x  {} (first at event {})\n", note.count, printable(note.text),
                          note.first_event);
    }
    if (summary_.notes().size() > kShownNotes)
      out_ += fmt::format("  {:>10}  more (--json shows them)\n",
                          summary_.notes().size() - kShownNotes);
  }

  const Report& report_;
  const TraceInfo& info_;
  const TraceSummary& summary_;
  std::string out_;
};

ordered_json end_json(const Report& report) {
  const auto& end = report.summary.end();
  if (!end) return {{"how", report.damage ? "unknown" : "stopped"}};
  if (end->kind == static_cast<uint8_t>(EventKind::kExit))
    return {{"how", "exit"}, {"status", end->result}};
  return {{"how", "killed"}, {"signal", end->result}, {"signal_name", signal_name(end->result)}};
}

void put_summary(ordered_json& out, const TraceSummary& summary) {
  out["threads"] = summary.threads();
  out["events"] = summary.events();
  out["events_by_kind"] = ordered_json::object();
  for (int kind = 1; kind <= trace::kMaxEventKind; ++kind) {
    const auto count = summary.events_of(static_cast<EventKind>(kind));
    if (count > 0) out["events_by_kind"][kind_name(static_cast<EventKind>(kind))] = count;
  }
  out["calls"] = ordered_json::object();
  for (const auto& [number, count] : calls_by_count(summary)) out["calls"][call_name(number)] = count;
  out["failed_calls"] = summary.failed_calls();
  out["images"] = ordered_json::array();
  for (const Image& image : summary.images())
    out["images"].push_back({{"path", image.path}, {"event", image.event}});
  out["files"] = ordered_json::array();
  for (const MappedFile& file : summary.files()) {
    out["files"].push_back({{"path", file.path}, {"bytes", file.bytes}, {"mappings", file.mappings},
                            {"recorded_bytes", file.recorded}, {"build_id", file.build_id}});
  }
  out["unusual"] = ordered_json::array();
  for (const Note& note : summary.notes()) {
    out["unusual"].push_back(
        {{"text", note.text}, {"count", note.count}, {"first_event", note.first_event}});
  }
}

std::string json_report(const Report& report, const std::string& path) {
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
  out["duration_seconds"] = duration_seconds(report);
  out["end"] = end_json(report);
  out["machine"] = {{"host", info.host_name}, {"kernel", info.kernel_release},
                    {"cpu", info.cpu_model}, {"tsc_hz", info.tsc_hz}};
  out["complete"] = report.reader.complete() && !report.damage;
  out["damage"] = report.damage ? ordered_json(report.damage->message) : ordered_json(nullptr);
  out["chunks"] = report.reader.chunks().size();
  out["raw_bytes"] = report.raw_bytes;
  out["compressed_bytes"] = report.stored_bytes;
  out["content_bytes"] = report.content_bytes;
  out["file_bytes"] = report.reader.file_bytes();
  out["bytes_per_event"] = bytes_per_event(report);
  out["bytes_per_event_without_content"] = bytes_per_event_without_content(report);
  put_summary(out, report.summary);
  return out.dump(2, ' ', true, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace

int run_info(const InfoOptions& options) {
  auto reader = TraceReader::open(options.path);
  if (!reader) return fail(reader.error(), options.error_out);
  Report report{.reader = *reader};
  summarize(*reader, options.path, report);
  const std::string text =
      options.json ? json_report(report, options.path) : TextReport(report).make(options.path);
  std::fwrite(text.data(), 1, text.size(), options.out);
  std::fflush(options.out);
  return report.damage ? fail(*report.damage, options.error_out) : 0;
}

}  // namespace weft::inspect
