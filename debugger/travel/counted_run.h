/// One process on its way from an event to an instant, with everything that it comes by counted.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>

#include "debugger/travel/traveller.h"

namespace weft::travel {

/// The process that runs now, so that another thread can stop it.
class RunningProcess {
 public:
  void set(process::TracedProcess* process);
  void interrupt();
  bool interrupted() const { return interrupted_; }
  void clear() { interrupted_ = false; }

 private:
  std::mutex mutex_;
  process::TracedProcess* process_ = nullptr;
  std::atomic<bool> interrupted_ = false;
};

class CountedRun {
 public:
  /// Starts with a process that stands before `from`; takes notice of `search`.
  static Result<std::unique_ptr<CountedRun>> start(ProcessSource& source,
                                                   const process::RuntimeSymbols& symbols,
                                                   uint64_t from, Search search,
                                                   RunningProcess& running);
  ~CountedRun();

  /// Runs to `until`. False if it stopped before: `visit` said so, it was interrupted, or `until`
  /// does not come.
  bool to(const Instant& until, const std::function<bool(const Hit&)>& visit);

  std::unique_ptr<process::ProgramControl>& program() { return program_; }
  std::unique_ptr<StandingProcess>& process() { return process_; }

 private:
  CountedRun(std::unique_ptr<StandingProcess> process,
             std::unique_ptr<process::ProgramControl> program, Search search,
             RunningProcess& running)
      : process_(std::move(process)),
        program_(std::move(program)),
        search_(std::move(search)),
        running_(running) {}

  Hit make_hit(const process::ProgramStop& stop);
  bool make_steps(const Instant& until, const std::function<bool(const Hit&)>& visit);

  std::unique_ptr<StandingProcess> process_;
  std::unique_ptr<process::ProgramControl> program_;
  Search search_;
  RunningProcess& running_;
  uint64_t counted_event_ = 0;
  std::map<uint64_t, uint64_t> counts_;  ///< hits by address, behind counted_event_
};

}  // namespace weft::travel
