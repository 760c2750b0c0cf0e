/// What belongs to each request: its tasks, and the exchanges that were made for it.
///
/// Two passes over the tables and 4 bytes a task and an exchange; for callers that ask about more
/// than one request.
#pragma once

#include <span>
#include <vector>

#include "debugger/analysis/model/model.h"

namespace weft::analysis {

class RequestGroups {
 public:
  explicit RequestGroups(const Model& model);

  /// Tasks that were created for it, in the order of creation. The task that it began in is among
  /// them only if it is a root task.
  std::span<const TaskIndex> tasks(RequestIndex request) const {
    return group(tasks_, first_task_, request);
  }
  /// Outgoing exchanges, in the order of their beginnings.
  std::span<const ExchangeIndex> exchanges(RequestIndex request) const {
    return group(exchanges_, first_exchange_, request);
  }
  /// Outgoing exchanges that belong to no request.
  const std::vector<ExchangeIndex>& others() const { return others_; }

 private:
  using Firsts = IndexVector<RequestIndex, uint32_t>;

  template <class Row>
  static std::span<const Row> group(const std::vector<Row>& rows, const Firsts& first,
                                    RequestIndex request) {
    if (request == kNone || !first.has(request + 1)) return {};
    return std::span(rows).subspan(first[request], first[request + 1] - first[request]);
  }

  std::vector<TaskIndex> tasks_;
  std::vector<ExchangeIndex> exchanges_, others_;
  Firsts first_task_, first_exchange_;  ///< by request, and one behind
};

/// Those that are compared with each other: root tasks only where there is nothing else.
std::vector<RequestIndex> served_requests(const Model& model);

}  // namespace weft::analysis
