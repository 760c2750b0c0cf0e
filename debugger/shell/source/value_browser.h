/// Values of the program as trees that a client opens level by level.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "debugger/shell/source/program_value.h"

namespace weft::shell {

/// A variable, a member of one, or the value of an expression.
struct BrowsedValue {
  std::string name{};
  std::string type{};
  std::string value{};       ///< in one line
  std::string expression{};  ///< that stands for it in its frame; empty: there is none
  uint32_t handle = 0;       ///< for members(); 0: it has none
  std::string error{};       ///< why there is no value; empty: there is one
};

class ValueBrowser {
 public:
  virtual ~ValueBrowser() = default;
  /// Of a frame of the selected thread; not what compilers add.
  virtual std::vector<BrowsedValue> variables(unsigned frame, VariableKind which) = 0;
  /// From the member of that number on. Nothing if the handle means nothing any more.
  virtual std::vector<BrowsedValue> members(uint32_t handle, uint32_t from, uint32_t count) = 0;
  /// In a frame of the selected thread. One that does not end is stopped after 5 s.
  virtual BrowsedValue evaluate(unsigned frame, const std::string& expression) = 0;
  /// The program stands elsewhere: handles mean nothing from now on.
  virtual void forget() = 0;
};

}  // namespace weft::shell
