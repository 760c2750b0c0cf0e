/// Detectors of `weft why`: what goes wrong on connections: answers that are one off, questions on
/// a connection that the peer has given up, two senders at once, Nagle's 40 ms.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "debugger/analysis/model/expressions.h"
#include "debugger/report/text/task_texts.h"
#include "debugger/report/why/finding.h"

namespace weft::report {

namespace {

/// Exchanges from which a habit of a connection is known.
constexpr size_t kHabit = 3;
/// The kernel delays an acknowledgement by 40 ms; what else takes that long, again and again, is
/// rare.
constexpr double kDelayedLeast = 0.038, kDelayedMost = 0.048;

using OnConnection = std::map<ConnectionIndex, std::vector<ExchangeIndex>>;

/// Questions of the program, by connection, in the order in which they were sent.
OnConnection asked_by_connection(const Model& model) {
  OnConnection asked;
  for (const ExchangeIndex number : model.exchanges.numbers()) {
    if (!model.exchanges[number].incoming)
      asked[model.exchanges[number].connection].push_back(number);
  }
  return asked;
}

bool is_open(const Exchange& before, const Exchange& next) {
  return before.last == kNone || before.last > next.first;
}

std::string peer_text(const Model& model, ConnectionIndex number) {
  const Connection& connection = model.connections[number];
  const std::string peer = text_of(model, connection.peer);
  return peer.empty() ? fmt::format("fd {}", connection.fd)
                      : fmt::format("{} (fd {})", peer, connection.fd);
}

/// Who gave up the answer: the operation that was cancelled on this descriptor in between.
std::string gave_up_text(const Model& model, const Exchange& lost, const Exchange& next) {
  const int32_t fd = model.connections[lost.connection].fd;
  for (const OperationIndex i : model.operations.numbers()) {
    const Operation& operation = model.operations[i];
    if (operation.fd != fd || operation.cancelled == kNone || operation.cancelled < lost.first ||
        operation.cancelled > next.first)
      continue;
    return fmt::format("; {} was cancelled at event {}", operation_text(model, i),
                       operation.cancelled);
  }
  return "";
}

}  // namespace

/// A connection that was used question by question, until an answer was given up: from then on
/// every question is sent while an answer to one before is on its way.
void find_off_by_one(const Scene& scene, std::vector<Finding>& found) {
  const Model& model = scene.model();
  for (const auto& [connection, asked] : asked_by_connection(model)) {
    size_t first = 1;
    while (first < asked.size() &&
           !is_open(model.exchanges[asked[first - 1]], model.exchanges[asked[first]]))
      ++first;
    const size_t after = asked.size() - std::min(first, asked.size());
    if (first < kHabit || after < kHabit) continue;
    size_t open = 0;
    for (size_t i = first; i < asked.size(); ++i)
      open += is_open(model.exchanges[asked[i - 1]], model.exchanges[asked[i]]);
    if (open != after) continue;
    const Exchange &lost = model.exchanges[asked[first - 1]], &next = model.exchanges[asked[first]];
    Finding one{.weight = Weight::kLost, .size = static_cast<double>(after)};
    one.what = fmt::format(
        "{} asked {} again without having read the answer to {}: from then on each answer may be "
        "taken for that of the question before",
        task_text(model, next.task), peer_text(model, connection),
        exchange_text(model, asked[first - 1]));
    one.evidence = fmt::format(
        "event {}: {}; up to then {} questions, each after the answer to the one before; from then "
        "on "
        "{} of {} were sent while an answer was due{}",
        next.first, exchange_text(model, asked[first]), first, open, after,
        gave_up_text(model, lost, next));
    one.next = fmt::format("events --from {} {}", lost.first, scene.path());
    found.push_back(std::move(one));
  }
}

/// A connection was used again after a pause, and the peer had closed it: no answer, though earlier
/// questions on it were answered.
void find_stale_connections(const Scene& scene, std::vector<Finding>& found) {
  const Model& model = scene.model();
  Finding one{.weight = Weight::kLost};
  size_t stale = 0, all = 0;
  Ticks shortest{}, answered{};
  for (const auto& [connection, asked] : asked_by_connection(model)) {
    all += asked.size();
    for (size_t i = 1; i < asked.size(); ++i) {
      const Exchange &before = model.exchanges[asked[i - 1]], &now = model.exchanges[asked[i]];
      if (before.answered == kNone || before.last == kNone || before.last > now.first) continue;
      const Ticks pause = now.start - std::min(now.start, before.finish);
      if (now.answered != kNone) answered = std::max(answered, pause);
      const PackedEvent ended = model.connections[connection].ended;
      const bool last = now.answered == kNone && i + 1 == asked.size();
      if (!last || ended == kNone || ended < before.last) continue;
      if (stale++ > 0 && pause >= shortest) continue;
      shortest = pause;
      one.what = fmt::format(
          "{} asked {} on a connection that the peer was done with: no answer to {}",
          task_text(model, now.task), peer_text(model, connection), exchange_text(model, asked[i]));
      one.evidence = fmt::format(
          "event {}, after {} without use; the end of the connection was read at event {}; {} "
          "questions "
          "on it were answered before",
          now.first, scene.time(pause), ended, i);
    }
  }
  if (stale == 0 || all < kHabit * stale || answered >= 2 * shortest) return;
  one.size = static_cast<double>(stale) / static_cast<double>(all);
  one.evidence += fmt::format(
      "; {} of {} questions on used connections; those that were answered came "
      "after pauses of at most {}",
      stale, all, scene.time(answered));
  one.next = fmt::format("requests {}", scene.path());
  found.push_back(std::move(one));
}

/// Write, write, read without TCP_NODELAY: the second write waits for the peer's delayed
/// acknowledgement.
void find_nagle(const Scene& scene, std::vector<Finding>& found) {
  const Model& model = scene.model();
  for (const auto& [connection, asked] : asked_by_connection(model)) {
    if (model.connections[connection].no_delay) continue;
    size_t delayed = 0, in_parts = 0;
    ExchangeIndex example = kNone;
    for (const ExchangeIndex number : asked) {
      const Exchange& exchange = model.exchanges[number];
      if (exchange.asked == exchange.first || exchange.last == kNone) continue;
      ++in_parts;
      const double seconds =
          scene.analysis.seconds(exchange.finish - std::min(exchange.finish, exchange.sent));
      if (seconds < kDelayedLeast || seconds > kDelayedMost) continue;
      if (delayed++ == 0) example = number;
    }
    if (delayed < kHabit || 2 * delayed < in_parts) continue;
    const Exchange& exchange = model.exchanges[example];
    Finding one{.size = 0.04 * static_cast<double>(delayed)};
    one.what = fmt::format(
        "{} of {} questions to {} that were sent in several writes took 40 ms: Nagle's algorithm "
        "and "
        "a delayed acknowledgement",
        delayed, in_parts, peer_text(model, connection));
    one.evidence = fmt::format(
        "e.g. event {}: {} after its last write of event {} the answer was there; TCP_NODELAY was "
        "not "
        "set on this connection",
        exchange.first, scene.time(exchange.finish - exchange.sent), exchange.asked);
    one.next = fmt::format("events --from {} {}", exchange.first, scene.path());
    found.push_back(std::move(one));
    return;
  }
}

namespace {

/// The operation that a chain of them began with: each was started by the handler of the one before
/// (async_write sends in parts).
OperationIndex chain_of(const Model& model, OperationIndex number) {
  constexpr int kMaxParts = 100'000;
  for (int i = 0; i < kMaxParts; ++i) {
    const Task& owner = model.tasks[model.operations[number].owner];
    const bool goes_on =
        owner.operation != kNone &&
        model.operations[owner.operation].object == model.operations[number].object &&
        model.operations[owner.operation].name == model.operations[number].name &&
        owner.place == model.operations[number].place;
    if (!goes_on) return number;
    number = owner.operation;
  }
  return number;
}

bool sends(const Model& model, const Operation& operation) {
  const std::string_view name = model.strings[operation.name];
  return name.find("async_send") != std::string_view::npos &&
         name.find("channel") == std::string_view::npos && operation.fd >= 0;
}

}  // namespace

/// Two writes at once on one socket, whose parts were sent by turns: A, B, A.
void find_overlapping_writes(const Scene& scene, std::vector<Finding>& found) {
  const Model& model = scene.model();
  struct Sending {
    std::vector<OperationIndex>
        chains{};                 ///< that sent something, in the order of their first parts
    OperationIndex last = kNone;  ///< the chain that sent last
  };
  std::map<uint64_t, Sending> all;
  std::vector<OperationIndex> completed;
  for (const OperationIndex i : model.operations.numbers()) {
    const Operation& operation = model.operations[i];
    if (operation.completed != kNone && operation.bytes > 0 && sends(model, operation))
      completed.push_back(i);
  }
  std::ranges::sort(completed, {}, [&](OperationIndex i) { return model.operations[i].completed; });
  for (const OperationIndex i : completed) {
    const Operation& operation = model.operations[i];
    Sending& sending = all[operation.object];
    const OperationIndex chain = chain_of(model, i);
    if (chain == sending.last) continue;
    const bool again = std::ranges::find(sending.chains, chain) != sending.chains.end();
    if (!again) {
      sending.chains.push_back(chain);
      if (sending.chains.size() > 16) sending.chains.erase(sending.chains.begin());
      sending.last = chain;
      continue;
    }
    const Operation &first = model.operations[chain], &other = model.operations[sending.last];
    Finding one{.weight = Weight::kLost, .size = 1};
    one.what = fmt::format("two writes at once on fd {}: {} and {} sent parts by turns",
                           operation.fd, with_place(model, first.handler, first.place),
                           with_place(model, other.handler, other.place));
    one.evidence = fmt::format(
        "the first began at event {}, the other at event {}; at event {} the first went on, "
        "between "
        "parts of the other",
        first.started, other.started, operation.completed);
    one.next = fmt::format("events --from {} {}", first.started, scene.path());
    found.push_back(std::move(one));
    return;
  }
}

/// A cancel that came when the operation was over already: its handler runs with success.
void find_late_cancels(const Scene& scene, std::vector<Finding>& found) {
  const Model& model = scene.model();
  uint32_t late = 0, in_time = 0;
  OperationIndex example = kNone;
  for (const OperationIndex i : model.operations.numbers()) {
    const Operation& operation = model.operations[i];
    if (operation.cancelled == kNone || operation.completed == kNone ||
        is_internal(model, operation.handler))
      continue;
    if (operation.error != 0) {
      ++in_time;
    } else if (late++ == 0) {
      example = i;
    }
  }
  if (late == 0) return;
  const Operation& operation = model.operations[example];
  Finding one{.weight = Weight::kUnusual, .size = static_cast<double>(late) / (late + in_time)};
  one.what =
      fmt::format("{} of {} cancelled operations were over already: {} was told success", late,
                  late + in_time, with_place(model, operation.handler, operation.place));
  one.evidence = fmt::format(
      "{} cancelled at event {} by {}, its handler ran at event {} without an error",
      operation_text(model, example), operation.cancelled,
      with_place(model, operation.cancelled_by, model.tasks[operation.cancelled_by].place),
      operation.completed);
  one.next = fmt::format("events --from {} {}", operation.cancelled, scene.path());
  found.push_back(std::move(one));
}

}  // namespace weft::report
