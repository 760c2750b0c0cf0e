/// Makes calls out of hits: which entry belongs to which exit.
///
/// They are matched by thread, function and stack pointer, which is the same at a function's first
/// instruction and at its `ret` or tail call. Return addresses are not touched, so a frame may go
/// without an exit:
///
///   an exception   from __cxa_throw at stack pointer T to __cxa_begin_catch at C, on one thread:
///                  the frames between T and C are gone, and the one that begins at C, too: the
///                  return address of __cxa_begin_catch has taken its place
///   other ways     are noticed when another call begins in the same place of the stack
///
/// Programs that switch stacks (fibers) need nothing more: their frames have places of their own.
#pragma once

#include <map>
#include <span>
#include <vector>

#include "debugger/spans/places.h"
#include "debugger/spans/span.h"
#include "weft/channel/probe_area.h"

namespace weft::spans {

class SpanBuilder {
 public:
  /// Both must outlive it. meanings[n]: what a hit of probe n means.
  SpanBuilder(const std::vector<Meaning>& meanings, const std::vector<TracedFunction>& functions)
      : meanings_(meanings), functions_(functions) {}

  /// In the order of the run.
  void take(const channel::ProbeHit& hit);
  /// After the last one. In the order of their entries.
  std::vector<Span> finish(EventIndex end);

 private:
  struct Open {
    uint32_t span;
    uint64_t rsp;
  };
  struct Thread {
    std::vector<Open> open;  ///< the innermost last
    uint64_t thrown_at = 0;  ///< stack pointer of the last throw; 0: caught, or none
  };

  void enter(Thread& thread, const channel::ProbeHit& hit, uint32_t function);
  void leave(Thread& thread, const channel::ProbeHit& hit, const Meaning& meaning);
  void unwind(Thread& thread, const channel::ProbeHit& hit);
  /// Takes thread.open[at] away.
  void close(Thread& thread, size_t at, const channel::ProbeHit& hit, SpanEnd end);

  const std::vector<Meaning>& meanings_;
  const std::vector<TracedFunction>& functions_;
  std::map<uint32_t, Thread> threads_;
  std::vector<Span> spans_;
};

}  // namespace weft::spans
