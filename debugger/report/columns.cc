#include "debugger/report/columns.h"

#include <algorithm>
#include <numeric>

namespace weft::report {

namespace {

constexpr size_t kGap = 2;
constexpr size_t kNarrowestColumn = 8;

}  // namespace

/// As wide as the widest cell; the widest flexible columns give way first.
std::vector<size_t> Columns::widths(size_t screen) const {
  std::vector<size_t> widths;
  for (size_t i = 0; i < columns_.size(); ++i) {
    size_t width = columns_of(columns_[i].title);
    for (const auto& row : rows_) width = std::max(width, columns_of(row[i]));
    widths.push_back(width);
  }
  const size_t gaps = kGap * (columns_.size() - 1);
  while (std::accumulate(widths.begin(), widths.end(), gaps) > screen) {
    size_t widest = columns_.size();
    for (size_t i = 0; i < columns_.size(); ++i) {
      if (columns_[i].flexible && widths[i] > kNarrowestColumn &&
          (widest == columns_.size() || widths[i] > widths[widest]))
        widest = i;
    }
    if (widest == columns_.size()) break;
    --widths[widest];
  }
  return widths;
}

std::string Columns::text(const Screen& screen) const {
  const std::vector<size_t> widths = this->widths(screen.width);
  const auto line = [&](auto cell) {
    std::string out;
    for (size_t i = 0; i < columns_.size(); ++i) {
      const std::string part = cut(cell(i), widths[i]);
      if (i > 0) out.append(kGap, ' ');
      out += columns_[i].align == Align::kRight ? pad_left(part, widths[i]) : pad(part, widths[i]);
    }
    return out.substr(0, out.find_last_not_of(' ') + 1);
  };
  std::string out = screen.bold(line([&](size_t i) { return columns_[i].title; })) + "\n";
  for (const auto& row : rows_) out += line([&](size_t i) { return row[i]; }) + "\n";
  return out;
}

}  // namespace weft::report
