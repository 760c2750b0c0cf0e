/// A table of text: columns as wide as what is in them, cut where the screen is narrower.
#pragma once

#include <string>
#include <vector>

#include "debugger/report/terminal.h"

namespace weft::report {

class Columns {
 public:
  enum class Align : unsigned char { kLeft, kRight };
  struct Column {
    std::string title;
    Align align = Align::kLeft;
    bool flexible = false;  ///< gives way if the screen is too narrow
  };

  explicit Columns(std::vector<Column> columns) : columns_(std::move(columns)) {}

  void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  bool empty() const { return rows_.empty(); }
  std::string text(const Screen& screen) const;

 private:
  std::vector<size_t> widths(size_t screen) const;

  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace weft::report
