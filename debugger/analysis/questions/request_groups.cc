#include "debugger/analysis/questions/request_groups.h"

namespace weft::analysis {

namespace {

/// The numbers of a table's rows, grouped by `request_of(row)`; rows of no request are left out.
template <class Table, class RequestOf, class Row>
void group_rows(const Table& table, const Model& model, RequestOf request_of,
                std::vector<Row>& rows, IndexVector<RequestIndex, uint32_t>& first) {
  first = IndexVector<RequestIndex, uint32_t>(model.requests.size() + size_t{1}, 0);
  for (const Row row : table.numbers()) {
    const RequestIndex request = request_of(table[row]);
    if (model.requests.has(request)) ++first[request + 1];
  }
  for (const RequestIndex request : model.requests.numbers()) first[request + 1] += first[request];
  rows.resize(first[model.requests.end()]);
  auto next = first;
  for (const Row row : table.numbers()) {
    const RequestIndex request = request_of(table[row]);
    if (model.requests.has(request)) rows[next[request]++] = row;
  }
}

}  // namespace

RequestGroups::RequestGroups(const Model& model) {
  group_rows(
      model.tasks, model, [](const Task& task) { return task.request; }, tasks_, first_task_);
  group_rows(
      model.exchanges, model,
      [](const Exchange& exchange) {
        return exchange.incoming ? RequestIndex() : exchange.request;
      },
      exchanges_, first_exchange_);
  for (const ExchangeIndex number : model.exchanges.numbers()) {
    const Exchange& exchange = model.exchanges[number];
    if (!exchange.incoming && exchange.request == kNone) others_.push_back(number);
  }
}

std::vector<RequestIndex> served_requests(const Model& model) {
  std::vector<RequestIndex> requests, roots;
  for (const RequestIndex number : model.requests.numbers()) {
    const bool is_root = model.requests[number].kind == RequestKind::kRootTask;
    (is_root ? roots : requests).push_back(number);
  }
  return requests.empty() ? roots : requests;
}

}  // namespace weft::analysis
