#include "debugger/spans/probe_failure.h"

#include "replayer/timeline/failure.h"

namespace weft::spans {

Error probe_failure(const std::string& trace_path, const session::LogWindow& log,
                    const session::ReplayProcess& process, session::Outcome outcome) {
  Error error = timeline::FailureSource{trace_path, &log}.error(process, outcome);
  if (outcome == session::Outcome::kNoLog) return error;
  error.message = "with probes, " + error.message;
  error.hint =
      "a program that reads its own code sees the probes: try fewer functions;\n      weft "
      "replay " +
      trace_path + " tells whether it is exact without them";
  return error;
}

}  // namespace weft::spans
