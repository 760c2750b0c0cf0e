/// The tree that `weft graph` draws, whatever it is drawn as.
///
/// Vertices are tasks and outgoing exchanges. What no user wrote (handlers, library code) is
/// folded: its children move up to the next vertex that is shown. Of many siblings of one
/// expression only the longest are kept, and a vertex that stands for the rest; all that was folded
/// is counted.
#pragma once

#include <vector>

#include "debugger/report/text/terminal.h"
#include "debugger/report/text/words.h"

namespace weft::report {

using VertexIndex = Index<struct Vertex, uint32_t, 0xffffffff>;

struct Vertex {
  TaskIndex task = kNone;
  ExchangeIndex exchange = kNone;  ///< a vertex of its own; or, of a task, kNone
  VertexIndex parent = kNone;
  uint32_t depth = 0;
  Ticks start{}, end{};
  bool critical = false;
  // A vertex that stands for others: how many, of which expression, their longest and their sum.
  uint32_t stands_for = 0;
  Ticks longest{}, sum{};
};

/// "`to` was made ready by `from`", where they are not parent and child.
struct WakeEdge {
  VertexIndex from = kNone, to = kNone;  ///< from kNone: another request's task
  TaskIndex by = kNone;
  Cause cause = Cause::kUnknown;
  EventIndex event = kNone;
};

struct Graph {
  RequestIndex request = kNone;
  IndexVector<VertexIndex, Vertex>
      vertices;  ///< parents before children, siblings in the order of start
  std::vector<WakeEdge> wakes;
  std::vector<CriticalStep> path;
  std::vector<Share> shares;
  uint32_t tasks = 0;           ///< of the request
  uint32_t internal = 0;        ///< folded: handlers and library code
  uint32_t repeated = 0;        ///< folded: many of one expression, or too many or deep to draw
  bool all = false;             ///< folding was not wanted
  uint32_t unknown_causes = 0;  ///< resumes
  uint32_t most_running = 0;    ///< tasks that ran at the same time, at most
  uint32_t most_alive = 0;
};

Graph make_graph(const Analysis& analysis, const RequestGroups& groups, RequestIndex request,
                 bool all);

std::string graph_text(const Analysis& analysis, const Graph& graph, const Screen& screen);
std::string graph_dot(const Analysis& analysis, const Graph& graph);
std::string graph_json(const Analysis& analysis, const Graph& graph);

}  // namespace weft::report
