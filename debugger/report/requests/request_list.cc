#include "debugger/report/requests/request_list.h"

#include <algorithm>
#include <unordered_set>

#include "debugger/analysis/model/expressions.h"

namespace weft::report {

namespace {

/// Does a name of the request, of its tasks or of its exchanges contain the text?
class NameFilter {
 public:
  NameFilter(const Model& model, const RequestGroups& groups, const std::string& text)
      : model_(model), groups_(groups), text_(text) {
    for (const ExpressionIndex i : model.expressions.numbers()) {
      if (expression_name(model, i).find(text) != std::string::npos) expressions_.insert(i);
    }
  }

  bool takes(RequestIndex number) const {
    const Request& request = model_.requests[number];
    if (request_label(model_, number).find(text_) != std::string::npos || takes_task(request.task))
      return true;
    return std::ranges::any_of(groups_.tasks(number), [&](TaskIndex t) { return takes_task(t); }) ||
           std::ranges::any_of(groups_.exchanges(number), [&](ExchangeIndex e) {
             return model_.strings[model_.exchanges[e].what].find(text_) != std::string::npos;
           });
  }

 private:
  bool takes_task(TaskIndex number) const {
    const Task& task = model_.tasks[number];
    return expressions_.contains(task.expression) ||
           model_.strings[task.name].find(text_) != std::string_view::npos;
  }

  const Model& model_;
  const RequestGroups& groups_;
  const std::string& text_;
  std::unordered_set<ExpressionIndex> expressions_;  ///< whose names have it
};

}  // namespace

RequestList list_requests(const Analysis& analysis, const RequestGroups& groups,
                          const RequestsOptions& options) {
  const Model& model = analysis.model();
  RequestList list;
  list.total = model.requests.size();
  const bool others = std::ranges::any_of(model.requests.numbers(), [&](RequestIndex i) {
    return model.requests[i].kind != RequestKind::kRootTask;
  });
  const NameFilter filter(model, groups, options.where);
  for (const RequestIndex i : model.requests.numbers()) {
    if (others && !options.roots && model.requests[i].kind == RequestKind::kRootTask) {
      ++list.root_tasks;
    } else if (!options.where.empty() && !filter.takes(i)) {
      ++list.others;
    } else {
      list.shown.push_back(i);
    }
  }
  if (options.slowest > 0 || options.sort == "duration") {
    std::ranges::stable_sort(list.shown, [&](RequestIndex a, RequestIndex b) {
      return request_seconds(analysis, a) > request_seconds(analysis, b);
    });
  } else {  // they are numbered by the event that they began at; a request waits for that, too
    std::ranges::stable_sort(list.shown, [&](RequestIndex a, RequestIndex b) {
      return model.requests[a].start < model.requests[b].start;
    });
  }
  if (options.slowest > 0 && list.shown.size() > options.slowest) {
    list.faster = list.shown.size() - options.slowest;
    list.shown.resize(options.slowest);
  }
  return list;
}

}  // namespace weft::report
