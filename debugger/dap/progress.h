/// Says that something takes its time: not before it has taken half a second.
#pragma once

#include <string>
#include <thread>

#include "debugger/dap/dap_message.h"

namespace weft::dap {

enum class ShowProgress : uint8_t { kNo, kYes };

class Progress {
 public:
  /// Until it is destroyed.
  Progress(Client& client, ShowProgress shows, const std::string& title);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

 private:
  Client& client_;
  std::string id_;
  bool told_ = false;
  std::jthread thread_;
};

}  // namespace weft::dap
