/// One request for the page: its tasks and exchanges as vertices, the runs of each task, the critical
/// path. All in columns; a vertex is known by its row.
///
///   vertices  task, parent, name, place, start, end, state, flags, ...
///   segments  vertex, ready, start, end, what it waits for then, what woke it, ...
///   path      the critical path, step by step
///   logs      event, time, vertex, thread, stream, text of the lines that were written for it
///
/// Texts are numbers in a table that all requests of the page share.
#pragma once

#include <vector>

#include "debugger/analysis/questions/cancellation.h"
#include "debugger/analysis/questions/request_groups.h"
#include "debugger/page/json_block.h"
#include "debugger/page/request_logs.h"
#include "debugger/page/source_lines.h"

namespace weft::page {

/// What all graphs of a page are made from.
class GraphSource {
 public:
  /// `logs` may be null: no log lines are shown.
  GraphSource(const Analysis& analysis, const RequestGroups& groups,
              const RequestLogs* logs = nullptr);

  const Analysis& analysis() const { return analysis_; }
  const Model& model() const { return analysis_.model(); }
  const RequestGroups& groups() const { return groups_; }
  const Cancellations& cancellations() const { return cancellations_; }
  /// Null: there are none.
  const RequestLogs::Lines* logs_of(RequestIndex request) const {
    return logs_ == nullptr ? nullptr : logs_->of(request);
  }
  /// Numbers of rows of Model::notes.
  std::vector<uint32_t> notes_of(TaskIndex task) const;

 private:
  const Analysis& analysis_;
  const RequestGroups& groups_;
  const RequestLogs* logs_;
  Cancellations cancellations_;
  std::vector<uint32_t> notes_;  ///< sorted by their tasks
};

struct GraphLimits {
  size_t vertices = 20'000;   ///< beyond it: the longest, the critical ones, and what created them
  size_t segments = 100'000;  ///< of all vertices
  size_t segments_of_one = 400;  ///< the first ones of a task
};

/// Texts and lines of source that the graphs name.
struct GraphTexts {
  Strings strings;
  SourceLines lines;
};

/// It has tasks, or asked others, or wrote to a log: so there is something to show.
bool has_graph(const GraphSource& source, RequestIndex request);
Json request_graph(const GraphSource& source, RequestIndex request, const GraphLimits& limits,
                   GraphTexts& texts);

}  // namespace weft::page
