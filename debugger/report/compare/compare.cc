#include "debugger/report/compare/compare.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "debugger/report/compare/sides.h"
#include "debugger/report/text/columns.h"
#include "debugger/report/text/opening.h"
#include "debugger/report/text/words.h"
#include "replayer/inspect/escape.h"

namespace weft::report {

using nlohmann::ordered_json;

namespace {

constexpr size_t kShownChanges = 20;

std::string value_text(Measure measure, double value) {
  if (is_seconds(measure)) return duration_text(value);
  return value == std::floor(value) ? fmt::format("{:.0f}", value) : fmt::format("{:.1f}", value);
}

/// "1.2 ms (1.1 ms to 1.3 ms)"; one value alone.
std::string side_text(Measure measure, const std::vector<double>& values, double mean) {
  if (values.empty()) return "-";
  const auto [least, most] = std::ranges::minmax(values);
  const std::string text = value_text(measure, mean);
  if (values.size() < 2 || least == most) return text;
  return fmt::format("{} ({} to {})", text, value_text(measure, least), value_text(measure, most));
}

std::string change_text(const Change& change) {
  const double from = change.mean_before();
  if (change.before.empty() || change.after.empty() || from == 0) return "";
  const double percent = 100 * (change.mean_after() - from) / from;
  // What is nearly gone is not gone.
  return percent < -99 && change.mean_after() > 0 ? "-99 %" : fmt::format("{:+.0f} %", percent);
}

const char* verdict_name(Verdict verdict) {
  constexpr const char* kNames[] = {"only before", "only after", "beyond the noise",
                                    "within the noise", "noise not known"};
  return kNames[static_cast<size_t>(verdict)];
}

/// Opens each recording and adds its figures; the exit status.
int read_side(const std::vector<std::string>& paths, const CompareOptions& options,
              Figures& figures) {
  int status = 0;
  for (const std::string& path : paths) {
    const auto analysis = Analysis::open(path, {.use_index = options.use_index});
    if (!analysis) return inspect::fail(analysis.error(), options.error_out);
    add_figures(*analysis, figures);
    status = std::max(status, finish(*analysis, options.error_out));
  }
  return status;
}

std::string only_text(const std::vector<Change>& changes, Verdict verdict, const char* side) {
  std::string names;
  size_t count = 0;
  for (const Change& change : changes) {
    if (change.verdict != verdict || ++count > kShownChanges) continue;
    names += (names.empty() ? "" : ", ") + inspect::printable(change.key.what);
  }
  if (count > kShownChanges) names += fmt::format(", and {} more", count - kShownChanges);
  return count == 0 ? "" : fmt::format("only in {}: {}\n", side, names);
}

bool is_noise_known(const CompareOptions& options) {
  return options.before.size() > 1 && options.after.size() > 1;
}

/// Where the table has no rows: as much as is known.
std::string nothing_text(const CompareOptions& options, bool within_noise, bool one_sided) {
  const char* what = one_sided ? "Nothing that both have differs" : "Nothing differs";
  if (is_noise_known(options)) return fmt::format("{} beyond the noise of the runs.\n", what);
  return within_noise ? fmt::format("{} by more than the runs of one side do.\n", what)
                      : fmt::format("{} by more than {:.0f} %.\n", what, 100 * kLeastChange);
}

std::string changes_text(const std::vector<Change>& changes, const CompareOptions& options) {
  using Align = Columns::Align;
  Columns table({{"WHAT", Align::kLeft, true},
                 {"FIGURE"},
                 {"BEFORE", Align::kRight},
                 {"AFTER", Align::kRight},
                 {"CHANGE", Align::kRight}});
  size_t within = 0, shown = 0, more = 0;
  for (const Change& change : changes) {
    if (change.verdict == Verdict::kOnlyBefore || change.verdict == Verdict::kOnlyAfter) continue;
    if (change.verdict == Verdict::kWithinNoise && !options.all) {
      ++within;
      continue;
    }
    if (++shown > kShownChanges && !options.all) {
      ++more;
      continue;
    }
    const Measure measure = change.key.measure;
    table.add({inspect::printable(change.key.what), measure_name(measure),
               side_text(measure, change.before, change.mean_before()),
               side_text(measure, change.after, change.mean_after()), change_text(change)});
  }
  const std::string only = only_text(changes, Verdict::kOnlyBefore, "the first") +
                           only_text(changes, Verdict::kOnlyAfter, "the second");
  std::string out =
      table.empty() ? nothing_text(options, within > 0, !only.empty()) : table.text(options.screen);
  if (more > 0) out += fmt::format("{} smaller changes left out (--all)\n", more);
  if (within > 0) out += fmt::format("{} differences within the noise left out (--all)\n", within);
  if (!only.empty()) out += "\n" + wrap(only, options.screen.width, 4);
  if (!is_noise_known(options))
    out +=
        "\n" + wrap(
                   "One recording does not tell how much two runs of the same version differ: give "
                   "several for each side.\n",
                   options.screen.width, 0);
  return out;
}

std::string changes_json(const std::vector<Change>& changes) {
  std::string out;
  for (const Change& change : changes) {
    const ordered_json line = {{"what", change.key.what},
                               {"figure", measure_name(change.key.measure)},
                               {"unit", is_seconds(change.key.measure) ? "seconds" : "count"},
                               {"before", change.before},
                               {"after", change.after},
                               {"verdict", verdict_name(change.verdict)}};
    out += line.dump(-1, ' ', true, ordered_json::error_handler_t::replace) + "\n";
  }
  return out;
}

}  // namespace

int run_compare(const CompareOptions& options) {
  if (options.before.empty() || options.after.empty())
    return inspect::fail({ErrorClass::kUsage, "weft compare needs recordings of two versions",
                          "weft compare OLD.weft ... -- NEW.weft ..."},
                         options.error_out);
  Figures before, after;
  const int first = read_side(options.before, options, before);
  if (first != 0 && before.empty()) return first;
  const int second = read_side(options.after, options, after);
  if (second != 0 && after.empty()) return second;
  const auto changes = compare(before, after);
  put(options.json ? changes_json(changes) : changes_text(changes, options), options.out);
  return std::max(first, second);
}

}  // namespace weft::report
