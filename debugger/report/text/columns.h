/// A table of text: columns as wide as what is in them, cut where the screen is narrower.
#pragma once

#include <string>
#include <vector>

#include "debugger/report/text/terminal.h"

namespace weft::report {

class Columns {
 public:
  enum class Align : unsigned char { kLeft, kRight };
  struct Column {
    std::string title;
    Align align = Align::kLeft;
    bool flexible = false;  ///< gives way if the screen is too narrow
    bool optional = false;  ///< left out before flexible ones become unreadable
    std::string dull{};     ///< all of them say this: then nobody misses the column
  };

  explicit Columns(std::vector<Column> columns) : columns_(std::move(columns)) {}

  void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  bool empty() const { return rows_.empty(); }
  /// The table, and a line that says which columns were left out.
  std::string text(const Screen& screen) const;

 private:
  bool is_dull(size_t column) const;
  std::vector<size_t> natural_widths() const;
  std::vector<size_t> columns_that_fit(const std::vector<size_t>& widths, size_t screen) const;
  void narrow(std::vector<size_t>& widths, const std::vector<size_t>& shown, size_t screen) const;

  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace weft::report
