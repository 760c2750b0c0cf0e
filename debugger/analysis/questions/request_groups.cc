#include "debugger/analysis/questions/request_groups.h"

namespace weft::analysis {

namespace {

/// Rows 0..count-1 grouped by `request_of(row)`; rows of no request are left out.
template <class RequestOf>
void group_rows(uint32_t count, uint32_t requests, RequestOf request_of,
                std::vector<uint32_t>& rows, std::vector<uint32_t>& first) {
  first.assign(size_t{requests} + 1, 0);
  for (uint32_t row = 0; row < count; ++row) {
    const RequestIndex request = request_of(row);
    if (request < requests) ++first[request + 1];
  }
  for (size_t i = 1; i < first.size(); ++i) first[i] += first[i - 1];
  rows.resize(first.back());
  std::vector<uint32_t> next(first.begin(), first.end());
  for (uint32_t row = 0; row < count; ++row) {
    const RequestIndex request = request_of(row);
    if (request < requests) rows[next[request]++] = row;
  }
}

}  // namespace

RequestGroups::RequestGroups(const Model& model) {
  const uint32_t requests = model.requests.size();
  group_rows(
      model.tasks.size(), requests, [&](TaskIndex task) { return model.tasks[task].request; },
      tasks_, first_task_);
  group_rows(
      model.exchanges.size(), requests,
      [&](ExchangeIndex number) {
        const Exchange& exchange = model.exchanges[number];
        return exchange.incoming ? kNone : exchange.request;
      },
      exchanges_, first_exchange_);
  for (ExchangeIndex number = 0; number < model.exchanges.size(); ++number) {
    const Exchange& exchange = model.exchanges[number];
    if (!exchange.incoming && exchange.request == kNone) others_.push_back(number);
  }
}

}  // namespace weft::analysis
