/// Where live processes come from.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "debugger/process/map_events.h"
#include "debugger/process/program_text.h"
#include "debugger/process/recorded_answers.h"
#include "replayer/timeline/timeline.h"
#include "weft/base/result.h"

namespace weft::travel {

/// A process that stands before an event. It ends with this object.
class StandingProcess {
 public:
  virtual ~StandingProcess() = default;
  virtual pid_t pid() const = 0;
};

class ProcessSource {
 public:
  virtual ~ProcessSource() = default;
  /// A fresh process that stands at `moment`, or (event_count()) at the end.
  virtual Result<std::unique_ptr<StandingProcess>> at(const timeline::Moment& moment) = 0;
  /// The way through the segment after `event`, at most `limit` steps of it.
  virtual Result<timeline::Steps> steps_of(timeline::EventIndex event, uint64_t limit) = 0;
  virtual const process::MapEvents& map_events() const = 0;
  /// Null: none are known.
  virtual const process::RecordedAnswers* recorded_answers() const { return nullptr; }
  /// Null: it is not known.
  virtual const process::ProgramText* program_text() { return nullptr; }
};

/// Copies of the timeline's checkpoints.
class TimelineSource : public ProcessSource {
 public:
  explicit TimelineSource(timeline::Timeline& timeline)
      : timeline_(timeline),
        maps_([&timeline] { return std::span(timeline.log().mappings()); }),
        answers_([&timeline] { return timeline.log().events_before(timeline.log().bytes()); }) {}
  Result<std::unique_ptr<StandingProcess>> at(const timeline::Moment& moment) override;
  Result<timeline::Steps> steps_of(timeline::EventIndex event, uint64_t limit) override {
    return timeline_.steps_of(event, limit);
  }
  const process::MapEvents& map_events() const override { return maps_; }
  const process::RecordedAnswers* recorded_answers() const override { return &answers_; }
  const process::ProgramText* program_text() override {
    if (!text_) text_.emplace(timeline_.log().mappings());
    return &*text_;
  }

 private:
  timeline::Timeline& timeline_;
  process::MapEvents maps_;
  process::RecordedAnswers answers_;
  std::optional<process::ProgramText> text_;  ///< made when it is asked for
};

}  // namespace weft::travel
