// The graph as text: one line a vertex, times on the left, the tree in the middle.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <unordered_set>

#include "debugger/analysis/model/expressions.h"
#include "debugger/analysis/questions/cancellation.h"
#include "debugger/report/graph/graph_model.h"
#include "replayer/inspect/escape.h"

namespace weft::report {

namespace {

constexpr size_t kShownShares = 5;
constexpr uint32_t kMaxIndent = 20;  ///< deeper levels are drawn at this one

class TextGraph {
 public:
  TextGraph(const Analysis& analysis, const Graph& graph, const Screen& screen)
      : analysis_(analysis),
        model_(analysis.model()),
        graph_(graph),
        screen_(screen),
        cancellations_(analysis) {
    find_last_children();
    for (const WakeEdge& wake : graph.wakes) wakes_[wake.to].push_back(&wake);
  }

  std::string make() {
    put_title();
    for (const VertexIndex i : graph_.vertices.numbers()) put_vertex(i);
    put_path();
    put_footer();
    return std::move(out_);
  }

 private:
  void find_last_children() {
    std::map<VertexIndex, VertexIndex> last;
    for (const VertexIndex i : graph_.vertices.numbers()) last[graph_.vertices[i].parent] = i;
    for (const auto& [parent, child] : last) is_last_.insert(child);
  }

  void put_title() {
    const Request& request = model_.requests[graph_.request];
    const std::string title =
        fmt::format("request {}: {} -> {}", graph_.request + 1,
                    request_text(model_, graph_.request), request_outcome(model_, graph_.request));
    out_ += screen_.bold(cut(title, screen_.width)) + "\n";
    out_ += fmt::format("starts at {}, takes {}, {} tasks, events {}..{}\n",
                        start_text(analysis_.seconds_at(request.start)),
                        duration_text(request_seconds(analysis_, graph_.request)), graph_.tasks,
                        request.begin,
                        request.end == kNone ? std::string("(unfinished)")
                                             : std::to_string(EventIndex(request.end).value()));
    out_ += "\n" + screen_.bold("    START  DURATION") + "\n";
  }

  std::string branches(VertexIndex number) const {
    std::string text;
    const Vertex& vertex = graph_.vertices[number];
    if (vertex.depth == 0) return text;
    VertexIndex at = vertex.parent;
    for (uint32_t depth = 0; at != kNone && depth < kMaxIndent; ++depth) {
      if (graph_.vertices[at].depth > 0)
        text = (is_last_.contains(at) ? "   " : screen_.unicode ? "│  " : "|  ") + text;
      at = graph_.vertices[at].parent;
    }
    if (screen_.unicode) return text + (is_last_.contains(number) ? "└─ " : "├─ ");
    return text + (is_last_.contains(number) ? "`- " : "|- ");
  }

  std::string name_of(const Vertex& vertex) const {
    if (vertex.stands_for > 0) {
      const std::string what = vertex.exchange != kNone
                                   ? exchange_text(model_, vertex.exchange)
                                   : inspect::printable(task_name(model_, vertex.task));
      return fmt::format("... {} more {} (longest {}, together {})", vertex.stands_for, what,
                         duration_text(analysis_.seconds(vertex.longest)),
                         duration_text(analysis_.seconds(vertex.sum)));
    }
    if (vertex.exchange == kNone) return task_text(model_, vertex.task);
    return (screen_.unicode ? "⇢ " : "> ") + exchange_text(model_, vertex.exchange);
  }

  /// How it ended, or what it does at the end of the trace; where it was stopped.
  std::string state_of(const Vertex& vertex) const {
    if (vertex.stands_for > 0) return "";
    if (vertex.exchange != kNone) {
      const Exchange& exchange = model_.exchanges[vertex.exchange];
      const std::string outcome = exchange.outcome != kNone ? text_of(model_, exchange.outcome)
                                  : exchange.last == kNone  ? "unanswered"
                                                            : "";
      return exchange.failed ? screen_.red(outcome) : outcome;
    }
    const Task& task = model_.tasks[vertex.task];
    const EventIndex over = model_.requests[graph_.request].end;
    // A task that also serves the next request of the connection: its end is not of this one.
    if (vertex.parent == kNone && over != kNone && task.ended > over) return "";
    if (task.outcome == Outcome::kDone) return "";
    if (task.outcome == Outcome::kOpen) return unended(vertex);
    std::string text = outcome_name(task.outcome);
    if (task.outcome == Outcome::kCancelled) {
      text += cancelled_text(vertex.task);
    } else if (task.what != kNone) {
      text += " (" + type_text(model_, task.what) + ")";
    }
    return screen_.red(text);
  }

  std::string cancelled_text(TaskIndex task) const {
    const Cancellation found = cancellations_.of(task);
    std::string text;
    if (const std::string place = place_text(model_, found.place); !place.empty())
      text += " at " + place;
    if (found.by != kNone) text += " by " + task_text(model_, found.by);
    if (found.race_place != kNone) text += ", race at " + place_text(model_, found.race_place);
    return text;
  }

