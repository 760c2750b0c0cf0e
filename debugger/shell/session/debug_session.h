/// One opened trace: its events, the program at the moment in focus, and LLDB on top of it.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "debugger/remote/lldb_server.h"
#include "debugger/shell/events/event_log.h"
#include "debugger/shell/session/debug_options.h"
#include "debugger/shell/source/module_places.h"
#include "debugger/shell/source/source_debugger.h"
#include "debugger/travel/travel_thread.h"
#include "debugger/travel/traveller.h"

namespace weft::shell {

class RecordedFile;

class DebugSession {
 public:
  static Result<std::unique_ptr<DebugSession>> open(const DebugOptions& options);
  ~DebugSession();
  DebugSession(const DebugSession&) = delete;
  DebugSession& operator=(const DebugSession&) = delete;

  const EventLog& events() const { return *events_; }
  const DebugOptions& options() const { return options_; }
  /// Which process of the recording it is, and all of them.
  uint32_t process() const { return timeline_->reader().process(); }
  const std::vector<trace::ProcessEntry>& processes() const {
    return timeline_->reader().tree().processes();
  }

  /// The index of the next event, which is what the user calls the moment.
  EventIndex moment();
  travel::Instant here();
  /// Brings the program there; LLDB shows `reason` as the reason of the stop.
  Status go(const travel::Instant& instant, const std::string& reason);

  /// LLDB; null where it is not installed, then source_error() says what to do.
  SourceDebugger* source();
  /// The same if it was asked for before; else null.
  SourceDebugger* loaded_source() { return source_.get(); }
  const std::string& source_error() const { return source_error_; }

  /// From now on LLDB's threads are suspended tasks, too.
  void show_tasks(remote::ListTasks list);

  /// Runs `work` where the program may be touched.
  template <class F>
  auto travel(F work) -> decltype(work(std::declval<travel::Traveller&>())) {
    return thread_->call([&] {
      traveller_->revive();
      return work(*traveller_);
    });
  }
  /// LLDB, or continue(), stops before this event; `words` say why.
  void set_limit(EventIndex event, const std::string& words);
  process::ProgramStop last_stop();
  /// Why the program stands where it stands, in words: "breakpoint", "watchpoint 2", "event 41".
  std::string stop_words();
  /// See LldbServer.
  std::vector<std::byte> watched_before(Address address);
  std::vector<Address> places_of_task(travel::ShownThread thread) {
    return thread_->call([this, thread] { return server_->places_of_task(thread); });
  }
  /// What expressions have written to stdout and stderr since the last time.
  std::string take_written();
  /// How often the program was let go by LLDB or for it: to see whether a command moved it.
  uint64_t moves();
  /// Goes on without LLDB.
  process::ProgramStop run_without_source(EventIndex limit);

  /// From any thread.
  void interrupt() { traveller_->interrupt(); }
  void clear_interrupt() { traveller_->clear_interrupt(); }
  /// From any thread: what runs ends, and no command begins before as many release() have come.
  void hold() {
    ++holds_;
    traveller_->interrupt();
  }
  void release() { --holds_; }
  bool held() const { return holds_ > 0; }

  /// Moments between which all files of the program lie at the same places: LLDB knows one set at
  /// a time. See place_modules().
  const ModulePlaces& module_places();
  /// Tells LLDB where the files lie at a moment.
  void place_modules(EventIndex moment);

  /// Files of the program that are not what was recorded, a sentence each; known once source() was
  /// asked for.
  const std::vector<std::string>& changed_files() const { return changed_files_; }
  /// Of files that have changed.
  void remove_copies();

 private:
  explicit DebugSession(DebugOptions options) : options_(std::move(options)) {}
  Status start();
  void load_source();
  SourceOptions source_options();
  std::string write_copy(const RecordedFile& recorded);
  std::string local_copy(const session::ModuleMapping& file, SourceOptions& options);

  DebugOptions options_;
  std::unique_ptr<timeline::Timeline> timeline_;
  std::unique_ptr<EventLog> events_;
  std::unique_ptr<travel::ProcessSource> processes_;
  std::unique_ptr<travel::Traveller> traveller_;
  std::unique_ptr<travel::TravelThread> thread_;
  std::unique_ptr<remote::LldbServer> server_;
  std::unique_ptr<SourceDebugger> source_;
  std::string source_error_;
  std::unique_ptr<ModulePlaces> places_;  ///< made when it is asked for
  std::optional<size_t> placed_epoch_;
  std::map<std::string, std::string> local_files_;  ///< path when recorded, path now
  std::vector<std::string> changed_files_;
  std::string copies_folder_;  ///< of files that have changed; empty: none
  bool source_tried_ = false;
  std::atomic<int> holds_ = 0;
};

}  // namespace weft::shell
