#include "debugger/coroutines/await_lines.h"

#include <algorithm>

namespace weft::coroutines {

namespace {

constexpr uint64_t kNear = 96;  ///< bytes: the code of one await

}  // namespace

AwaitLines::AwaitLines(const probes::Module& module, const Coroutine& coroutine)
    : first_line_(coroutine.line), last_line_(coroutine.last_line) {
  for (const probes::CodeRange& part : coroutine.actor.parts) {
    for (const probes::Module::LineRow& row : module.line_rows(part.low, part.high)) {
      if (row.file == coroutine.file) rows_.push_back({row.address, row.line});
    }
  }
  std::stable_sort(rows_.begin(), rows_.end(),
                   [](const Row& a, const Row& b) { return a.address < b.address; });
}

AwaitLines::Line AwaitLines::at(uint64_t address) const {
  const auto is_inside = [this](const Row& row) {
    return row.line > first_line_ && row.line < last_line_;
  };
  const auto next =
      std::upper_bound(rows_.begin(), rows_.end(), address,
                       [](uint64_t wanted, const Row& row) { return wanted < row.address; });
  if (next != rows_.begin() && is_inside(*std::prev(next))) return {std::prev(next)->line, false};
  for (auto row = next; row != rows_.end() && row->address < address + kNear; ++row) {
    if (is_inside(*row)) return {row->line, true};
  }
  for (auto row = next; row != rows_.begin();) {
    --row;
    if (row->address + kNear < address) break;
    if (is_inside(*row)) return {row->line, true};
  }
  return {next != rows_.begin() ? std::prev(next)->line : 0, true};
}

}  // namespace weft::coroutines