  std::string unended(const Vertex& vertex) const {
    const auto state = analysis_.state(vertex.task, kNone);
    const Segment& last = model_.segments[analysis_.last_segment(vertex.task, kNone)];
    std::string text = state_name(state);
    if (state == TaskState::kWaiting && last.wait != Wait::kUnknown)
      text += std::string(" for ") + wait_name(last.wait);
    return text;
  }

  std::string wakes_of(VertexIndex number) const {
    const auto at = wakes_.find(number);
    if (at == wakes_.end()) return "";
    const WakeEdge& last = *at->second.back();
    std::string text =
        fmt::format("{} {} ({})", screen_.unicode ? "⇐" : "<=", task_text(model_, last.by),
                    cause_name(last.cause));
    if (const size_t before = at->second.size() - 1; before > 0)
      text += fmt::format(" and {} wake{} before", before, before > 1 ? "s" : "");
    return text;
  }

  void put_vertex(VertexIndex number) {
    const Vertex& vertex = graph_.vertices[number];
    const Ticks start = model_.requests[graph_.request].start;
    const double after = vertex.start > start ? analysis_.seconds(vertex.start - start) : 0;
    std::string left = fmt::format(
        "{:>9} {:>9} {} ", duration_text(after),
        duration_text(analysis_.seconds(vertex.end - std::min(vertex.start, vertex.end))),
        vertex.critical ? "*" : " ");
    std::string middle = branches(number) + name_of(vertex);
    std::string right;
    const auto append = [&](const std::string& part) {
      if (!part.empty()) right += (right.empty() ? "" : "  ") + part;
    };
    if (vertex.exchange == kNone && vertex.stands_for == 0)
      append(place_text(model_, model_.tasks[vertex.task].place));
    append(state_of(vertex));
    append(wakes_of(number));
    put_line(left, middle, right, vertex.critical);
  }

  /// What does not fit stands on a line of its own.
  void put_line(const std::string& left, const std::string& middle, const std::string& right,
                bool critical) {
    const size_t used = columns_of(left) + columns_of(middle);
    const std::string shown = cut(middle, screen_.width - columns_of(left));
    out_ += left + (critical ? screen_.bold(shown) : shown);
    if (right.empty()) {
      out_ += "\n";
    } else if (used + 2 + columns_of(right) <= screen_.width) {
      out_ += "  " + right + "\n";
    } else {
      const std::string indent(std::min<size_t>(screen_.width / 2, columns_of(left) + 4), ' ');
      out_ += "\n" + wrap(indent + right, screen_.width, indent.size()) + "\n";
    }
  }

  void put_path() {
    if (graph_.shares.empty()) return;
    const double all = request_seconds(analysis_, graph_.request);
    out_ += "\n" + screen_.bold("* critical path: where the time went") + "\n";
    for (size_t i = 0; i < std::min(kShownShares, graph_.shares.size()); ++i) {
      const Share& share = graph_.shares[i];
      const double seconds = analysis_.seconds(share.ticks);
      const std::string line =
          fmt::format("{:>9} {:>4.0f} %  {}", duration_text(seconds),
                      all > 0 ? 100 * seconds / all : 0, share_text(model_, share));
      out_ += cut(line, screen_.width) + "\n";
    }
    if (graph_.shares.size() > kShownShares)
      out_ += fmt::format("          {} smaller shares left out\n",
                          graph_.shares.size() - kShownShares);
  }

  void put_footer() {
    out_ += "\n";
    if (graph_.most_alive > 1)
      out_ += fmt::format("{} tasks alive at the same time{}\n", graph_.most_alive,
                          graph_.most_running == 0
                              ? ""
                              : fmt::format(", never more than {} running", graph_.most_running));
    if (graph_.unknown_causes > 0)
      out_ += fmt::format("cause unknown: {} resumes\n", graph_.unknown_causes);
    if (graph_.internal > 0)
      out_ += fmt::format("folded: {} handlers and library-internal tasks (--all shows them)\n",
                          graph_.internal);
    if (graph_.repeated > 0)
      out_ += fmt::format("folded: {} tasks and exchanges that are {}\n", graph_.repeated,
                          graph_.all ? "too deep to draw" : "many of a kind (--all)");
    if (out_.ends_with("\n\n")) out_.pop_back();
  }

  const Analysis& analysis_;
  const Model& model_;
  const Graph& graph_;
  const Screen& screen_;
  std::unordered_set<VertexIndex> is_last_;  ///< of its siblings
  std::map<VertexIndex, std::vector<const WakeEdge*>> wakes_;
  Cancellations cancellations_;
  std::string out_;
};

}  // namespace

std::string graph_text(const Analysis& analysis, const Graph& graph, const Screen& screen) {
  return TextGraph(analysis, graph, screen).make();
}

}  // namespace weft::report
