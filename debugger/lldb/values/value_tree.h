/// Values as trees, for clients that show them so.
#pragma once

#include <lldb/API/LLDB.h>

#include <vector>

#include "debugger/shell/source/value_browser.h"

namespace weft::source {

class ValueTree : public shell::ValueBrowser {
 public:
  /// Both stay the caller's, who may give them a value later.
  explicit ValueTree(lldb::SBProcess& process) : process_(process) {}

  std::vector<shell::BrowsedValue> variables(unsigned frame, shell::VariableKind which) override;
  std::vector<shell::BrowsedValue> members(uint32_t handle, uint32_t from, uint32_t count) override;
  shell::BrowsedValue evaluate(unsigned frame, const std::string& expression) override;
  void forget() override { opened_.clear(); }

 private:
  lldb::SBFrame frame(unsigned index);
  shell::BrowsedValue browsed(lldb::SBValue value);

  lldb::SBProcess& process_;
  std::vector<lldb::SBValue> opened_;  ///< those that have members, by handle - 1
};

}  // namespace weft::source
