/// Detectors of `weft why`: what goes wrong on connections: answers that are one off, questions on
/// a connection that the peer has given up, Nagle's 40 ms.
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

/// "127.0.0.1:5432"; where that is not known, "fd 7".
std::string peer_name(const Model& model, ConnectionIndex number) {
  const std::string peer = text_of(model, model.connections[number].peer);
  return peer.empty() ? fmt::format("fd {}", model.connections[number].fd) : peer;
}

std::string peer_text(const Model& model, ConnectionIndex number) {
  const std::string peer = peer_name(model, number);
  return model.connections[number].peer == kNone
             ? peer
             : fmt::format("{} (fd {})", peer, model.connections[number].fd);
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

namespace {

/// A question that got no answer, on a connection that had been used before.
struct Unanswered {
  ConnectionIndex connection = kNone;
  ExchangeIndex question = kNone;
  Ticks pause{};               ///< since the answer before
  size_t answered_before = 0;  ///< on the same connection
};

/// Questions to one peer, on connections that had been used before and then rested.
struct Reuse {
  size_t all = 0;
  Ticks longest_answered{};  ///< pause
  std::vector<Unanswered> unanswered{};
};

void add_reuse(const Model& model, ConnectionIndex connection,
               const std::vector<ExchangeIndex>& asked, Reuse& reuse) {
  size_t answered = 0;
  for (size_t i = 0; i + 1 < asked.size(); ++i) {
    const Exchange &before = model.exchanges[asked[i]], &now = model.exchanges[asked[i + 1]];
    answered += before.answered != kNone;
    if (model.strings[now.outcome] == "(no reply)") continue;  // none was asked for
    if (before.answered == kNone || is_open(before, now)) continue;
    ++reuse.all;
    const Ticks pause = now.start - std::min(now.start, before.finish);
    if (now.answered != kNone) {
      reuse.longest_answered = std::max(reuse.longest_answered, pause);
    } else if (i + 2 == asked.size() && model.connections[connection].ended != kNone) {
      reuse.unanswered.push_back({connection, asked[i + 1], pause, answered});
    }
  }
}

}  // namespace

/// A connection was used again after a longer pause than any that was answered, and ended without
/// an answer, though earlier questions on it were answered.
void find_stale_connections(const Scene& scene, std::vector<Finding>& found) {
  const Model& model = scene.model();
  std::map<std::string, Reuse> peers;
  for (const auto& [connection, asked] : asked_by_connection(model))
    add_reuse(model, connection, asked, peers[peer_name(model, connection)]);
  for (auto& [peer, reuse] : peers) {
    std::erase_if(reuse.unanswered,
                  [&](const Unanswered& one) { return one.pause <= reuse.longest_answered; });
    const size_t stale = reuse.unanswered.size();
    if (stale == 0 || reuse.all < kHabit * stale) continue;
    const Unanswered& one = *std::ranges::min_element(reuse.unanswered, {}, &Unanswered::pause);
    const Exchange& question = model.exchanges[one.question];
    const PackedEvent ended = model.connections[one.connection].ended;
    const bool was_told = ended < question.first;
    Finding finding{.weight = Weight::kLost,
                    .size = static_cast<double>(stale) / static_cast<double>(reuse.all)};
    finding.what =
        fmt::format("{} asked {} on a connection that the peer {} closed by then: no answer to {}",
                    task_text(model, question.task), peer_text(model, one.connection),
                    was_told ? "had" : "may have", exchange_text(model, one.question));
    finding.evidence = fmt::format(
        "event {}, after {} without use; the end of the connection was read at event {}; {} "
        "question{} on it {} answered before; {} of {} questions to this peer on used connections "
        "got no answer after such a pause; those that were answered came after pauses of at most "
        "{}",
        question.first, scene.time(one.pause), ended, one.answered_before,
        one.answered_before > 1 ? "s" : "", one.answered_before > 1 ? "were" : "was", stale,
        reuse.all, scene.time(reuse.longest_answered));
    finding.next = fmt::format("requests {}", scene.path());
    found.push_back(std::move(finding));
  }
}

namespace {

/// Of the questions to one peer.
struct Delays {
  size_t in_parts = 0, delayed = 0;    ///< in several writes, without TCP_NODELAY
  size_t others = 0, others_slow = 0;  ///< those that Nagle's algorithm cannot delay
  ExchangeIndex example = kNone;
};

void add_delay(const Scene& scene, const Exchange& exchange, ExchangeIndex number, Delays& delays) {
  if (exchange.last == kNone) return;
  const double seconds =
      scene.analysis.seconds(exchange.finish - std::min(exchange.finish, exchange.sent));
  if (exchange.asked == exchange.first || scene.model().connections[exchange.connection].no_delay) {
    ++delays.others;
    delays.others_slow += seconds >= kDelayedLeast;
    return;
  }
  ++delays.in_parts;
  if (seconds < kDelayedLeast || seconds > kDelayedMost) return;
  if (delays.delayed++ == 0) delays.example = number;
}

/// What the questions tell that Nagle's algorithm cannot delay.
std::string control_text(const Delays& delays) {
  if (delays.others < kHabit)
    return "as Nagle's algorithm with a delayed acknowledgement makes it, unless the peer takes so "
           "long";
  return fmt::format(
      "Nagle's algorithm and a delayed acknowledgement; of the others to this peer, in one write "
      "or with TCP_NODELAY, {} of {} took so long",
      delays.others_slow, delays.others);
}

}  // namespace

/// Write, write, read without TCP_NODELAY: the second write waits for the peer's delayed
/// acknowledgement. A peer that takes as long for questions in one write is slow, and that is all.
void find_nagle(const Scene& scene, std::vector<Finding>& found) {
  const Model& model = scene.model();
  std::map<std::string, Delays> peers;
  for (const ExchangeIndex number : model.exchanges.numbers()) {
    const Exchange& exchange = model.exchanges[number];
    const std::string peer = text_of(model, model.connections[exchange.connection].peer);
    if (!exchange.incoming && !peer.empty() && !peer.starts_with("unix:"))
      add_delay(scene, exchange, number, peers[peer]);
  }
  for (const auto& [peer, delays] : peers) {
    if (delays.delayed < kHabit || 2 * delays.delayed < delays.in_parts) continue;
    if (delays.others >= kHabit && 2 * delays.others_slow >= delays.others) continue;
    const Exchange& exchange = model.exchanges[delays.example];
    Finding one{.size = 0.04 * static_cast<double>(delays.delayed)};
    one.what =
        fmt::format("{} of {} questions to {} that were sent in several writes took 40 ms: {}",
                    delays.delayed, delays.in_parts, peer, control_text(delays));
    one.evidence = fmt::format(
        "e.g. event {}: {} after its last write of event {} the answer was there; TCP_NODELAY was "
        "not set on this connection",
        exchange.first, scene.time(exchange.finish - exchange.sent), exchange.asked);
    one.next = fmt::format("events --from {} {}", exchange.first, scene.path());
    found.push_back(std::move(one));
  }
}

}  // namespace weft::report
