/// A recording that a client of `weft mcp` or `weft dap` has open.
///
/// The session and its shell belong to the thread that answers the client. Another one reads what the
/// client sends (messages/message_stream.h), and may end what runs: from hold() to release(), whatever
/// runs ends, and nothing begins. So an end that is asked for between two commands, or while a recording
/// is being opened, is not lost.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>

#include "debugger/shell/session/debug_session.h"
#include "debugger/shell/session/shell.h"

namespace weft::shell {

/// An opened trace, and the shell that looks at it.
struct OpenRecording {
  std::unique_ptr<DebugSession> session;
  std::unique_ptr<Shell> shell;
};

class ClientSession {
 public:
  explicit ClientSession(CommandTables commands) : commands_(commands) {}

  /// In place of what was open, which stays if this fails.
  Status open(const DebugOptions& options);
  /// Null: none is open.
  OpenRecording* recording() { return recording_.session ? &recording_ : nullptr; }

  /// A request of the client begins: what was interrupted before it is over.
  void begin();

  // From any thread.
  void hold();
  void release();
  bool held() const { return holds_ > 0; }
  /// What runs does not end, so the process does.
  [[noreturn]] void abandon();

 private:
  CommandTables commands_;
  OpenRecording recording_;
  std::mutex lock_;  ///< of which session is open, for those that interrupt it
  std::atomic<int> holds_ = 0;
};

}  // namespace weft::shell
