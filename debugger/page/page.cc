#include "debugger/page/page.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <iterator>
#include <optional>
#include <tuple>
#include <vector>

#include "debugger/analysis/model/ends.h"
#include "debugger/analysis/replayed/look_at_threads.h"
#include "debugger/page/document.h"
#include "debugger/page/overview.h"
#include "debugger/page/request_graph.h"
#include "debugger/page/thread_lanes.h"
#include "debugger/page/waiters.h"
#include "debugger/report/tasks/moments.h"
#include "debugger/report/text/opening.h"
#include "debugger/report/text/request_texts.h"
#include "replayer/inspect/escape.h"
#include "weft/base/human_text.h"

namespace weft::page {

namespace {

/// Of all graphs together. The slowest requests get the larger part, a sample of the others the rest.
constexpr uint64_t kGraphBytes = 18'000'000, kSlowestBytes = 12'000'000;
/// For the one request that the page is made for.
constexpr GraphLimits kOneRequest{
    .vertices = 150'000, .segments = 300'000, .segments_of_one = 2'000};

/// All numbers below `count`: 0, the middle, the quarters, ... Any beginning of it is spread evenly.
std::vector<size_t> spread(size_t count) {
  std::vector<size_t> numbers;
  if (count > 0) numbers.push_back(0);
  for (size_t step = std::bit_ceil(count) / 2; step >= 1; step /= 2) {
    for (size_t at = step; at < count; at += 2 * step) numbers.push_back(at);
  }
  return numbers;
}

/// Writes the blocks of the page, one after the other.
class PageWriter {
 public:
  PageWriter(const Analysis& analysis, const PageOptions& options, Document& document)
      : analysis_(analysis),
        options_(options),
        document_(document),
        groups_(analysis.model()),
        logs_(read_logs(analysis, options)),
        graphs_(analysis, groups_, logs_ ? &*logs_ : nullptr),
        texts_{{}, {analysis.info().start_wall_ns, options.redact}} {}

  void write(RequestIndex opened) {
    opened_ = opened;
    requests_ = choose_requests(analysis_);
    if (opened != kNone && std::ranges::find(requests_, opened) == requests_.end())
      requests_.insert(std::ranges::lower_bound(requests_, opened), opened);
    write_graphs();
    document_.add_block("weft-texts", texts_.strings.json());
    document_.add_block("weft-sources", texts_.lines.json());
    document_.add_block("weft-time", thread_lanes(analysis_));
    write_end();
  }

 private:
  /// What a program writes is values: there are none in a redacted page.
  static std::optional<RequestLogs> read_logs(const Analysis& analysis,
                                              const PageOptions& options) {
    if (options.redact) return std::nullopt;
    return RequestLogs(analysis);
  }

  /// The slowest first, root tasks last; from the middle on, every so many of the others.
  void write_graphs() {
    std::vector<RequestIndex> order;
    std::ranges::copy_if(requests_, std::back_inserter(order),
                         [this](RequestIndex i) { return has_graph(graphs_, i); });
    std::ranges::stable_sort(order, std::ranges::greater{}, [this](RequestIndex i) {
      const bool asked = analysis_.model().requests[i].kind != RequestKind::kRootTask;
      return std::tuple(i == opened_, asked,
                        length_of(analysis_.model(), analysis_.model().requests[i]));
    });
    size_t written = 0;
    uint64_t bytes = 0;
    while (written < order.size() && bytes < kSlowestBytes) bytes += write_graph(order[written++]);
    const size_t slowest = written;
    for (const size_t at : spread(order.size() - slowest)) {
      if (bytes >= kGraphBytes) break;
      bytes += write_graph(order[slowest + at]);
      ++written;
    }
    if (written < order.size())
      left_out_.push_back(fmt::format(
          "Graphs: the page holds those of {} of {} requests, the slowest and a sample of the "
          "others. weft report --request N makes a page that has another one.",
          written, order.size()));
  }

  uint64_t write_graph(RequestIndex request) {
    const GraphLimits limits = request == opened_ ? kOneRequest : GraphLimits{};
    const std::string text = embedded(request_graph(graphs_, request, limits, texts_));
    document_.add_block_text(fmt::format("weft-request-{}", request + 1), text);
    return text.size();
  }

  /// What takes the end of the recording, and maybe a replay.
  void write_end() {
    const auto moment = report::find_moment(analysis_, "end");
    const auto threads = look_at_threads(analysis_.model(), options_.path, options_.replay,
                                         moment->event, moment->time);
    const report::TasksOptions tasks{.path = options_.path};
    const report::TaskView view(analysis_, tasks, *moment, threads.stands, threads.why_not);
    document_.add_block("weft-stuck", waiters(view));
    const auto findings = report::find_all({analysis_, groups_, threads.stands});
    say_sampled();
    document_.add_block("weft-overview", overview(analysis_, groups_,
                                                  {.requests = requests_,
                                                   .findings = findings,
                                                   .left_out = left_out_,
                                                   .opened = opened_,
                                                   .redacted = options_.redact}));
  }

  void say_sampled() {
    const size_t all = analysis_.model().requests.size();
    if (requests_.size() < all)
      left_out_.push_back(
          fmt::format("Requests: the page lists {} of {}, the slowest and a sample of the others.",
                      requests_.size(), all));
    if (options_.redact)
      left_out_.emplace_back(
          "Values: literals, paths, keys, notes, names that the program gave; log lines.");
  }

  const Analysis& analysis_;
  const PageOptions& options_;
  Document& document_;
  RequestGroups groups_;
  std::optional<RequestLogs> logs_;
  GraphSource graphs_;
  GraphTexts texts_;
  RequestIndex opened_ = kNone;
  std::vector<RequestIndex> requests_;
  std::vector<std::string> left_out_;
};

}  // namespace

int run_page(const PageOptions& options) {
  if (report::is_same_file(options.path, options.out_path))
    return inspect::fail(
        {ErrorClass::kUsage, inspect::printable(options.out_path) + " is the trace itself",
         "Give -o another file"},
        options.error_out);
  auto analysis =
      Analysis::open(options.path, {.use_index = options.use_index, .redact = options.redact});
  if (!analysis) return inspect::fail(analysis.error(), options.error_out);
  RequestIndex opened = kNone;
  if (!options.request.empty()) {
    const auto found = report::find_request(analysis->model(), options.request);
    if (!found)
      return inspect::fail(report::no_such_request(*analysis, options.request), options.error_out);
    opened = *found;
  }
  auto file = report::OutputFile::open(options.out_path);
  if (!file) return inspect::fail(file.error(), options.error_out);
  const std::string name = options.path.substr(options.path.rfind('/') + 1);
  Document document(*file, inspect::printable(name) + " - weft report");
  PageWriter(*analysis, options, document).write(opened);
  document.end();
  const uint64_t bytes = file->bytes();
  if (const Status written = file->finish(); !written)
    return inspect::fail(written.error(), options.error_out);
  report::put(fmt::format("weft: wrote {} ({}); open it in a browser\n",
                          inspect::printable(options.out_path), bytes_text(bytes)),
              options.out);
  return report::finish(*analysis, options.error_out);
}

}  // namespace weft::page
