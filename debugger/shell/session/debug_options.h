/// What `weft debug` is started with.
#pragma once

#include <string>
#include <vector>

namespace weft::shell {

struct DebugOptions {
  std::string trace_path{};
  std::vector<std::string> commands{};  ///< -c, -x: in their order, scripts as "-x PATH"
  std::vector<std::string> scripts{};
  std::vector<std::string> source_map{};  ///< FROM=TO
  std::vector<std::string> symbols{};     ///< folders with files and debug information
  bool batch = false;
  bool keep_going = false;  ///< in batch: after a command that failed, too
  bool json = false;
  bool no_init = false;  ///< reads neither ~/.weftinit nor ~/.lldbinit
  bool reads_init_files() const { return !batch && !json && !no_init; }
  std::string folder{};  ///< where weft-runtime and weft-lldb.so are
};

}  // namespace weft::shell
