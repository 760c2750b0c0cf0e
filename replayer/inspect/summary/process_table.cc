#include "replayer/inspect/summary/process_table.h"

#include <fmt/format.h>

#include "replayer/inspect/escape.h"
#include "replayer/inspect/event_text.h"

namespace weft::inspect {

std::string end_words(const trace::ProcessEnd& end) {
  using How = trace::ProcessEnd::How;
  switch (end.how) {
    case How::kExited:
      return fmt::format("exit status {}", end.value);
    case How::kKilled:
      return fmt::format("killed by {}", signal_name(end.value));
    case How::kStillRuns:
      return "still running";
    case How::kNotKnown:
      return "ended, how not known";
    case How::kNotInLog:
      break;
  }
  return "not in the file";
}

std::string process_table(const std::vector<trace::ProcessRow>& rows, uint32_t current) {
  std::string out = fmt::format("  {:>6}  {:>8}  {:>6}  {:>9}  {:<20}  {}\n", "N", "PID", "PARENT",
                                "EVENTS", "ENDED", "PROGRAM");
  for (const trace::ProcessRow& row : rows) {
    out += fmt::format("{} {:>6}  {:>8}  {:>6}  {:>9}  {:<20}  {}\n",
                       row.number == current ? '*' : ' ', row.number, row.pid,
                       row.number == 0 ? "-" : fmt::to_string(row.parent), row.own_events,
                       end_words(row.end), printable(row.program));
  }
  return out;
}

}  // namespace weft::inspect
