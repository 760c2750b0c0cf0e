/// The processes of one recording that the user of `weft debug` has looked at: each has a session and
/// a shell of its own, so breakpoints, bookmarks and history are there when he comes back.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>

#include "debugger/shell/session/shell.h"

namespace weft::shell {

class ProcessShells {
 public:
  /// Begins with this one.
  explicit ProcessShells(std::unique_ptr<DebugSession> session);
  ProcessShells(const ProcessShells&) = delete;

  Shell& current() { return *current_.load()->shell; }

  // From any thread.
  void interrupt() { current_.load()->session->interrupt(); }
  void remove_copies();

 private:
  struct OneProcess {
    std::unique_ptr<DebugSession> session;
    std::unique_ptr<Shell> shell;
  };
  OneProcess& add(std::unique_ptr<DebugSession> session);
  CommandOutput enter(const ProcessPlace& place);
  CommandOutput go_on_in(OneProcess& process, const ProcessPlace& place);

  std::mutex mutex_;
  std::map<uint32_t, OneProcess> all_;
  std::atomic<OneProcess*> current_ = nullptr;
};

}  // namespace weft::shell
