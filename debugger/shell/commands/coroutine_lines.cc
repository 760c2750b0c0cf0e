#include "debugger/shell/commands/coroutine_lines.h"

#include <algorithm>

namespace weft::shell {

using analysis::SegmentIndex;
using travel::Hit;
using travel::Instant;
using travel::Traveller;

std::optional<CoroutineLines> CoroutineLines::of(Shell& shell, analysis::TaskIndex task) {
  const analysis::Task& row = shell.analysis()->model().tasks[task];
  SourceDebugger* source = shell.session.source();
  if (source == nullptr || row.kind != analysis::TaskKind::kCoroutine || row.created == kNone)
    return std::nullopt;
  const Address frame(shell.session.events().at(row.created).argument(1));
  const auto first = shell.analysis()->model().segment_of(row, 0);
  if (first == kNone) return std::nullopt;
  // A coroutine's frame begins with the address of the function that resumes it.
  Address resume;
  shell.session.travel([&](Traveller& traveller) {
    const Instant start{shell.analysis()->model().segments[first].resumed};
    traveller.visit_steps(start, {start.event + 1}, nullptr, [&](const Hit& hit) {
      const auto bytes = std::as_writable_bytes(std::span(&resume, 1));
      if (hit.program->read(frame, bytes) != sizeof resume) resume = {};
      return false;
    });
    return 0;
  });
  auto lines = resume ? source->function_lines(resume) : std::nullopt;
  if (!lines || lines->entry != resume) return std::nullopt;
  return CoroutineLines(shell, task, frame, std::move(*lines));
}

CoroutineLines::CoroutineLines(Shell& shell, analysis::TaskIndex task, Address frame,
                               FrameLines lines)
    : shell_(shell), task_(task), frame_(frame), lines_(std::move(lines)) {
  for (const FrameLines::Start& start : lines_.starts)
    last_line_ = std::max(last_line_, start.line);
}

uint32_t CoroutineLines::line_at(Address address) const {
  uint32_t line = 0;
  for (const FrameLines::Start& start : lines_.starts) {
    if (start.address == address) line = start.line;
  }
  return line == lines_.line || line == last_line_ ? 0 : line;
}

std::vector<CoroutineLines::LineHit> CoroutineLines::hits_in(SegmentIndex number,
                                                             const Instant& until) {
  const analysis::Segment& segment = shell_.analysis()->model().segments[number];
  travel::Search search;
  for (const FrameLines::Start& start : lines_.starts) search.addresses.insert(start.address);
  search.addresses.insert(lines_.entry);
  std::vector<LineHit> hits;
  Address entry_sp, body_sp;
  const auto add = [&](const Hit& hit) {
    if (trace::ThreadNumber(hit.thread) != segment.thread) return true;
    if (hit.instant.address == lines_.entry) {
      if (Address(hit.registers.rdi) == frame_) entry_sp = hit.sp(), body_sp = {};
      return true;
    }
    if (!entry_sp) return true;
    if (!body_sp) body_sp = hit.sp();
    const uint32_t line = line_at(hit.instant.address);
    if (hit.sp() == body_sp && line != 0 && hit.instant.event > segment.resumed)
      hits.push_back({line, hit.instant});
    return true;
  };
  // The resume is told from within the coroutine: its function is entered before that.
  const EventLog& events = shell_.session.events();
  const auto before =
      events.last(EventIndex(0), segment.resumed, [&](EventIndex, const trace::EventView& event) {
        return trace::ThreadNumber(event.header().thread) == segment.thread;
      });
  shell_.session.travel([&](Traveller& traveller) {
    traveller.visit_hits(before.value_or(EventIndex(0)), until, search, add);
    return 0;
  });
  return hits;
}

Instant CoroutineLines::end_of(SegmentIndex segment) const {
  const EventIndex ended = shell_.analysis()->model().segments[segment].ended;
  return {ended == kNone ? shell_.session.events().end() : ended};
}

SegmentIndex CoroutineLines::segment_at(const Instant& now) const {
  const analysis::Analysis& analysis = *shell_.analysis();
  const EventIndex moment = now.event;
  const SegmentIndex last = analysis.last_segment(task_, moment);
  if (last == kNone) return analysis.model().segment_of(analysis.model().tasks[task_], 0);
  const EventIndex ended = analysis.model().segments[last].ended;
  return ended == kNone || ended >= moment ? last : analysis.next_segment(last);
}

uint32_t CoroutineLines::line_before(SegmentIndex segment) const {
  const analysis::Model& model = shell_.analysis()->model();
  const SegmentIndex last = shell_.analysis()->last_segment(task_, model.segments[segment].resumed);
  return last == kNone ? 0 : model.places[model.segments[last].suspend_place].line;
}

std::optional<Instant> CoroutineLines::next(const Instant& now) {
  SegmentIndex segment = segment_at(now);
  if (segment == kNone) return std::nullopt;
  const bool runs = shell_.analysis()->model().segments[segment].resumed < now.event;
  uint32_t line = line_before(segment);
  size_t passed = 0;
  if (runs) {
    const auto before = hits_in(segment, now);
    if (!before.empty()) line = before.back().line;
    passed = before.size();
  }
  for (; segment != kNone && !shell_.interrupted();
       segment = shell_.analysis()->next_segment(segment), passed = 0) {
    const auto hits = hits_in(segment, end_of(segment));
    for (size_t i = passed; i < hits.size(); ++i) {
      if (hits[i].instant == now) {
        line = hits[i].line;
      } else if (hits[i].line != line) {
        return hits[i].instant;
      }
    }
  }
  return std::nullopt;
}

/// Where the last run of hits of one line began; in the middle of a line that is its own.
std::optional<Instant> CoroutineLines::previous(const Instant& now) {
  const analysis::Analysis& analysis = *shell_.analysis();
  const EventIndex moment = now.event;
  SegmentIndex segment = analysis.last_segment(task_, moment);
  if (segment == kNone) return std::nullopt;
  const EventIndex ended = analysis.model().segments[segment].ended;
  Instant until = ended == kNone || ended >= moment ? now : end_of(segment);
  std::optional<LineHit> first;
  while (segment != kNone && !shell_.interrupted()) {
    const auto hits = hits_in(segment, until);
    for (size_t i = hits.size(); i-- > 0;) {
      if (first && hits[i].line != first->line) return first->instant;
      first = hits[i];
    }
    segment = analysis.last_segment(task_, analysis.model().segments[segment].resumed);
    if (segment != kNone) until = end_of(segment);
  }
  if (!first) return std::nullopt;
  return first->instant;
}

}  // namespace weft::shell
