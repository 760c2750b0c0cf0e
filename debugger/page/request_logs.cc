#include "debugger/page/request_logs.h"

#include <algorithm>

#include "debugger/report/logs/owned_lines.h"

namespace weft::page {

RequestLogs::RequestLogs(const Analysis& analysis) {
  size_t bytes = 0;
  const Status read = report::read_owned_lines(analysis, [&](const report::OwnedLine& owned) {
    if (owned.request == kNone) return;
    Lines& lines = lines_[owned.request];
    if (lines.kept.size() == kMostLines || bytes >= kMostBytes) {
      ++lines.left_out;
      return;
    }
    const report::WrittenLine& line = owned.line.line;
    const size_t shown = std::min(line.text.size(), kMostLineBytes);
    lines.kept.push_back({line.first.event, line.first.time, owned.task, line.first.thread,
                          owned.line.stream, line.text.substr(0, shown),
                          line.missing + line.text.size() - shown});
    bytes += shown + sizeof(Line);
  });
  if (!read) lines_.clear();
  for (auto& [request, lines] : lines_) std::ranges::stable_sort(lines.kept, {}, &Line::event);
}

const RequestLogs::Lines* RequestLogs::of(RequestIndex request) const {
  const auto at = lines_.find(request);
  return at == lines_.end() ? nullptr : &at->second;
}

}  // namespace weft::page
