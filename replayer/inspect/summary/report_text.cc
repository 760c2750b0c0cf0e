// `weft info` as one page of text.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "replayer/inspect/escape.h"
#include "replayer/inspect/event_text.h"
#include "replayer/inspect/summary/trace_report.h"
#include "weft/base/human_text.h"
#include "weft/base/wrapped_text.h"

namespace weft::inspect {

using trace::EventKind;
using trace::TraceInfo;

namespace {

constexpr size_t kShownCalls = 12;
constexpr size_t kShownNotes = 20;
/// Where the values begin.
constexpr size_t kValueColumn = 13;

std::string end_text(const TraceReport& report) {
  using How = trace::ProcessEnd::How;
  const trace::ProcessEnd end = end_of(report);
  if (end.how == How::kStillRuns) return "still running when the recording ended";
  if (end.how != How::kNotInLog) return end_words(end);
  return report.damage ? "not in the readable part" : "recording stopped before the end";
}

std::string shell_words(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) {
    const bool plain =
        !word.empty() &&
        word.find_first_not_of(
            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=+./:,@%") ==
            std::string::npos;
    if (!out.empty()) out += ' ';
    out += plain ? word : fmt::format("\"{}\"", escape(word));
  }
  return out;
}

class TextReport {
 public:
  explicit TextReport(const TraceReport& report)
      : report_(report), info_(report.reader.info()), summary_(report.summary) {}

  /// Lines of more than `columns` go on below their values.
  std::string make(const std::string& path, size_t columns) {
    line("trace", "{}", printable(path));
    put_recording();
    put_processes();
    put_sizes();
    put_events();
    put_calls();
    put_async();
    put_files();
    put_notes();
    return wrap(out_, columns, kValueColumn);
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
    line("duration", "{:.3f} s", report_.duration_seconds());
    line("ended", "{}", end_text(report_));
    line("machine", "{}, Linux {}, {}", printable(info_.host_name), printable(info_.kernel_release),
         printable(info_.cpu_model));
    if (info_.processor.level != cpu::Level::kUnknown)
      line("shown as", "{}", cpu::name_of(info_.processor.level));
    line("clock", "{:.3f} MHz", static_cast<double>(info_.tsc_hz) / 1e6);
    line("recorded by", "weft {}, format version {}", printable(info_.weft_version),
         info_.format_version);
    for (size_t i = 1; i < summary_.images().size(); ++i)
      line("exec", "{} at event {}", printable(summary_.images()[i].path),
           summary_.images()[i].event);
  }

  void put_processes() {
    if (report_.processes.empty()) return;
    line("processes", "{} (FILE@N names one: weft events FILE@1)", report_.processes.size());
    out_ += process_table(report_.processes, report_.reader.process());
  }

  void put_sizes() {
    line("size", "{} in the file, {} raw", bytes_text(report_.reader.file_bytes()),
         bytes_text(report_.raw_bytes));
    out_ += fmt::format("  {:>10}  contents of mapped files\n", bytes_text(report_.content_bytes));
    out_ += fmt::format("  {:>10}  everything else: {:.2f} bytes an event\n",
                        bytes_text(report_.stored_bytes - report_.content_bytes),
                        report_.bytes_per_event_without_content());
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
    const auto calls = report_.calls_by_count();
    if (calls.empty()) return;
    line("calls", "{} different, {} failed", calls.size(), summary_.failed_calls());
    for (size_t i = 0; i < std::min(calls.size(), kShownCalls); ++i)
      out_ += fmt::format("  {:>10}  {}\n", calls[i].second, call_name(calls[i].first));
    if (calls.size() > kShownCalls)
      out_ += fmt::format("  {:>10}  more (--json shows them)\n", calls.size() - kShownCalls);
  }

  void put_async() {
    if (!report_.async) return;
    const AsyncCounts& counts = *report_.async;
    line("async", "{} tasks, {} requests (weft requests lists them)", counts.tasks,
         counts.requests);
    if (counts.resumes == 0) return;
    out_ += fmt::format("  {:>10}  resumes\n", counts.resumes);
    out_ += fmt::format("  {:>10}  of them: cause unknown\n", counts.unknown_causes);
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

  const TraceReport& report_;
  const TraceInfo& info_;
  const TraceSummary& summary_;
  std::string out_;
};

}  // namespace

std::string text_of(const TraceReport& report, const std::string& path, size_t columns) {
  return TextReport(report).make(path, columns);
}

}  // namespace weft::inspect
