#include "debugger/analysis/pass/call_causes.h"

#include <algorithm>
#include <vector>

namespace weft::analysis {

namespace {

using connections::CauseKind;

EventIndex event_of(const connections::Mark& mark) {
  return mark ? mark.event : EventIndex();
}

}  // namespace

void CallCauses::add(EventIndex index, const trace::EventView& event) {
  tracker_.add(index, event);
  timed_out_ = false;
  for (const connections::Wake& wake : tracker_.wakes()) take_wake(wake);
}

void CallCauses::take_wake(const connections::Wake& wake) {
  if (wake.readiness && wake.fd >= 0) {
    Reports& reports = reports_[wake.fd];
    reports.last = {event_of(wake.woken), wake.woken.time, wake.readable, wake.writable};
    if (reports.is_new) reports.first = reports.last;
    reports.is_new = false;
  }
  timed_out_ = timed_out_ || wake.kind == CauseKind::kTimeout || wake.kind == CauseKind::kTimer;
}

Readiness CallCauses::readiness(int64_t fd, EventIndex since) const {
  const auto at = reports_.find(static_cast<int32_t>(fd));
  if (fd < 0 || at == reports_.end()) return {};
  for (const Readiness& report : {at->second.first, at->second.last}) {
    if (report.event != kNone && report.event > since) return report;
  }
  return {};
}

void CallCauses::used(int64_t fd) {
  const auto at = reports_.find(static_cast<int32_t>(fd));
  if (at != reports_.end()) at->second.is_new = true;
}

void CallCauses::take_exchange(const connections::Exchange& exchange) {
  // Nobody asked: a server answers the end of a connection.
  const connections::Connection& on = tracker_.connections()[exchange.connection];
  if (exchange.push && exchange.incoming && on.bytes_in == 0 &&
      exchange.protocol == protocol::Protocol::kHttp)
    return;
  Exchange row;
  const connections::Mark begin = exchange.begin();
  const bool told_before = exchange.ready && exchange.ready.event < begin.event;
  row.first = event_of(begin);
  row.start = exchange.incoming && told_before ? exchange.ready.time : begin.time;
  row.answered = event_of(exchange.answer_first);
  row.sent = exchange.request_last.time;
  row.asked = event_of(exchange.request_last);
  row.finish = exchange.end().time;
  if (exchange.finished) row.last = event_of(exchange.end());
  row.what = model_.strings.add(exchange.what);
  row.outcome = model_.strings.add(exchange.outcome);
  row.connection = ConnectionIndex(exchange.connection);
  row.incoming = exchange.incoming;
  row.failed = exchange.failed;
  const ThreadNumber thread = begin.thread;
  row.task = model_.task_of_thread.has(thread) ? model_.task_of_thread[thread] : TaskIndex();
  if (!exchange.statement.empty() || !exchange.tables.empty() || !exchange.traceparent.empty()) {
    row.texts = model_.exchange_texts.add({model_.strings.add(exchange.statement),
                                           model_.strings.add(exchange.tables),
                                           model_.strings.add(exchange.traceparent)});
    // Tables are looked up one by one later.
    std::string_view tables = exchange.tables;
    while (!tables.empty()) {
      const size_t end = tables.find(", ");
      model_.strings.add(tables.substr(0, end));
      tables.remove_prefix(end == std::string_view::npos ? tables.size() : end + 2);
    }
  }
  model_.exchanges.add(row);
}

void CallCauses::finish() {
  tracker_.finish();
  const connections::ConnectionList& connections = tracker_.connections();
  for (size_t i = 0; i < connections.size(); ++i) {
    const connections::Connection& connection = connections[i];
    const auto protocol = static_cast<size_t>(connection.protocol);
    model_.connections.add({connection.opened.time, connection.closed.time,
                            event_of(connection.opened), event_of(connection.closed),
                            model_.strings.add(connection.peer),
                            model_.strings.add(protocol::kProtocolNames[protocol]), connection.fd,
                            connection.kind == connections::ConnectionKind::kAccepted,
                            connection.no_delay, event_of(connection.ended)});
  }
  const connections::ExchangeLog& log = tracker_.exchanges();
  model_.totals.exchanges_left_out = log.left_out();
  // They are numbered as their requests began, and those begin in the order of events: but a pushed
  // message has no request, and begins with its answer.
  std::vector<std::pair<EventIndex, uint32_t>> order;
  bool sorted = true;
  EventIndex last(0);
  for (uint32_t i = 0; i < log.size() && sorted; ++i) {
    const EventIndex begin = log.at(i).begin().event;
    sorted = begin >= last;
    last = begin;
  }
  if (sorted) {
    for (uint32_t i = 0; i < log.size(); ++i) take_exchange(log.at(i));
    return;
  }
  for (uint32_t i = 0; i < log.size(); ++i) order.emplace_back(log.at(i).begin().event, i);
  std::sort(order.begin(), order.end());
  for (const auto& [event, number] : order) take_exchange(log.at(number));
}

}  // namespace weft::analysis
