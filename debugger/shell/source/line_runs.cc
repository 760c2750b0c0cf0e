#include "debugger/shell/source/line_runs.h"

namespace weft::shell {

LineRuns::LineRuns(const FrameLines& frame, const std::optional<FrameLines>& caller)
    : frame_{frame} {
  if (caller) caller_ = Frame{*caller};
  for (const FrameLines::Start& start : frame.starts) addresses_.insert(start.address);
  addresses_.insert(frame.entry);
  if (!caller) return;
  for (const FrameLines::Start& start : caller->starts) addresses_.insert(start.address);
  addresses_.insert(caller->entry);
}

uint32_t LineRuns::line_at(const FrameLines& lines, Address address) {
  for (const FrameLines::Start& start : lines.starts) {
    if (start.address == address) return start.line;
  }
  return 0;
}

/// True if the hit is of this very call of the function: deeper calls have a lower stack pointer,
/// those that are over and other threads' lie elsewhere.
bool LineRuns::Frame::add(const travel::Hit& hit) {
  const Address sp = hit.sp();
  if (hit.instant.address == lines.entry) {
    if (sp + sizeof(uint64_t) != lines.cfa) return false;
    runs.clear();
    began = true;
    return true;
  }
  const uint32_t line = line_at(lines, hit.instant.address);
  if (line == 0 || sp < lines.sp || sp >= lines.cfa) return false;
  if (runs.empty() || runs.back().line != line) runs.push_back({line, hit.instant});
  if (runs.size() > 2) runs.erase(runs.begin());
  return true;
}

std::optional<LineRuns::Answer> LineRuns::Frame::last() const {
  if (runs.empty()) return std::nullopt;
  return Answer{runs.back().first, began || runs.size() > 1};
}

void LineRuns::add(const travel::Hit& hit) {
  if (frame_.add(hit) || !caller_ || !caller_->add(hit)) return;
  frame_.runs.clear();
  frame_.began = false;
}

std::optional<LineRuns::Answer> LineRuns::answer() const {
  if (const auto own = frame_.last()) return own;
  if (!frame_.began || !caller_) return std::nullopt;
  return caller_->last();
}

}  // namespace weft::shell
