#include "debugger/report/text/columns.h"

#include <algorithm>
#include <numeric>

namespace weft::report {

namespace {

constexpr size_t kGap = 2;
constexpr size_t kNarrowestColumn = 8;
/// A flexible column of this width can still be read; below it, optional columns go first.
constexpr size_t kReadableColumn = 20;

size_t total(const std::vector<size_t>& widths, const std::vector<size_t>& shown) {
  size_t sum = kGap * (shown.size() - 1);
  for (const size_t column : shown) sum += widths[column];
  return sum;
}

}  // namespace

std::vector<size_t> Columns::natural_widths() const {
  std::vector<size_t> widths;
  for (size_t i = 0; i < columns_.size(); ++i) {
    size_t width = columns_of(columns_[i].title);
    for (const auto& row : rows_) width = std::max(width, columns_of(row[i]));
    widths.push_back(width);
  }
  return widths;
}

bool Columns::is_dull(size_t column) const {
  const std::string& dull = columns_[column].dull;
  return !dull.empty() &&
         std::ranges::all_of(rows_, [&](const auto& row) { return row[column] == dull; });
}

/// Optional columns are left out, the last ones first, while the others would be unreadable.
std::vector<size_t> Columns::columns_that_fit(const std::vector<size_t>& widths,
                                              size_t screen) const {
  std::vector<size_t> shown(columns_.size()), least = widths;
  std::iota(shown.begin(), shown.end(), size_t{0});
  std::erase_if(shown, [this](size_t column) { return is_dull(column); });
  for (size_t i = 0; i < columns_.size(); ++i) {
    if (columns_[i].flexible) least[i] = std::min(widths[i], kReadableColumn);
  }
  while (total(least, shown) > screen) {
    const auto last = std::find_if(shown.rbegin(), shown.rend(),
                                   [&](size_t column) { return columns_[column].optional; });
    if (last == shown.rend()) break;
    shown.erase(std::next(last).base());
  }
  return shown;
}

/// The widest flexible columns give way first.
void Columns::narrow(std::vector<size_t>& widths, const std::vector<size_t>& shown,
                     size_t screen) const {
  while (total(widths, shown) > screen) {
    size_t widest = columns_.size();
    for (const size_t i : shown) {
      if (columns_[i].flexible && widths[i] > kNarrowestColumn &&
          (widest == columns_.size() || widths[i] > widths[widest]))
        widest = i;
    }
    if (widest == columns_.size()) break;
    --widths[widest];
  }
}

std::string Columns::text(const Screen& screen) const {
  std::vector<size_t> widths = natural_widths();
  const std::vector<size_t> shown = columns_that_fit(widths, screen.width);
  narrow(widths, shown, screen.width);
  const auto line = [&](auto cell) {
    std::string out;
    for (const size_t i : shown) {
      const std::string part = cut(cell(i), widths[i]);
      if (i > 0) out.append(kGap, ' ');
      out += columns_[i].align == Align::kRight ? pad_left(part, widths[i]) : pad(part, widths[i]);
    }
    return out.substr(0, out.find_last_not_of(' ') + 1);
  };
  std::string out = screen.bold(line([&](size_t i) { return columns_[i].title; })) + "\n";
  for (const auto& row : rows_) out += line([&](size_t i) { return row[i]; }) + "\n";
  std::string left_out;
  for (size_t i = 0; i < columns_.size(); ++i) {
    if (!is_dull(i) && std::ranges::find(shown, i) == shown.end())
      left_out += (left_out.empty() ? "" : ", ") + columns_[i].title;
  }
  if (!left_out.empty())
    out +=
        wrap("columns left out: " + left_out + " (a wider terminal shows them)", screen.width, 2) +
        "\n";
  return out;
}

}  // namespace weft::report
