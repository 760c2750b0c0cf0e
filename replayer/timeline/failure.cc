#include "replayer/timeline/failure.h"

#include <fmt/format.h>
#include <sys/wait.h>

#include <cstring>

#include "replayer/inspect/escape.h"
#include "weft/base/shell_word.h"

namespace weft::timeline {
namespace {

using session::Outcome;

/// The message that the runtime left in shared memory, which the program may have written to.
std::string what_it_says(const channel::ReplayChannel& channel) {
  const char* what = channel.divergence.what;
  return inspect::printable(std::string(what, ::strnlen(what, sizeof channel.divergence.what)));
}

std::string death(int wait_status) {
  return WIFSIGNALED(wait_status) ? fmt::format("died by signal {}", WTERMSIG(wait_status))
                                  : fmt::format("ended with status {}", WEXITSTATUS(wait_status));
}

}  // namespace

Error FailureSource::error(const session::ReplayProcess& process, Outcome outcome) const {
  const uint64_t event = process.channel().position.load();
  const std::string look = "see weft replay " + shell_word(trace_path);
  switch (outcome) {
    case Outcome::kNoLog:
      if (const auto failure = log->failure()) return *failure;
      break;
    case Outcome::kDiverged:
      return {ErrorClass::kDivergence,
              fmt::format("the replay diverged at event {}: {}", event,
                          what_it_says(process.channel())),
              look};
    case Outcome::kFailed:
      return {ErrorClass::kDivergence,
              fmt::format("the runtime gave up near event {}: {}", event,
                          what_it_says(process.channel())),
              look};
    case Outcome::kDied:
      return {
          ErrorClass::kDivergence,
          fmt::format("the replayed process {} near event {}", death(process.wait_status()), event),
          look};
    case Outcome::kStalled:
      return {ErrorClass::kDivergence,
              fmt::format("the replay came to a standstill near event {}", event), look};
    case Outcome::kParked:
    case Outcome::kEnded:
      break;
  }
  return {ErrorClass::kDivergence, fmt::format("the replay went wrong near event {}", event), look};
}

}  // namespace weft::timeline
