/// Detectors of `weft why`: calls that fail for want of something.
#include <fmt/format.h>

#include <cerrno>
#include <cstring>

#include "debugger/report/text/task_texts.h"
#include "debugger/report/why/finding.h"
#include "replayer/inspect/event_text.h"

namespace weft::report {

/// Descriptors, memory, places in a queue: what a program runs out of.
void find_exhausted(const Scene& scene, std::vector<Finding>& found) {
  const Model& model = scene.model();
  for (const auto i : model.call_failures.numbers()) {
    const CallFailure& failure = model.call_failures[i];
    const bool descriptors = failure.error == EMFILE || failure.error == ENFILE;
    if (!descriptors && failure.error != ENOBUFS && failure.error != ENOMEM &&
        failure.error != ENOSPC)
      continue;
    size_t open = 0, ended = 0;
    for (const auto c : model.connections.numbers()) {
      const Connection& connection = model.connections[c];
      if (connection.opened >= failure.first ||
          (connection.closed != kNone && connection.closed <= failure.first))
        continue;
      ++open;
      ended += connection.ended != kNone && connection.ended < failure.first;
    }
    Finding one{.weight = Weight::kLost, .size = static_cast<double>(failure.count)};
    one.what =
        fmt::format("{} failed {} time{}: {}", inspect::call_name(failure.call), failure.count,
                    failure.count > 1 ? "s" : "", std::strerror(failure.error));
    one.evidence = fmt::format("the first time at event {}, in {}", failure.first,
                               task_text(model, failure.task));
    if (descriptors)
      one.evidence += fmt::format("; {} connection{} open then, {} of them closed by the other end",
                                  open, open == 1 ? " was" : "s were", ended);
    one.next = fmt::format("events --call {} {}", inspect::call_name(failure.call), scene.path());
    found.push_back(std::move(one));
  }
}

}  // namespace weft::report
