/// `weft dap`: a Debug Adapter Protocol server, for IDEs, on the session that `weft debug` has.
///
///   client ── request ──> Adapter::handle ──> a row of a table (Handler) ──> the shell, LLDB
///          <── response, then events ──
///
/// A request that moves the program is answered first; then it runs, and `stopped` says where it
/// stands. While it runs, `pause`, `cancel` and `disconnect` are seen as they come (glance()).
///
/// Moments are the recording's: the program stands at one whenever the client may ask. Each move makes
/// the numbers of frames and variables meaningless, as the protocol has it.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "debugger/dap/dap_message.h"
#include "debugger/dap/handles.h"
#include "debugger/dap/stops.h"
#include "debugger/shell/session/client_session.h"

namespace weft::dap {

/// A frame of a stack that the client was told of.
struct FrameRef {
  travel::ShownThread thread{};
  unsigned index = 0;
  enum class Memory : uint8_t { kThere, kNone } memory = Memory::kThere;  ///< kNone: it only awaits
};

/// What `variables` can be asked about.
struct ValueRef {
  enum class Kind : uint8_t { kArguments, kLocals, kMoment, kMembers } kind = Kind::kMembers;
  FrameRef frame{};
  uint32_t handle = 0;  ///< kMembers: of the ValueBrowser
};

/// A place that `goto` can lead to: lines for the shell.
struct GotoTarget {
  std::string label;
  std::vector<std::string> commands;
};

/// What the client was told, until the program moves.
struct Told {
  Handles<FrameRef> frames;
  Handles<ValueRef> values;
  Handles<GotoTarget> targets;
};

class Adapter;

enum class Needs : uint8_t { kNothing, kRecording };

struct Handler {
  const char* command;
  /// The body of the response.
  Result<Json> (*run)(Adapter& adapter, const Request& request);
  Needs needs = Needs::kRecording;
};

// The tables, one for each source of this folder.
std::span<const Handler> lifecycle_handlers();
std::span<const Handler> breakpoint_handlers();
std::span<const Handler> motion_handlers();
std::span<const Handler> stack_handlers();
std::span<const Handler> value_handlers();
std::span<const Handler> target_handlers();

class Adapter {
 public:
  Adapter(shell::DebugOptions options, Client::Send send);

  /// One message of the client.
  void handle(const std::string& text);
  /// As soon as it is there, on another thread: what is to end what runs, ends whatever comes before it.
  void glance(const std::string& text);
  /// The conversation is over.
  bool ended() const { return ended_; }
  void end() { ended_ = true; }

  /// In place of what was open.
  Status open(const shell::DebugOptions& options);
  /// What `weft dap` was started with.
  const shell::DebugOptions& options() const { return options_; }
  shell::DebugSession& session() { return *opened.recording()->session; }
  shell::Shell& shell() { return *opened.recording()->shell; }
  /// LLDB, or why it is not there.
  Result<shell::SourceDebugger*> source();
  /// The thread of the recording that runs at this moment.
  travel::ShownThread running_thread();
  /// Makes LLDB speak of this frame.
  Status select(const FrameRef& frame);
  /// What `name` of `variablesReference`, or in `frameId`, stands for; its frame is selected.
  Result<std::string> expression_of(const Json& arguments);

  /// Runs once the response is sent.
  void afterwards(std::function<void()> work) { afterwards_ = std::move(work); }
  /// Runs lines of the shell, each only if the one before worked, and tells where they led: `stopped`.
  void move(const std::vector<std::string>& lines, const char* reason);

  /// A line as the client counts, and as weft does.
  int64_t line_for_client(int64_t line) const { return begins_at_one ? line : line - 1; }
  int64_t line_of_client(int64_t line) const { return begins_at_one ? line : line + 1; }

  Client client;
  shell::ClientSession opened;
  Stops stops;
  Told told;
  bool reports_progress = false;           ///< the client can show it
  bool begins_at_one = true;               ///< the client's first line is 1; else 0
  std::atomic<bool> pause_wanted = false;  ///< `pause` came, and no stop was told since
  std::string entry{};  ///< the line for the shell that leads to where the session begins

 private:
  void answer(const Request& request);
  bool begins(const Request& request);

  shell::DebugOptions options_;
  std::function<void()> afterwards_;
  bool ended_ = false;

  std::mutex cancel_lock_;          ///< of what follows
  int64_t answering_ = 0;           ///< `seq` of the request whose turn it is
  std::set<int64_t> cancelled_;     ///< requests that are to fail when their turn comes
  std::multiset<int64_t> holding_;  ///< requests that hold the session until their turn
};

/// `threadId`; without one, the program's first thread.
Result<travel::ShownThread> thread_in(const Json& arguments);

}  // namespace weft::dap
