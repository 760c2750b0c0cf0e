/// One process on its way from a moment to an instant, with everything that it comes by counted.
///
/// A stop of the process costs some 50 us, so a loop that comes by a breakpoint very often is
/// passed in another way: see Patience.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>

#include "debugger/travel/segment_way.h"
#include "debugger/travel/traveller.h"

namespace weft::travel {

/// The process that runs now, so that another thread can stop it.
class RunningProcess {
 public:
  void set(process::TracedProcess* process);
  void interrupt();
  /// The same for once: what runs next is not concerned.
  void halt();
  bool interrupted() const { return interrupted_; }
  /// What was to be interrupted is over.
  void clear();

 private:
  std::mutex mutex_;
  process::TracedProcess* process_ = nullptr;
  std::atomic<bool> interrupted_ = false;
};

/// What to do in a segment with very many hits.
enum class Patience {
  kEndless,     ///< stop at each
  kReadTheWay,  ///< take the rest of the segment's hits from its way: they know only pc and sp
  kGiveUp,      ///< end the run: see busy_event()
};

class CountedRun {
 public:
  struct Options {
    ProcessSource& source;
    const process::RuntimeSymbols& symbols;
    SegmentWays& ways;
    RunningProcess& running;
  };
  /// Starts with a process at `from`; takes notice of `search`. A moment inside a segment needs the
  /// segment's way.
  static Result<std::unique_ptr<CountedRun>> start(const Options& options,
                                                   const timeline::Moment& from, Search search);
  ~CountedRun();

  void set_patience(Patience patience) { patience_ = patience; }
  /// The event that ends the segment in which patience was lost; nothing if it was not.
  std::optional<EventIndex> busy_event() const { return busy_event_; }

  /// Runs to `until`. False if it stopped before: `visit` said so, it was interrupted, or `until`
  /// does not come.
  bool to(const Instant& until, const std::function<bool(const Hit&)>& visit);

  std::unique_ptr<process::ProgramControl>& program() { return program_; }
  std::unique_ptr<StandingProcess>& process() { return process_; }

 private:
  enum class Next { kGoOn, kArrived, kStop };

  CountedRun(const Options& options, std::unique_ptr<StandingProcess> process,
             std::unique_ptr<process::ProgramControl> program, Search search)
      : ways_(options.ways),
        running_(options.running),
        process_(std::move(process)),
        program_(std::move(program)),
        search_(std::move(search)) {}

  process::ProgramStop next_stop(EventIndex stop_before);
  Next look_at_both(const process::ProgramStop& stop, const Instant& until,
                    const std::function<bool(const Hit&)>& visit);
  Next look_at(const process::ProgramStop& stop, const Instant& until,
               const std::function<bool(const Hit&)>& visit);
  Next lose_patience(const Hit& here, const Instant& until,
                     const std::function<bool(const Hit&)>& visit);
  Next read_way(const SegmentWay& way, const Hit& here, const Instant& until,
                const std::function<bool(const Hit&)>& visit);
  Hit make_hit(const process::ProgramStop& stop);
  uint64_t count(Address address);
  bool make_steps(const Instant& until, const std::function<bool(const Hit&)>& visit);

  SegmentWays& ways_;
  RunningProcess& running_;
  std::unique_ptr<StandingProcess> process_;
  std::unique_ptr<process::ProgramControl> program_;
  Search search_;
  Patience patience_ = Patience::kEndless;
  std::optional<EventIndex> busy_event_;
  bool at_start_ = false;  ///< inside a segment: its instruction may be a hit
  EventIndex counted_event_{0};
  uint64_t stops_ = 0;                  ///< after counted_event_
  std::map<Address, uint64_t> counts_;  ///< hits by address, after counted_event_
  std::shared_ptr<const SegmentWay> start_way_;
  uint64_t start_step_ = 0;
};

}  // namespace weft::travel
