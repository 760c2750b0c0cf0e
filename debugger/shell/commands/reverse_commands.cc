// reverse-continue, reverse-next, reverse-step, reverse-finish, reverse-stepi.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <unordered_map>

#include "debugger/shell/commands/commands.h"
#include "debugger/shell/session/shell.h"
#include "debugger/shell/source/line_runs.h"
#include "debugger/shell/source/watches.h"
#include "replayer/inspect/event_text.h"
#include "replayer/inspect/index_text.h"

namespace weft::shell {
namespace {

using travel::Hit;
using travel::Instant;
using travel::Search;
using travel::Traveller;

constexpr const char* kNoSourceHere =
    "there is no line information here\n  go by instruction (reverse-stepi), by event "
    "(reverse-next-event), or to a breakpoint (reverse-continue)";
constexpr uint64_t kFirstStretch = 4, kStretchFactor = 8;

std::vector<process::Watch> to_watches(const std::vector<SourceWatch>& watches) {
  std::vector<process::Watch> out;
  for (const SourceWatch& watch : watches) {
    const auto pieces =
        watches_of(watch.address, watch.bytes,
                   watch.on_reading ? process::WatchFor::kUses : process::WatchFor::kWrites);
    out.insert(out.end(), pieces.begin(), pieces.end());
  }
  return out;
}

/// What stops reverse-continue in the program's code.
struct SourceStops {
  std::vector<SourceBreakpoint> breakpoints;
  std::vector<SourceWatch> watches;
  Search search;

