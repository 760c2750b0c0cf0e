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
  bool batch = false;
  bool json = false;
  std::string folder{};  ///< where weft-runtime and weft-lldb.so are
};

}  // namespace weft::shell