  explicit SourceStops(SourceDebugger* source) {
    if (source == nullptr) return;
    breakpoints = source->breakpoints();
    watches = source->watches();
    for (const SourceBreakpoint& breakpoint : breakpoints)
      search.addresses.insert(breakpoint.addresses.begin(), breakpoint.addresses.end());
    search.watches = to_watches(watches);
  }
  bool empty() const { return search.addresses.empty() && search.watches.empty(); }
  std::string reason(const Hit& hit) const {
    for (const SourceWatch& watch : watches) {
      if (hit.watch && hit.watch->address - watch.address < watch.bytes)
        return fmt::format("watchpoint {}", watch.id);
    }
    for (const SourceBreakpoint& breakpoint : breakpoints) {
      if (breakpoint.addresses.count(hit.instant.address) != 0)
        return fmt::format("breakpoint {}", breakpoint.id);
    }
    return "stopped";
  }
  /// Of the watchpoint that was hit; empty: it has none.
  std::string condition_of(const Hit& hit) const {
    for (const SourceWatch& watch : watches) {
      if (hit.watch && hit.watch->address - watch.address < watch.bytes) return watch.condition;
    }
    return "";
  }
  /// True if a breakpoint or watchpoint without a condition, or with a true one, is there.
  bool stops(const Hit& hit, SourceDebugger& source) const {
    if (hit.watch) {
      const std::string condition = condition_of(hit);
      return condition.empty() || source.holds(condition);
    }
    for (const SourceBreakpoint& breakpoint : breakpoints) {
      if (breakpoint.addresses.count(hit.instant.address) == 0) continue;
      if (breakpoint.condition.empty() || source.holds(breakpoint.condition)) return true;
    }
    return false;
  }
  /// The breakpoints there that were to stop once.
  std::vector<int> used_up(const Hit& hit) const {
    std::vector<int> ids;
    for (const SourceBreakpoint& breakpoint : breakpoints) {
      if (!hit.watch && breakpoint.once && breakpoint.addresses.count(hit.instant.address) != 0)
        ids.push_back(breakpoint.id);
    }
    return ids;
  }
};

struct Stop {
  std::string reason;
  std::string change;  ///< see Shell::change_text()
};

/// Goes to the last stop between `earliest` and `now`, and says why it is one. Empty: there is
/// none, or it was interrupted.
std::optional<Stop> go_to_last_stop(Shell& shell, Instant now, EventIndex earliest) {
  SourceDebugger* source = shell.session.source();
  const ModulePlaces& places = shell.session.module_places();
  while (!shell.interrupted()) {
    // Breakpoints lie where the files lay then.
    const auto& epoch = places.epochs()[places.at(trace::event_before(now.event))];
    shell.session.place_modules(epoch.begin);
    const SourceStops stops(source);
    const EventIndex first = std::max(earliest, epoch.begin);
    const auto hit = shell.session.travel([&](Traveller& traveller) {
      return stops.empty() ? std::nullopt : traveller.last_before(now, stops.search, first);
    });
    if (!hit && first == earliest) break;
    if (!hit) {
      now = {first};
      continue;
    }
    if (hit->watch) {
      // LLDB must not be asked on the travel thread, which serves it.
      const Address writer = source->instruction_before(hit->instant.address);
      now = shell.session.travel([&](Traveller& traveller) {
        return traveller.before_write(*hit, now, stops.search, writer);
      });
    } else {
      now = hit->instant;
    }
    // A condition is evaluated where it should hold.
    if (!shell.session.go(now, stops.reason(*hit))) break;
    Stop stop{stops.reason(*hit), ""};
    if (hit->watch) {  // what it wrote is there after the instruction
      source->command("thread step-inst");
      stop.change = shell.change_text();
    }
    if (!stops.stops(*hit, *source)) continue;
    if (hit->watch && !shell.session.go(now, stop.reason)) break;
    source->remove_breakpoints(stops.used_up(*hit));
    return stop;
  }
  return std::nullopt;
}

/// The last event before `now` of a signal that an instruction of the program caused: continue
/// stops before that instruction.
std::optional<EventIndex> last_fault(const EventLog& events, EventIndex now) {
  return events.last(EventIndex(0), now, [](EventIndex, const trace::EventView& event) {
    return event.kind() == trace::EventKind::kFault;
  });
}

/// The instant at which the instruction that raised a fault event is about to be executed.
std::optional<Instant> before_fault(Shell& shell, EventIndex event) {
  trace::SignalRecord record;
  const auto payload = shell.session.events().at(event).payload();
  if (payload.size() < sizeof record) return std::nullopt;
  std::memcpy(&record, payload.data(), sizeof record);
  const auto hit = shell.session.travel([&](Traveller& traveller) {
    return traveller.last_before({event}, {.addresses = {Address(record.ip)}},
                                 trace::event_before(event));
  });
  return hit ? std::optional(hit->instant) : std::nullopt;
}

/// One stop back from `start`. Goes on where the condition of an event breakpoint is false.
CommandOutput to_previous_stop(Shell& shell) {
  const Instant start = shell.session.here();
  const EventIndex begin = shell.session.events().start();
  shell.remember(start);
  for (Instant from = start; !shell.interrupted();) {
    const auto event = shell.event_breakpoints.previous(from.event);
    const auto fault = last_fault(shell.session.events(), from.event);
    const EventIndex match = event ? event->event : EventIndex(0);
    const EventIndex earliest = std::max({match, fault.value_or(EventIndex(0)), begin});
    if (shell.session.source() != nullptr) {
      const auto stop = go_to_last_stop(shell, from, earliest);
      if (stop) return success(shell.stop_text(stop->reason) + stop->change);
      if (shell.interrupted()) break;
    }
    if (fault && *fault >= match) {
      const auto instant = before_fault(shell, *fault);
      return shell.jump_silently(instant.value_or(Instant{*fault}),
                                 inspect::event_text(shell.session.events().at(*fault)));
    }
    if (!event) return shell.jump_silently({begin}, "start of the recording");
    CommandOutput output =
        shell.jump_silently({event->event}, fmt::format("event breakpoint {}", event->id));
    if (output.succeeded && !shell.holds(*event)) {
      from = {event->event};
      continue;
    }
    shell.tell_event_stop(*event, output);
    return output;
  }
  shell.past.pop_back();
  return shell.back_from_interrupt(start);
}

/// Does `once` as often as the user says, and shows the last of it.
CommandOutput repeat(Shell& shell, const std::string& arguments, CommandOutput (*once)(Shell&)) {
  const auto count = arguments.empty() ? std::optional<uint64_t>(1) : to_number(arguments);
  if (!count || *count == 0) return failure("how many times? Give a number above 0");
  CommandOutput output;
  for (uint64_t done = 0; done < *count; ++done) {
    CommandOutput one = once(shell);
    if (!one.succeeded && done > 0)
      one.error += fmt::format("\n  stopped after {} of {}", done, *count);
    output = std::move(one);
    if (!output.succeeded) break;
  }
  return output;
}

CommandOutput reverse_continue(Shell& shell, const std::string& arguments) {
  return repeat(shell, arguments, to_previous_stop);
}

/// Where the line before the one of frame 0 began.
std::optional<Instant> line_before(Shell& shell, const Instant& now, const FrameLines& frame,
                                   const std::optional<FrameLines>& caller) {
  uint64_t stretch = kFirstStretch;
  EventIndex from = trace::event_before(now.event);
  while (true) {
    LineRuns runs(frame, caller);
    shell.session.travel([&](Traveller& traveller) {
      traveller.visit_hits(from, now, {.addresses = runs.addresses()}, [&](const Hit& hit) {
        runs.add(hit);
        return true;
      });
      return 0;
    });
    if (shell.interrupted()) return std::nullopt;
    const auto answer = runs.answer();
    if (answer && (answer->certain || from == EventIndex(0))) return answer->instant;
    if (from == EventIndex(0)) return std::nullopt;
    from = from - std::min(from.value(), stretch);
    stretch *= kStretchFactor;
  }
}

CommandOutput reverse_next_once(Shell& shell) {
  SourceDebugger* source = shell.session.source();
  if (source == nullptr) return failure(shell.session.source_error());
  const auto frame = source->frame_lines(0);
  if (!frame) return failure(kNoSourceHere);
  const auto before = line_before(shell, shell.session.here(), *frame, source->frame_lines(1));
  if (shell.interrupted()) return failure("interrupted");
  if (!before) return failure("no line of this function or its caller comes before this one");
  const bool at_fault = shell.session.here().before_event();
  CommandOutput output = shell.jump(*before, "reverse step over");
  // An event may come in the middle of a line. That line is the one on which the user stands: its
  // beginning is no line before.
  const auto now = source->frame_lines(0);
  if (!at_fault || !now || now->cfa != frame->cfa || now->line != frame->line) return output;
  const auto earlier = line_before(shell, *before, *now, source->frame_lines(1));
  return earlier ? shell.jump_silently(*earlier, "reverse step over") : output;
}

/// Notes a hit beyond its visit.
void keep(std::optional<Hit>& last, const Hit& hit) {
  last = hit;
  if (hit.instant.hit == 0) last->state = hit.digest();
  last->program = nullptr;
}

/// The last line of a function that was called since `from`, and has returned; else nothing.
std::optional<Instant> last_line_below(Shell& shell, SourceDebugger& source, const Instant& from,
                                       const Instant& now, const FrameLines& frame) {
  std::optional<Hit> last;
  std::unordered_map<Address, std::optional<SourceDebugger::Line>> lines;
  const auto line_of = [&](Address address) -> const std::optional<SourceDebugger::Line>& {
    const auto [line, first] = lines.try_emplace(address);
    if (first) line->second = source.line_of(address);
    return line->second;
  };
  shell.session.travel([&](Traveller& traveller) {
    const auto steps_over = [&](Address address) { return !line_of(address); };
    traveller.visit_steps(from, now, steps_over, [&](const Hit& hit) {
      if (hit.sp() + sizeof(uint64_t) >= frame.sp) return true;
      const auto& line = line_of(hit.pc());
      if (line && line->begins_here) keep(last, hit);
      return true;
    });
    return 0;
  });
  if (!last) return std::nullopt;
  return shell.session.travel([&](Traveller& traveller) { return traveller.find(*last, now); });
}

CommandOutput reverse_step_once(Shell& shell) {
  SourceDebugger* source = shell.session.source();
  if (source == nullptr) return failure(shell.session.source_error());
  const auto frame = source->frame_lines(0);
  if (!frame) return failure(kNoSourceHere);
  const Instant now = shell.session.here();
  const auto before = line_before(shell, now, *frame, source->frame_lines(1));
  if (shell.interrupted()) return failure("interrupted");
  if (!before) return failure("no line of this function or its caller comes before this one");
  const auto below = last_line_below(shell, *source, *before, now, *frame);
  return shell.jump(below.value_or(*before), "reverse step in");
}

CommandOutput reverse_finish(Shell& shell, const std::string& /*arguments*/) {
  SourceDebugger* source = shell.session.source();
  if (source == nullptr) return failure(shell.session.source_error());
  const auto call = source->call_of_frame();
  if (!call) return failure("this is the outermost frame");
  const auto hit = shell.session.travel([&](Traveller& traveller) {
    const Instant now = traveller.here();
    return traveller.last_before(now,
                                 {.addresses = {call->instruction},
                                  .wanted = [&](const Hit& at) { return at.sp() == call->sp; }});
  });
  if (shell.interrupted()) return failure("interrupted");
  if (!hit) return failure("the call of this function was not found");
  return shell.jump(hit->instant, "reverse step out");
}

/// Before a call's or a hook's event its thread is shown after the instruction that made it. To
/// step from there leads over the next instruction; so does the step back.
Instant with_its_event(Traveller& traveller, const Instant& instant) {
  if (instant.event == EventIndex(0) || instant.hit != 1 || instant.steps != 0) return instant;
  const Instant event{instant.event - 1};
  bool same = false;
  traveller.visit_steps(event, {instant.event}, nullptr, [&](const Hit& hit) {
    same = hit.instant.before_event() && hit.pc() == instant.address;
    return false;
  });
  return same ? event : instant;
}

CommandOutput reverse_stepi_once(Shell& shell) {
  SourceDebugger* source = shell.session.source();
  const auto frame = source != nullptr ? source->frame_lines(0) : std::nullopt;
  const auto before = shell.session.travel([&](Traveller& traveller) -> std::optional<Instant> {
    const Instant now = traveller.here();
    const Instant segment{trace::event_before(now.event)};
    Instant from = segment;
    if (frame) {
      Search search;
      for (const FrameLines::Start& start : frame->starts) search.addresses.insert(start.address);
      if (const auto near = traveller.last_before(now, search, segment.event)) from = near->instant;
    }
    std::optional<Hit> last;
    traveller.visit_steps(from, now, nullptr, [&](const Hit& hit) {
      keep(last, hit);
      return true;
    });
    if (!last || last->instant.before_event()) return segment;
    const auto found = traveller.find(*last, now);
    return found ? std::optional(with_its_event(traveller, *found)) : std::nullopt;
  });
  if (shell.interrupted()) return failure("interrupted");
  if (!before) return failure("the instruction before was not found");
  return shell.jump(*before, "reverse instruction step");
}

CommandOutput reverse_next(Shell& shell, const std::string& arguments) {
  return repeat(shell, arguments, reverse_next_once);
}
CommandOutput reverse_step(Shell& shell, const std::string& arguments) {
  return repeat(shell, arguments, reverse_step_once);
}
CommandOutput reverse_stepi(Shell& shell, const std::string& arguments) {
  return repeat(shell, arguments, reverse_stepi_once);
}

constexpr std::array kReverseCommands = {
    Command{"reverse-continue", "rc", "[COUNT]",
            "go back to the last breakpoint of any kind, or the start",
            "It stops at LLDB's breakpoints and watchpoints and at event breakpoints. At a "
            "watchpoint,\n"
            "it stops just before the instruction or system call that wrote there.\n"
            "  watchpoint set variable buffer.size\n  rc\n",
            reverse_continue},
    Command{"reverse-next", "rn", "[COUNT]",
            "go back to the previous line, in this function or its caller", "", reverse_next},
    Command{"reverse-step", "rs", "[COUNT]",
            "go back to the previous line, into the functions that it called", "", reverse_step},
    Command{"reverse-finish", "rf", "", "go back to the call of this function", "", reverse_finish},
    Command{"reverse-stepi", "rsi", "[COUNT]", "go back by one instruction", "", reverse_stepi},
};

}  // namespace

std::span<const Command> reverse_commands() {
  return kReverseCommands;
}

}  // namespace weft::shell
